import { chargeToWire, createChargeParameters } from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { createCardInput } from './card-input.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { createConfirmationRefusal, intentParameter, paymentMeanings } from './payment-errors.ts';
import { requestedDescriptor, requestedSplit } from './payment-intent-input.ts';
import { samples } from './samples.ts';

/**
 * Charges made directly, as older clients do. Behind each is a payment intent like any other, which the
 * charge names; nobody can be sent to an issuer's page here, so a card that needs it is declined.
 */
export function createChargeRoutes(environment: GatewayEnvironment, { present }: Present): Route[] {
  const { ports, view } = environment;
  const cards = createCardInput(environment);
  const confirmationRefusal = createConfirmationRefusal(environment);
  return [
    route({
      method: 'POST',
      tag: 'Charges',
      errors: 'payments',
      access: 'secret',
      path: '/v1/charges',
      operationId: 'createCharge',
      triesCards: true,
      summary: 'Charge a card at once, without a page for its shopper',
      parameters: createChargeParameters,
      sample: { name: 'Charge', value: samples.charge },
      examples: [{ title: 'A test card', parameters: { amount: 2000, currency: 'eur', source: 'tok_visa' } }],
      handle: async (call, parameters) => {
        const problem = checkExpand(call, parameters.expand, 'charge');
        if (problem) return problem;
        const split = requestedSplit(parameters);
        if (!split.ok) return { kind: 'error', error: split.error };
        const descriptor = requestedDescriptor(parameters);
        if (!descriptor.ok) return { kind: 'error', error: descriptor.error };
        const { source, customer, description, metadata, receipt_email, transfer_group } = parameters;
        let paymentMethod = source;
        if (source.startsWith('tok_')) {
          const made = await cards.adopt(call, source, 'source');
          if (!made.ok) return made.refused;
          paymentMethod = made.card.id;
        }
        const created = await ports.payments.createIntent(call.context, {
          amount: parameters.amount,
          currency: parameters.currency,
          captureMethod: parameters.capture === false ? 'manual' : 'automatic',
          confirmationMethod: 'automatic',
          split: split.value,
          paymentMethod,
          ...(customer !== undefined && { customer }),
          ...(description !== undefined && { description }),
          ...(metadata !== undefined && { metadata }),
          ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
          ...descriptor.value,
          ...(transfer_group !== undefined && { transferGroup: transfer_group }),
          confirm: { offSession: true, ip: call.ip },
        });
        if (!created.ok) {
          const paramOf = intentParameter(parameters.transfer_data !== undefined);
          const named = (field: string): string => (field === 'paymentMethod' ? 'source' : paramOf(field));
          const refused = await confirmationRefusal(call, 'createIntent', created.error, undefined, named);
          return withoutIntent(refused);
        }
        const { latestCharge } = created.value;
        if (latestCharge === null) return refuse('outcome_unknown');
        const charge = await ports.payments.findCharge(call.context, { id: latestCharge });
        if (!charge.ok) return refusal(paymentMeanings.findCharge, charge.error);
        return present(call, chargeToWire(charge.value, view), 'charge', parameters.expand);
      },
    }),
  ];
}

/** A decline as clients of charges know it: with the charge, not with an intent they have not made. */
function withoutIntent(refused: Answer): Answer {
  if (refused.kind !== 'error') return refused;
  const { paymentIntent: _paymentIntent, ...error } = refused.error;
  const param = error.param === 'payment_method' ? 'source' : error.param;
  return { kind: 'error', error: { ...error, ...(param !== undefined && { param }) } };
}

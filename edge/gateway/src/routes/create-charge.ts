import { createChargeParameters } from '@tpmall/wire';
import type { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { createCardInput } from './card-input.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { createPaymentRefusal, intentParameter, paymentMeanings } from './payment-errors.ts';
import { type ComposedIntent, requestedDescriptor, requestedSplit } from './payment-intent-input.ts';
import { samples } from './samples.ts';

type Create = z.infer<typeof createChargeParameters>;

/**
 * Charges made directly, as older clients do. Behind each is a payment intent like any other, which the
 * charge names; nobody can be sent to an issuer's page here, so a card that needs it is declined.
 */
export function createChargeRoutes(environment: GatewayEnvironment, { presentCharge }: Present): Route[] {
  const { ports } = environment;
  const cards = createCardInput(environment);
  const refuseAsItStands = createPaymentRefusal(environment);

  const charge = async (
    call: Call,
    parameters: Create,
    paymentMethod: string,
    composed: ComposedIntent,
  ): Promise<Answer> => {
    const { customer, description, metadata, on_behalf_of, receipt_email, transfer_group } = parameters;
    const created = await ports.payments.createIntent(call.context, {
      amount: parameters.amount,
      currency: parameters.currency,
      captureMethod: parameters.capture === false ? 'manual' : 'automatic',
      confirmationMethod: 'automatic',
      paymentMethod,
      ...composed,
      ...(customer !== undefined && { customer }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
      ...(transfer_group !== undefined && { transferGroup: transfer_group }),
      ...(on_behalf_of !== undefined && { onBehalfOf: on_behalf_of }),
      confirm: { offSession: true, ip: call.ip },
    });
    if (!created.ok) {
      const paramOf = intentParameter(parameters.transfer_data !== undefined);
      const named = (field: string): string => (field === 'paymentMethod' ? 'source' : paramOf(field));
      return withoutIntent(await refuseAsItStands(call, 'createIntent', created.error, named));
    }
    const { latestCharge } = created.value;
    if (latestCharge === null) return refuse('outcome_unknown');
    const found = await ports.payments.findCharge(call.context, { id: latestCharge });
    if (!found.ok) return refusal(paymentMeanings.findCharge, found.error);
    return presentCharge(call, found.value, parameters.expand);
  };

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
        const composed = { split: split.value, ...descriptor.value };
        const { source, customer } = parameters;
        if (source?.startsWith('tok_')) {
          const token = { id: source, param: 'source' };
          return cards.withToken(call, token, ({ card }) => charge(call, parameters, card.id, composed));
        }
        if (source !== undefined) return charge(call, parameters, source, composed);
        if (customer === undefined) return refuse('parameter_missing', { param: 'source' });
        const owner = await ports.payments.findCustomer(call.context, { id: customer });
        if (!owner.ok) {
          const named = { code: 'resource_missing', param: 'customer', status: 400 } as const;
          return refusal({ not_found: named }, owner.error);
        }
        const { defaultPaymentMethod } = owner.value;
        if (defaultPaymentMethod !== null) return charge(call, parameters, defaultPaymentMethod, composed);
        const message = `customer ${customer} prefers no card; name one as source`;
        return refuse('parameter_missing', { message, param: 'source' });
      },
    }),
  ];
}

/** A decline as clients of charges know it: with the charge, not with an intent they have not made. */
function withoutIntent(refused: Answer): Answer {
  if (refused.kind !== 'error') return refused;
  const { paymentIntent: _paymentIntent, paymentMethod: _paymentMethod, ...error } = refused.error;
  const param = error.param === 'payment_method' ? 'source' : error.param;
  return { kind: 'error', error: { ...error, ...(param !== undefined && { param }) } };
}

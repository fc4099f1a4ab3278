import {
  captureChargeParameters,
  expandParameter,
  listChargesParameters,
  listToWire,
  pageFromWire,
  shippingFromWire,
  updateChargeParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { requestedTerms, termsParameter } from './payment-intent-input.ts';
import { otherSamples, samples } from './samples.ts';

const PATH = '/v1/charges';

/** Here the amount is called so, and a capture is always final. */
const captureMeanings = {
  ...paymentMeanings.captureIntent,
  amount_too_large: { code: 'amount_too_large', param: 'amount' },
  amount_too_small: { code: 'amount_too_small', param: 'amount' },
} as const;

type Update = z.infer<typeof updateChargeParameters>;
type Capture = z.infer<typeof captureChargeParameters>;

/** Charges, over the payments module: one for each attempt at an issuer. */
export function chargeRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  return [...readingRoutes(environment, presenting), ...changingRoutes(environment, presenting)];
}

const common = { tag: 'Charges', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'Charge', value: samples.charge, others: otherSamples.charge };

function changingRoutes({ ports }: GatewayEnvironment, { presentCharge }: Present): Route[] {
  const update = async (call: Call, parameters: Update): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, 'charge');
    const { description, metadata, receipt_email, shipping, transfer_group, expand } = parameters;
    const problem = checkExpand(call, expand, 'charge');
    if (problem) return problem;
    const updated = await ports.payments.updateCharge(call.context, {
      id,
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
      ...(shipping !== undefined && { shipping: shipping && shippingFromWire(shipping) }),
      ...(transfer_group !== undefined && { transferGroup: transfer_group }),
    });
    if (!updated.ok) return refusal(paymentMeanings.updateCharge, updated.error);
    return presentCharge(call, updated.value, expand);
  };

  /** A charge is its payment intent's, so it is the intent that is captured. */
  const capture = async (call: Call, { amount, expand, ...terms }: Capture): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, 'charge');
    const problem = checkExpand(call, expand, 'charge');
    if (problem) return problem;
    const asked = requestedTerms(terms);
    if (!asked.ok) return { kind: 'error', error: asked.error };
    const charge = await ports.payments.findCharge(call.context, { id });
    if (!charge.ok) return refusal(paymentMeanings.findCharge, charge.error);
    const captured = await ports.payments.captureIntent(call.context, {
      id: charge.value.paymentIntent,
      ...(amount !== undefined && { amountToCapture: amount }),
      ...asked.value,
    });
    if (!captured.ok) {
      const isDone = captured.error.code === 'payment_intent_unexpected_state' && charge.value.captured;
      if (isDone) return refuse('charge_already_captured');
      return refusal(captureMeanings, captured.error, termsParameter);
    }
    const after = await ports.payments.findCharge(call.context, { id });
    if (!after.ok) return refusal(paymentMeanings.findCharge, after.error);
    return presentCharge(call, after.value, expand);
  };

  return [
    route({
      ...common,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updateCharge',
      summary: 'Change what a charge says of itself',
      parameters: updateChargeParameters,
      sample,
      examples: [{ title: 'A note', path: { id: '{charge}' }, parameters: { metadata: { order: '6735' } } }],
      handle: update,
    }),
    route({
      ...common,
      method: 'POST',
      path: `${PATH}/:id/capture`,
      operationId: 'captureCharge',
      summary: 'Take what is held by a charge, finally; the same as capturing its payment intent',
      parameters: captureChargeParameters,
      sample,
      examples: [{ title: 'All of it', path: { id: '{charge_held}' }, parameters: {} }],
      handle: capture,
    }),
  ];
}

function readingRoutes({ ports }: GatewayEnvironment, { presentCharge, presentCharges }: Present): Route[] {
  const shared = { ...common, method: 'GET' } as const;
  return [
    route({
      ...shared,
      path: PATH,
      operationId: 'listCharges',
      summary: 'List charges, newest first',
      parameters: listChargesParameters,
      sample: { name: 'ChargeList', value: listToWire(PATH, [samples.charge], false) },
      examples: [{ title: 'Of one payment', parameters: { payment_intent: '{payment_intent_paid}' } }],
      handle: async (call, parameters) => {
        const listed = await ports.payments.listCharges(call.context, {
          ...pageFromWire(parameters),
          ...(parameters.customer !== undefined && { customer: parameters.customer }),
          ...(parameters.payment_intent !== undefined && { paymentIntent: parameters.payment_intent }),
          ...(parameters.transfer_group !== undefined && { transferGroup: parameters.transfer_group }),
        });
        if (!listed.ok) return refusal(paymentMeanings.listCharges, listed.error);
        const all = await presentCharges(call, listed.value.items, parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      path: `${PATH}/:id`,
      operationId: 'retrieveCharge',
      summary: 'Read a charge',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [
        {
          title: 'With its payment intent',
          path: { id: '{charge}' },
          parameters: { expand: ['payment_intent'] },
        },
      ],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'charge');
        const found = await ports.payments.findCharge(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findCharge, found.error);
        return presentCharge(call, found.value, expand);
      },
    }),
  ];
}

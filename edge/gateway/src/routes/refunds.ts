import {
  cancelRefundParameters,
  createRefundParameters,
  expandParameter,
  listRefundsParameters,
  listToWire,
  pageFromWire,
  refundToWire,
  updateRefundParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { otherSamples, samples } from './samples.ts';

const PATH = '/v1/refunds';

const shared = { tag: 'Refunds', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'Refund', value: samples.refund, others: otherSamples.refund };

/** Refunds, over the payments module. */
export function refundRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  return [...makingRoutes(environment, presenting), ...changingRoutes(environment, presenting)];
}

function changingRoutes({ ports }: GatewayEnvironment, { present }: Present): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updateRefund',
      summary: 'Change a refund’s metadata',
      parameters: updateRefundParameters,
      sample,
      examples: [{ title: 'A note', path: { id: '{refund}' }, parameters: { metadata: { why: 'late' } } }],
      handle: async (call, { metadata, expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'refund');
        const problem = checkExpand(call, expand, 'refund');
        if (problem) return problem;
        const updated = await ports.payments.updateRefund(call.context, {
          id,
          ...(metadata !== undefined && { metadata }),
        });
        if (!updated.ok) return refusal(paymentMeanings.updateRefund, updated.error);
        return present(call, refundToWire(updated.value), 'refund', expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/cancel`,
      operationId: 'cancelRefund',
      summary: 'Call a refund off that is pending and has certainly not been sent',
      parameters: cancelRefundParameters,
      sample,
      examples: [{ title: 'One that was not sent', path: { id: '{refund_unsent}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'refund');
        const problem = checkExpand(call, expand, 'refund');
        if (problem) return problem;
        const canceled = await ports.payments.cancelRefund(call.context, { id });
        if (!canceled.ok) return refusal(paymentMeanings.cancelRefund, canceled.error);
        return present(call, refundToWire(canceled.value), 'refund', expand);
      },
    }),
  ];
}

function makingRoutes({ ports }: GatewayEnvironment, { present, presentAll }: Present): Route[] {
  const create = async (call: Call, parameters: z.infer<typeof createRefundParameters>): Promise<Answer> => {
    const { charge, payment_intent: paymentIntent, amount, reason, metadata, expand } = parameters;
    const problem = checkExpand(call, expand, 'refund');
    if (problem) return problem;
    if (charge === undefined && paymentIntent === undefined) {
      const message = 'name the charge or the payment_intent to refund';
      return refuse('parameter_missing', { message, param: 'payment_intent' });
    }
    if (charge !== undefined && paymentIntent !== undefined) {
      const message = 'name the charge or the payment_intent, not both';
      return refuse('parameters_exclusive', { message, param: 'charge' });
    }
    const created = await ports.payments.createRefund(call.context, {
      ...(charge !== undefined && { charge }),
      ...(paymentIntent !== undefined && { paymentIntent }),
      ...(amount !== undefined && { amount }),
      ...(reason !== undefined && { reason }),
      ...(metadata !== undefined && { metadata }),
    });
    if (created.ok) return present(call, refundToWire(created.value), 'refund', expand);
    const param = charge === undefined ? 'payment_intent' : 'charge';
    const refused = refusal(paymentMeanings.createRefund, created.error);
    const isMissing = refused.kind === 'error' && refused.error.code === 'resource_missing';
    return isMissing ? { kind: 'error', error: { ...refused.error, param } } : refused;
  };

  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createRefund',
      summary: 'Send back all or a part of what was captured; every merchant gives back in proportion',
      parameters: createRefundParameters,
      sample,
      examples: [
        {
          title: 'A part of a payment',
          parameters: {
            payment_intent: '{payment_intent_paid}',
            amount: 100,
            reason: 'requested_by_customer',
          },
        },
      ],
      handle: create,
    }),
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listRefunds',
      summary: 'List refunds, newest first',
      parameters: listRefundsParameters,
      sample: { name: 'RefundList', value: listToWire(PATH, [samples.refund], false) },
      examples: [{ title: 'Of one payment', parameters: { payment_intent: '{payment_intent_paid}' } }],
      handle: async (call, parameters) => {
        const listed = await ports.payments.listRefunds(call.context, {
          ...pageFromWire(parameters),
          ...(parameters.charge !== undefined && { charge: parameters.charge }),
          ...(parameters.payment_intent !== undefined && { paymentIntent: parameters.payment_intent }),
        });
        if (!listed.ok) return refusal(paymentMeanings.listRefunds, listed.error);
        const objects = listed.value.items.map(refundToWire);
        const all = await presentAll(call, objects, 'refund', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveRefund',
      summary: 'Read a refund',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'With its charge', path: { id: '{refund}' }, parameters: { expand: ['charge'] } }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'refund');
        const found = await ports.payments.findRefund(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findRefund, found.error);
        return present(call, refundToWire(found.value), 'refund', expand);
      },
    }),
  ];
}

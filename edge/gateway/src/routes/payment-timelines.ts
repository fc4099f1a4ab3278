import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, cursorMeanings, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { readTimeline } from './read-timeline.ts';
import { timelineShape, timelineToWire } from './timeline-objects.ts';

/** What happened to a payment, told in one order. */
export function paymentTimelineRoutes(environment: GatewayEnvironment): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/payment_timelines/:id',
      operationId: 'retrievePaymentTimeline',
      shape: timelineShape,
      summary:
        'A payment by its id or that of a charge or refund: requests, masked messages to the acquirer, ' +
        'ledger entries and events with their deliveries, in one order',
      tag: 'Payment timelines',
      access: 'secret-or-operator',
      errors: 'problem',
      parameters: z.strictObject({}),
      examples: [{ title: 'Of a payment', path: { id: '{payment_intent_paid}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'payment');
        const found = await readTimeline(environment, call.context, id);
        if (!found.ok) return refusal({ ...paymentMeanings.findIntent, ...cursorMeanings }, found.error);
        return answer(timelineToWire(found.value, environment.view));
      },
    }),
  ];
}

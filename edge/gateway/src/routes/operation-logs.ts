import { DELIVERY_STATES } from '@tpmall/webhooks/contract';
import {
  deliveryAttemptToWire,
  deliveryToWire,
  integer,
  objectId,
  oneOf,
  readDeliveryId,
  setAsideEventToWire,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { listOf, named, pageOf, type Shaped, whole } from '../openapi/answer-shape.ts';
import { answer, cursorMeanings, refusal, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { loggedRequestShape, loggedRequestToWire } from './house-objects.ts';
import { missing, pathId } from './object-id.ts';
import { requestFilterOf, requestFilters } from './request-filters.ts';
import { webhookMeanings } from './webhook-errors.ts';
import { webhookSamples } from './webhook-samples.ts';

/** Entries of a list where nothing else is asked for. */
const DEFAULT_LIMIT = 20;
const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
const limit = integer(1, 100).optional();
const none = z.strictObject({});
const requestsShape = named('OperationRequestList', pageOf(loggedRequestShape));
const setAsideEventsShape = named(
  'SetAsideEventList',
  listOf(
    named(
      'SetAsideEvent',
      z.object({
        id: z.string(),
        object: z.literal('set_aside_event'),
        created: whole,
        reason: z.string(),
        set_aside_at: whole,
        source: z.string(),
        type: z.string(),
      }),
    ),
  ),
);
const retriedShape = named('RetriedEvents', z.object({ told: whole, left: whole }));

/** The request log for operators. */
export function requestOperationRoutes({ requests }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/requests',
      operationId: 'listOperationRequests',
      shape: requestsShape,
      summary: 'Requests of the last days, newest first, redacted',
      parameters: z.strictObject({ ...requestFilters, limit, starting_after: objectId().optional() }),
      examples: [{ title: 'Those that were refused', parameters: { status: 400, limit: 20 } }],
      handle: async (
        { context },
        { limit: most = DEFAULT_LIMIT, starting_after: startingAfter, ...filter },
      ) => {
        const cursor = startingAfter === undefined ? {} : { startingAfter };
        const wanted = { ...requestFilterOf(filter), limit: most, ...cursor };
        const listed = await requests.list(context.tenant, wanted);
        if (!listed.ok) return refusal(cursorMeanings, listed.error);
        const { items, hasMore } = listed.value;
        return answer({ data: items.map(loggedRequestToWire), has_more: hasMore });
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/requests/:id',
      operationId: 'retrieveOperationRequest',
      shape: loggedRequestShape,
      summary: 'One request with its redacted bodies, by the `request-id` of its answer',
      parameters: none,
      examples: [{ title: 'One request', path: { id: '{request}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        const found = id === undefined ? undefined : await requests.find(call.context.tenant, id);
        return found ? answer(loggedRequestToWire(found)) : missing(call, 'request');
      },
    }),
  ];
}

/** Deliveries of events for operators. */
export function deliveryOperationRoutes({ ports: { webhooks } }: GatewayEnvironment): Route[] {
  const path = { id: '{webhook_delivery}' };
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/deliveries',
      operationId: 'listOperationDeliveries',
      sample: { name: 'OperationDeliveryList', value: { data: [webhookSamples.delivery], has_more: false } },
      summary: 'Deliveries of events, those of the newest events first',
      parameters: z.strictObject({
        limit,
        state: oneOf(...DELIVERY_STATES).optional(),
        event: objectId().optional(),
        starting_after: objectId().optional(),
      }),
      examples: [{ title: 'What was given up', parameters: { state: 'given_up' } }],
      handle: async ({ context }, { limit: most = DEFAULT_LIMIT, state, event, starting_after: place }) => {
        const after = place === undefined ? undefined : readDeliveryId(place);
        if (place !== undefined && !after) {
          return refuse('resource_missing', { param: 'starting_after', status: 400 });
        }
        const input = {
          limit: most,
          ...(state !== undefined && { state }),
          ...(event !== undefined && { event }),
          ...(after && { after }),
        };
        const listed = await webhooks.listDeliveries(context, input);
        if (!listed.ok) return refusal(webhookMeanings.listDeliveries, listed.error);
        return answer({ data: listed.value.items.map(deliveryToWire), has_more: listed.value.hasMore });
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/deliveries/:id',
      operationId: 'retrieveOperationDelivery',
      sample: { name: 'WebhookDelivery', value: webhookSamples.deliveryWithLog },
      summary: 'A delivery with every attempt and what it was answered',
      parameters: none,
      examples: [{ title: 'One delivery', path, parameters: {} }],
      handle: async (call) => {
        const of = readDeliveryId(call.path.id ?? '');
        if (!of) return missing(call, 'delivery');
        const found = await webhooks.findDelivery(call.context, of);
        if (!found.ok) return refusal(webhookMeanings.findDelivery, found.error);
        const log = found.value.log.map(deliveryAttemptToWire);
        return answer({ ...deliveryToWire(found.value), attempt_log: log });
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/operations/deliveries/:id/resend',
      operationId: 'resendOperationDelivery',
      sample: { name: 'WebhookDeliveryResent', value: webhookSamples.delivery },
      summary: 'Send an event to an endpoint again',
      parameters: none,
      examples: [{ title: 'One delivery', path, parameters: {} }],
      handle: async (call) => {
        const of = readDeliveryId(call.path.id ?? '');
        if (!of) return missing(call, 'delivery');
        const sent = await webhooks.resend(call.context, of);
        if (!sent.ok) return refusal(webhookMeanings.resend, sent.error);
        const found = await webhooks.findDelivery(call.context, of);
        if (!found.ok) return refusal(webhookMeanings.findDelivery, found.error);
        return answer(deliveryToWire(found.value));
      },
    }),
  ];
}

/** Events that could not be put on the wire, for operators. */
export function setAsideRoutes({ ports: { webhooks } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/set_aside_events',
      operationId: 'listSetAsideEvents',
      shape: setAsideEventsShape,
      summary: 'Events that could not be told to clients, and why, the oldest first',
      parameters: z.strictObject({ limit }),
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context }, { limit: most = DEFAULT_LIMIT }) => {
        const found = await webhooks.listSetAside(context, { limit: most });
        if (!found.ok) return refusal(webhookMeanings.listSetAside, found.error);
        const data = found.value.map(setAsideEventToWire);
        return answer({ data } satisfies Shaped<typeof setAsideEventsShape>);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/operations/set_aside_events/retry',
      operationId: 'retrySetAsideEvents',
      shape: retriedShape,
      summary: 'Tell clients what was set aside, where it can be read by now',
      parameters: none,
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context }) => {
        const retried = await webhooks.retrySetAside(context, {});
        if (!retried.ok) return refusal(webhookMeanings.retrySetAside, retried.error);
        return answer(retried.value satisfies Shaped<typeof retriedShape>);
      },
    }),
  ];
}

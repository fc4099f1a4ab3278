import {
  eventToWire,
  listEventsParameters,
  listToWire,
  pageFromWire,
  retryEventParameters,
  unsupported,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { webhookMeanings } from './webhook-errors.ts';
import { webhookSamples } from './webhook-samples.ts';

const PATH = '/v1/events';
const sample = { name: 'Event', value: webhookSamples.event, others: [webhookSamples.updatedEvent] };
const shared = { tag: 'Events', errors: 'payments', access: 'secret' } as const;

/** Client events, over the webhooks module. */
export function eventRoutes(environment: GatewayEnvironment): Route[] {
  return [...readRoutes(environment), retryRoute(environment)];
}

function readRoutes({ ports: { webhooks } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listEvents',
      summary: 'List the events of the last 30 days, newest first',
      parameters: listEventsParameters,
      sample: { name: 'EventList', value: listToWire(PATH, [webhookSamples.event], false) },
      examples: [
        { title: 'Of one kind', parameters: { type: 'payment_intent.*', limit: 3 } },
        { title: 'What did not get through', parameters: { delivery_success: false } },
      ],
      handle: async (call, parameters) => {
        const { type, types, delivery_success: deliverySuccess } = parameters;
        if (type && types) return refuse('parameters_exclusive', { param: 'types' });
        const listed = await webhooks.listEvents(call.context, {
          ...pageFromWire(parameters),
          ...((type ?? types) && { types: [...(type ?? types ?? [])] }),
          ...(deliverySuccess !== undefined && { deliverySuccess }),
        });
        if (!listed.ok) return refusal(webhookMeanings.listEvents, listed.error);
        return answer(listToWire(PATH, listed.value.items.map(eventToWire), listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveEvent',
      summary: 'Read an event of the last 30 days',
      parameters: z.strictObject(unsupported('expand')),
      sample,
      examples: [{ title: 'One event', path: { id: '{event}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'event');
        const found = await webhooks.findEvent(call.context, { id });
        return found.ok ? answer(eventToWire(found.value)) : refusal(webhookMeanings.findEvent, found.error);
      },
    }),
  ];
}

function retryRoute({ ports: { webhooks } }: GatewayEnvironment): Route {
  return route({
    ...shared,
    method: 'POST',
    path: `${PATH}/:id/retry`,
    operationId: 'retryEvent',
    summary: 'Send an event again: to one endpoint, to all that it was sent to, or to those who listen',
    parameters: retryEventParameters,
    sample,
    examples: [{ title: 'To all', path: { id: '{event}' }, parameters: {} }],
    handle: async (call, { webhook_endpoint: endpoint, for_stripecli: listenersOnly }) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, 'event');
      if (endpoint !== undefined && listenersOnly) {
        return refuse('parameters_exclusive', { param: 'for_stripecli' });
      }
      const sent = await webhooks.resend(call.context, {
        event: id,
        ...(endpoint !== undefined && { endpoint }),
        ...(listenersOnly !== undefined && { listenersOnly }),
      });
      return sent.ok ? answer(eventToWire(sent.value)) : refusal(webhookMeanings.resend, sent.error);
    },
  });
}

import {
  DEFAULT_LIMIT,
  deliveryAttemptToWire,
  deliveryToWire,
  listToWire,
  listWebhookDeliveriesParameters,
  readDeliveryId,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { missing } from './object-id.ts';
import { webhookMeanings } from './webhook-errors.ts';
import { webhookSamples } from './webhook-samples.ts';

const PATH = '/v1/webhook_deliveries';
const shared = { tag: 'Webhook deliveries', errors: 'payments', access: 'secret' } as const;
const path = { id: '{webhook_delivery}' };

/** What became of each event at each endpoint: an extension of this system. */
export function webhookDeliveryRoutes(environment: GatewayEnvironment): Route[] {
  const { webhooks } = environment.ports;
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listWebhookDeliveries',
      summary: 'List deliveries, those of the newest events first',
      parameters: listWebhookDeliveriesParameters,
      sample: { name: 'WebhookDeliveryList', value: listToWire(PATH, [webhookSamples.delivery], false) },
      examples: [{ title: 'What was given up', parameters: { state: 'given_up', limit: 3 } }],
      handle: async ({ context }, parameters) => {
        const { limit = DEFAULT_LIMIT, event, state, webhook_endpoint: endpoint } = parameters;
        const after =
          parameters.starting_after === undefined ? undefined : readDeliveryId(parameters.starting_after);
        if (parameters.starting_after !== undefined && !after) {
          return refuse('resource_missing', { param: 'starting_after', status: 400 });
        }
        const listed = await webhooks.listDeliveries(context, {
          limit,
          ...(after && { after }),
          ...(event !== undefined && { event }),
          ...(endpoint !== undefined && { endpoint }),
          ...(state !== undefined && { state }),
        });
        if (!listed.ok) return refusal(webhookMeanings.listDeliveries, listed.error);
        return answer(listToWire(PATH, listed.value.items.map(deliveryToWire), listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveWebhookDelivery',
      summary: 'Read a delivery with every attempt and what it was answered',
      parameters: z.strictObject({}),
      sample: {
        name: 'WebhookDelivery',
        value: webhookSamples.deliveryWithLog,
      },
      examples: [{ title: 'One delivery', path, parameters: {} }],
      handle: async (call) => {
        const of = deliveryOf(call);
        if (!of) return missing(call, 'webhook delivery');
        const found = await webhooks.findDelivery(call.context, of);
        if (!found.ok) return refusal(webhookMeanings.findDelivery, found.error);
        const { log } = found.value;
        return answer({ ...deliveryToWire(found.value), attempt_log: log.map(deliveryAttemptToWire) });
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/resend`,
      operationId: 'resendWebhookDelivery',
      summary: 'Send an event to an endpoint again',
      parameters: z.strictObject({}),
      sample: { name: 'WebhookDeliveryResent', value: webhookSamples.delivery },
      examples: [{ title: 'One delivery', path, parameters: {} }],
      handle: async (call) => {
        const of = deliveryOf(call);
        if (!of) return missing(call, 'webhook delivery');
        const sent = await webhooks.resend(call.context, of);
        if (!sent.ok) return refusal(webhookMeanings.resend, sent.error);
        const found = await webhooks.findDelivery(call.context, of);
        if (!found.ok) return refusal(webhookMeanings.findDelivery, found.error);
        return answer(deliveryToWire(found.value));
      },
    }),
  ];
}

/** The event and the endpoint of the delivery in the path, or undefined where there can be none. */
function deliveryOf(call: Call): { readonly event: string; readonly endpoint: string } | undefined {
  return readDeliveryId(call.path.id ?? '');
}

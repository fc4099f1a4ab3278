import {
  createWebhookEndpointParameters,
  deliveryToWire,
  listToWire,
  listWebhookEndpointsParameters,
  pageFromWire,
  replayParameters,
  rotateSecretParameters,
  unsupported,
  updateWebhookEndpointParameters,
  webhookEndpointToWire,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { webhookMeanings } from './webhook-errors.ts';
import { webhookSamples } from './webhook-samples.ts';

const PATH = '/v1/webhook_endpoints';
const shared = { tag: 'Webhook endpoints', errors: 'payments', access: 'secret' } as const;
const sample = {
  name: 'WebhookEndpoint',
  value: webhookSamples.endpoint,
  others: [webhookSamples.newEndpoint],
};
const path = { id: '{webhook_endpoint}' };

/** Webhook endpoints, over the webhooks module. */
export function webhookEndpointRoutes(environment: GatewayEnvironment): Route[] {
  return [
    ...makingRoutes(environment),
    ...readingRoutes(environment),
    ...changingRoutes(environment),
    replayRoute(environment),
    testRoute(environment),
  ];
}

/** Their answers hold a secret, so they are not kept for repetition: the module answers again by itself. */
function makingRoutes({ ports: { webhooks }, view }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createWebhookEndpoint',
      summary: 'Have events sent to an address; this answer alone shows the secret that signs them',
      parameters: createWebhookEndpointParameters,
      isReplayed: false,
      sample,
      examples: [
        {
          title: 'Payments only',
          parameters: {
            url: 'https://shop.example/webhooks',
            enabled_events: ['payment_intent.succeeded', 'charge.refunded'],
          },
        },
      ],
      handle: async ({ context }, parameters) => {
        const { description, metadata, api_version: apiVersion } = parameters;
        const created = await webhooks.createEndpoint(context, {
          url: parameters.url,
          enabledEvents: parameters.enabled_events,
          ...(description !== undefined && { description }),
          ...(metadata !== undefined && { metadata }),
          ...(apiVersion !== undefined && { apiVersion }),
        });
        if (!created.ok) return refusal(webhookMeanings.createEndpoint, created.error);
        return answer(webhookEndpointToWire(created.value, view, created.value.secret));
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/rotate_secret`,
      operationId: 'rotateWebhookEndpointSecret',
      summary: 'Give an endpoint a new secret; the old one goes on signing beside it for the grace period',
      parameters: rotateSecretParameters,
      isReplayed: false,
      sample,
      examples: [{ title: 'With an hour of grace', path, parameters: { grace_seconds: 3600 } }],
      handle: async (call, { grace_seconds: graceSeconds = 0 }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'webhook endpoint');
        const rotated = await webhooks.rotateSecret(call.context, { id, graceSeconds });
        if (!rotated.ok) return refusal(webhookMeanings.rotateSecret, rotated.error);
        return answer(webhookEndpointToWire(rotated.value, view, rotated.value.secret));
      },
    }),
  ];
}

function readingRoutes({ ports: { webhooks }, view }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listWebhookEndpoints',
      summary: 'List webhook endpoints, newest first',
      parameters: listWebhookEndpointsParameters,
      sample: { name: 'WebhookEndpointList', value: listToWire(PATH, [webhookSamples.endpoint], false) },
      examples: [{ title: 'The newest', parameters: { limit: 3 } }],
      handle: async ({ context }, parameters) => {
        const listed = await webhooks.listEndpoints(context, pageFromWire(parameters));
        if (!listed.ok) return refusal(webhookMeanings.listEndpoints, listed.error);
        const data = listed.value.items.map((endpoint) => webhookEndpointToWire(endpoint, view));
        return answer(listToWire(PATH, data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveWebhookEndpoint',
      summary: 'Read a webhook endpoint',
      parameters: z.strictObject(unsupported('expand')),
      sample,
      examples: [{ title: 'One endpoint', path, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'webhook endpoint');
        const found = await webhooks.findEndpoint(call.context, { id });
        if (!found.ok) return refusal(webhookMeanings.findEndpoint, found.error);
        return answer(webhookEndpointToWire(found.value, view));
      },
    }),
  ];
}

function changingRoutes({ ports: { webhooks }, view }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updateWebhookEndpoint',
      summary: 'Change, disable or enable a webhook endpoint',
      parameters: updateWebhookEndpointParameters,
      sample,
      examples: [
        { title: 'All events', path, parameters: { enabled_events: ['*'] } },
        { title: 'Disable', path, parameters: { disabled: true } },
      ],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'webhook endpoint');
        const { url, enabled_events: enabledEvents, disabled, description, metadata } = parameters;
        const updated = await webhooks.updateEndpoint(call.context, {
          id,
          ...(url !== undefined && { url }),
          ...(enabledEvents !== undefined && { enabledEvents }),
          ...(disabled !== undefined && { disabled }),
          ...(description !== undefined && { description }),
          ...(metadata !== undefined && { metadata }),
        });
        if (!updated.ok) return refusal(webhookMeanings.updateEndpoint, updated.error);
        return answer(webhookEndpointToWire(updated.value, view));
      },
    }),
    route({
      ...shared,
      method: 'DELETE',
      path: `${PATH}/:id`,
      operationId: 'deleteWebhookEndpoint',
      summary: 'Delete a webhook endpoint; what has not reached it is given up',
      parameters: z.strictObject({}),
      sample: {
        name: 'DeletedWebhookEndpoint',
        value: { id: webhookSamples.endpoint.id, object: 'webhook_endpoint', deleted: true },
      },
      examples: [{ title: 'One endpoint', path, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'webhook endpoint');
        const deleted = await webhooks.deleteEndpoint(call.context, { id });
        if (!deleted.ok) return refusal(webhookMeanings.deleteEndpoint, deleted.error);
        return answer({ id: deleted.value.id, object: 'webhook_endpoint', deleted: true });
      },
    }),
  ];
}

function replayRoute({ ports: { webhooks } }: GatewayEnvironment): Route {
  return route({
    ...shared,
    method: 'POST',
    path: `${PATH}/:id/replay`,
    operationId: 'replayEvents',
    summary:
      'Send an endpoint the events of a range that it wants and has not got, a thousand looked at a call',
    parameters: replayParameters,
    sample: {
      name: 'Replay',
      value: { object: 'webhook_replay', deliveries: 12, continue_after: 'evt_01k9last' },
    },
    examples: [
      {
        title: 'An hour that was missed',
        path,
        parameters: { from: 1_795_431_600, before: 1_795_435_200 },
      },
    ],
    handle: async (call, parameters) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, 'webhook endpoint');
      const { from, before, types, after, include_delivered: includeDelivered = false } = parameters;
      const replayed = await webhooks.replay(call.context, {
        ...{ endpoint: id, from, before, includeDelivered },
        ...(types !== undefined && { types }),
        ...(after !== undefined && { after }),
      });
      if (!replayed.ok) return refusal(webhookMeanings.replay, replayed.error);
      const { deliveries, continueAfter } = replayed.value;
      return answer({ object: 'webhook_replay', deliveries, continue_after: continueAfter });
    },
  });
}

function testRoute({ ports: { webhooks } }: GatewayEnvironment): Route {
  return route({
    ...shared,
    method: 'POST',
    path: `${PATH}/:id/test`,
    operationId: 'testWebhookEndpoint',
    summary:
      'Send an endpoint a `webhook_endpoint.test` event, signed as every other; the answer is its delivery',
    parameters: z.strictObject({}),
    sample: { name: 'WebhookDeliveryOfTest', value: webhookSamples.delivery },
    examples: [{ title: 'One endpoint', path, parameters: {} }],
    handle: async (call) => {
      const id = pathId(call);
      if (id === undefined) return missing(call, 'webhook endpoint');
      const sent = await webhooks.sendTest(call.context, { id });
      return sent.ok ? answer(deliveryToWire(sent.value)) : refusal(webhookMeanings.sendTest, sent.error);
    },
  });
}

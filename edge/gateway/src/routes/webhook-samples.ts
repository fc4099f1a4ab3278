import type { ClientEvent, Delivery, DeliveryAttempt, WebhookEndpoint } from '@tpmall/webhooks/contract';
import {
  deliveryAttemptToWire,
  deliveryToWire,
  eventToWire,
  WIRE_VERSION,
  webhookEndpointToWire,
} from '@tpmall/wire';
import { samples } from './samples.ts';

/** 23 November 2026, 12:00 UTC. */
const at = 1_795_435_200_000_000;
const view = { apiUrl: 'http://localhost:4242', webUrl: 'http://localhost:4247', livemode: false };
const tenant = 'acct_01k9platform';

const endpoint: WebhookEndpoint = {
  id: 'we_00000000000000000000000001',
  tenant,
  url: 'https://shop.example/webhooks',
  description: 'Orders',
  metadata: {},
  apiVersion: null,
  enabledEvents: ['payment_intent.succeeded'],
  status: 'enabled',
  disabledReason: null,
  failingSince: null,
  createdAt: at,
};

const event: ClientEvent = {
  id: 'evt_00000000000000000000000001',
  tenant,
  type: 'payment_intent.succeeded',
  createdAt: at,
  apiVersion: WIRE_VERSION,
  livemode: false,
  data: JSON.stringify({ object: { ...samples.paymentIntent, client_secret: null } }),
  pendingWebhooks: 1,
  request: null,
};

const delivery: Delivery = {
  endpoint: endpoint.id,
  event: event.id,
  eventType: event.type,
  state: 'delivered',
  attempts: 1,
  nextAt: null,
  lastStatus: 200,
  lastError: null,
  deliveredAt: at,
  createdAt: at,
};

const attempt: DeliveryAttempt = {
  n: 1,
  at,
  url: endpoint.url,
  durationMs: 12,
  status: 200,
  error: null,
  responseHeaders: { 'content-type': 'text/plain' },
  responseBody: 'ok',
};

const failedAttempt: DeliveryAttempt = {
  ...attempt,
  ...{ status: null, error: 'connect ECONNREFUSED', responseHeaders: null, responseBody: null },
};

const updated: ClientEvent = {
  ...event,
  type: 'customer.updated',
  data: JSON.stringify({ object: samples.customer, previous_attributes: { name: null } }),
};

/** Events, endpoints and deliveries as the document shows them, made by the same mapping as real ones. */
export const webhookSamples = {
  event: eventToWire(event),
  updatedEvent: eventToWire(updated),
  endpoint: webhookEndpointToWire(endpoint, view),
  newEndpoint: webhookEndpointToWire(endpoint, view, 'whsec_example'),
  delivery: deliveryToWire(delivery),
  deliveryWithLog: {
    ...deliveryToWire(delivery),
    attempt_log: [attempt, failedAttempt].map(deliveryAttemptToWire),
  },
};

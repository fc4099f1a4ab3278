import {
  command,
  defineContract,
  metadataPatchSchema,
  metadataSchema,
  type Page,
  pageCodes,
  pageInput,
  query,
} from '@tpmall/platform/contract';
import { z } from 'zod';
import { NOTICED_REQUESTS_MAX, noticedRequestSchema, requestFilterSchema } from './requests.ts';
import {
  type ClientEvent,
  DELIVERY_STATES,
  type Delivery,
  type DeliveryWithAttempts,
  type ListenSession,
  type Replayed,
  type RetriedEvents,
  type SetAsideEvent,
  type ToldOfObjects,
  type WebhookEndpoint,
  type WebhookEndpointWithSecret,
} from './types.ts';

const id = z.string().min(1).max(64);
const text = z.string().min(1).max(1000);
const eventType = z
  .string()
  .regex(/^(?:\*|[a-z0-9_]+(?:\.[a-z0-9_]+)+)$/)
  .max(100);
/** `*` alone, or types. Whether they exist is for the wire to say. */
const enabledEvents = z.array(eventType).min(1).max(500);
/** Whole seconds since the epoch, for ranges of `created`. */
const seconds = z.number().int().min(0).max(253_402_300_799);
const page = pageInput(id);
/** The longest address of an endpoint, as it is given and as it is called (percent-encoded). */
export const URL_MAX = 2_000;
/** The longest grace in which a rotated secret still signs: a week. */
export const GRACE_SECONDS_MAX = 604_800;
/** The most objects whose events are read at once: a payment with its charges and refunds. */
export const OBJECTS_MAX = 100;
/** Events that one replay looks at; the next call goes on after them. */
export const REPLAY_EVENTS_MAX = 1_000;

const callers = ['gateway', 'operator'];

/** Client events, the endpoints that want them, and the delivery of one to the other. */
export const webhooksContract = defineContract({
  module: 'webhooks',
  version: 1,
  operations: {
    /**
     * Opens an endpoint. The answer alone shows its secret, and does so again for a repetition, which is
     * `not_found` where the endpoint was deleted since.
     */
    createEndpoint: command<WebhookEndpointWithSecret>()({
      input: z.strictObject({
        url: z.url().max(URL_MAX),
        enabledEvents,
        description: text.nullable().optional(),
        metadata: metadataSchema.optional(),
        apiVersion: z.string().min(1).max(60).nullable().optional(),
      }),
      codes: ['url_not_allowed', 'too_many_endpoints', 'not_found', 'idempotency_mismatch'],
      callers,
    }),
    /**
     * Changes an endpoint. What is disabled gives up what it has not got yet, and starts anew when enabled.
     */
    updateEndpoint: command<WebhookEndpoint>()({
      input: z.strictObject({
        id,
        url: z.url().max(URL_MAX).optional(),
        enabledEvents: enabledEvents.optional(),
        description: text.nullable().optional(),
        metadata: metadataPatchSchema.optional(),
        disabled: z.boolean().optional(),
      }),
      codes: ['not_found', 'url_not_allowed', 'metadata_too_many_keys', 'idempotency_mismatch'],
      callers,
    }),
    deleteEndpoint: command<{ readonly id: string }>()({
      input: z.strictObject({ id }),
      codes: ['not_found', 'idempotency_mismatch'],
      callers,
    }),
    /** Gives an endpoint a new secret; the old one goes on signing beside it for the grace period. */
    rotateSecret: command<WebhookEndpointWithSecret>()({
      input: z.strictObject({ id, graceSeconds: z.number().int().min(0).max(GRACE_SECONDS_MAX) }),
      codes: ['not_found', 'idempotency_mismatch'],
      callers,
    }),
    /** Sends an endpoint an event of type `webhook_endpoint.test`, signed and tried again as every other. */
    sendTest: command<DeliveryWithAttempts>()({
      input: z.strictObject({ id }),
      codes: ['not_found', 'endpoint_disabled', 'idempotency_mismatch'],
      callers,
    }),
    findEndpoint: query<WebhookEndpoint>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers,
    }),
    listEndpoints: query<Page<WebhookEndpoint>>()({
      input: z.strictObject(page),
      codes: pageCodes,
      callers,
    }),
    findEvent: query<ClientEvent>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers,
    }),
    /** Events of the last 30 days. */
    listEvents: query<Page<ClientEvent>>()({
      input: z.strictObject({
        ...page,
        types: z.array(eventType).min(1).max(500).optional(),
        /** Whether all deliveries got through; without deliveries they did. */
        deliverySuccess: z.boolean().optional(),
      }),
      codes: pageCodes,
      callers,
    }),
    /** What clients were told of these objects, newest first, and what became of that at endpoints. */
    eventsOfObjects: query<ToldOfObjects>()({
      input: z.strictObject({
        objects: z.array(id).min(1).max(OBJECTS_MAX),
        limit: z.number().int().min(1).max(100),
      }),
      callers: ['gateway'],
    }),
    listDeliveries: query<Page<Delivery>>()({
      input: z.strictObject({
        limit: z.number().int().min(1).max(100),
        /** A delivery of the page before, by its event and endpoint. */
        after: z.strictObject({ event: id, endpoint: id }).optional(),
        event: id.optional(),
        endpoint: id.optional(),
        state: z.enum(DELIVERY_STATES).optional(),
      }),
      codes: pageCodes,
      callers,
    }),
    findDelivery: query<DeliveryWithAttempts>()({
      input: z.strictObject({ event: id, endpoint: id }),
      codes: ['not_found'],
      callers,
    }),
    /**
     * Sends an event again: to one endpoint, or to those that wanted it when it came and to whoever listens
     * with a command-line client.
     */
    resend: command<ClientEvent>()({
      input: z.strictObject({ event: id, endpoint: id.optional(), listenersOnly: z.boolean().optional() }),
      codes: ['not_found', 'endpoint_not_found', 'endpoint_disabled', 'idempotency_mismatch'],
      callers,
    }),
    /**
     * Sends events of a range to one endpoint: those it wants, and by default only those it has not got.
     * Looks at a thousand events a call.
     */
    replay: command<Replayed>()({
      input: z.strictObject({
        endpoint: id,
        from: seconds,
        before: seconds,
        types: z.array(eventType).min(1).max(100).optional(),
        /** Also what was delivered. */
        includeDelivered: z.boolean(),
        /** Where the call before ended. */
        after: id.optional(),
      }),
      codes: ['endpoint_not_found', 'endpoint_disabled', 'idempotency_mismatch'],
      callers,
    }),
    /** Events that could not be put on the wire, the oldest first. */
    listSetAside: query<readonly SetAsideEvent[]>()({
      input: z.strictObject({ limit: z.number().int().min(1).max(100) }),
      callers,
    }),
    /**
     * Tells clients what was set aside, where it can be read by now. Events keep their ids, so a repetition
     * tells nothing twice. The audit log keeps who asked.
     */
    retrySetAside: command<RetriedEvents>()({
      input: z.strictObject({}),
      codes: ['idempotency_mismatch'],
      callers,
    }),
    /** Lets a command-line client listen through a socket: to a platform's events, or to its requests. */
    openListenSession: command<ListenSession>()({
      input: z.strictObject({
        /**
         * By what its client is known when it comes back: a session goes on from where its last one ended,
         * where that was moments ago.
         */
        device: z.string().max(5_000),
        events: z.boolean(),
        /** Which requests it hears of; absent: none. */
        requests: requestFilterSchema.optional(),
      }),
      callers,
    }),
    /**
     * Tells those who follow a platform's log of requests what was asked and answered. Nothing is kept: what
     * is told while nobody listens is lost, and a repetition is heard twice.
     */
    noticeRequests: command<Readonly<Record<string, never>>>()({
      input: z.strictObject({ requests: z.array(noticedRequestSchema).max(NOTICED_REQUESTS_MAX) }),
      callers: ['gateway'],
    }),
  },
});

import { z } from 'zod';
import { integer, objectId, oneOf } from './parameters.ts';
import { secondsToWire } from './view.ts';

const STATES = ['pending', 'delivered', 'given_up'] as const;
/** An event and an endpoint, joined: `whd_<event>_<endpoint>` without their prefixes. */
const DELIVERY_ID = /^whd_([0-9a-z]{26})_([0-9a-z]{26})$/;

/** `GET /v1/webhook_deliveries`, an extension of this system. */
export const listWebhookDeliveriesParameters = z.strictObject({
  limit: integer(1, 100).optional(),
  starting_after: objectId().optional(),
  event: objectId().optional(),
  webhook_endpoint: objectId().optional(),
  state: oneOf(...STATES).optional(),
});

/** What the wire shows of a delivery; the types of webhooks' contract fit these. */
export interface ShownDelivery {
  readonly endpoint: string;
  readonly event: string;
  readonly eventType: string;
  readonly state: (typeof STATES)[number];
  readonly attempts: number;
  readonly nextAt: number | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly deliveredAt: number | null;
  readonly createdAt: number;
}

/** One attempt of it. */
export interface ShownAttempt {
  readonly n: number;
  readonly at: number;
  readonly url: string;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly responseHeaders: Readonly<Record<string, string>> | null;
  readonly responseBody: string | null;
}

/** The id of the delivery of an event to an endpoint. */
export function deliveryId(event: string, endpoint: string): string {
  return `whd_${event.replace(/^evt_/, '')}_${endpoint.replace(/^we_/, '')}`;
}

/** The event and the endpoint of a delivery's id; undefined where it is none. */
export function readDeliveryId(
  id: string,
): { readonly event: string; readonly endpoint: string } | undefined {
  const [, event, endpoint] = DELIVERY_ID.exec(id) ?? [];
  return event === undefined || endpoint === undefined
    ? undefined
    : { event: `evt_${event}`, endpoint: `we_${endpoint}` };
}

/** A delivery as the API shows it. */
export function deliveryToWire(delivery: ShownDelivery) {
  return {
    id: deliveryId(delivery.event, delivery.endpoint),
    object: 'webhook_delivery' as const,
    attempts: delivery.attempts,
    created: secondsToWire(delivery.createdAt),
    delivered_at: secondsOrNull(delivery.deliveredAt),
    event: delivery.event,
    event_type: delivery.eventType,
    last_error: delivery.lastError,
    last_status: delivery.lastStatus,
    next_attempt_at: secondsOrNull(delivery.nextAt),
    state: delivery.state,
    webhook_endpoint: delivery.endpoint,
  };
}

/** An attempt as the API shows it. */
export function deliveryAttemptToWire(attempt: ShownAttempt) {
  return {
    number: attempt.n,
    at: secondsToWire(attempt.at),
    duration_ms: attempt.durationMs,
    error: attempt.error,
    response_body: attempt.responseBody,
    response_headers: attempt.responseHeaders,
    status: attempt.status,
    url: attempt.url,
  };
}

function secondsOrNull(at: number | null): number | null {
  return at === null ? null : secondsToWire(at);
}

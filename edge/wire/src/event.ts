import { z } from 'zod';
import { eventTypesLike, isEventType } from './event-types.ts';
import { plainPageParameters } from './list.ts';
import { flag, integer, list, objectId, parameter, unsupported } from './parameters.ts';
import { secondsToWire } from './view.ts';

/** The last second that a four-digit year has. */
const LAST_SECOND = 253_402_300_799;
/** The most types that `types` may name. */
const TYPES_MAX = 20;

/** A type of event, or a group of them such as `charge.*`. */
const typePattern = parameter({ type: 'string', maxLength: 100 }, (value) =>
  typeof value === 'string' && value.length <= 100 && eventTypesLike(value).length > 0
    ? { value: eventTypesLike(value) }
    : { code: 'parameter_invalid_enum', message: 'must be a type of event, or a group such as charge.*' },
);

/** A type of event, with `*` for all of them. */
export const enabledEvent = parameter({ type: 'string', maxLength: 100 }, (value) =>
  typeof value === 'string' && (value === '*' || isEventType(value))
    ? { value }
    : { code: 'parameter_invalid_enum', message: 'must be a type of event, or * for all of them' },
);

/** A type of event. */
export const eventType = parameter({ type: 'string', maxLength: 100 }, (value) =>
  typeof value === 'string' && isEventType(value)
    ? { value }
    : { code: 'parameter_invalid_enum', message: 'must be a type of event' },
);

/** An instant in seconds since the epoch. */
export const second = integer(0, LAST_SECOND);
/** `GET /v1/events` */
export const listEventsParameters = z.strictObject({
  ...plainPageParameters,
  delivery_success: flag().optional(),
  type: typePattern.optional(),
  types: list(eventType, TYPES_MAX).optional(),
});

/** `POST /v1/events/:id/retry`, which the official command-line client calls. */
export const retryEventParameters = z.strictObject({
  webhook_endpoint: objectId().optional(),
  /** Sends it to whoever listens with a command-line client, and to no endpoint. */
  for_stripecli: flag().optional(),
  ...unsupported('expand'),
});

/** What an event's envelope is made of. */
export interface EventEnvelope {
  readonly id: string;
  readonly type: string;
  readonly createdAt: number;
  readonly apiVersion: string;
  readonly livemode: boolean;
  /** JSON text of `data`. */
  readonly data: string;
  readonly pendingWebhooks: number;
  /** The request of the API behind it; null: there was none. */
  readonly request: { readonly id: string; readonly idempotencyKey: string | null } | null;
}

/**
 * An event as JSON text, as clients of the payments API know it. The text of `data` is put in as it stands,
 * so that what is sent and what is read are the same bytes.
 */
export function eventText(event: EventEnvelope): string {
  const { id = null, idempotencyKey = null } = event.request ?? {};
  const request = JSON.stringify({ id, idempotency_key: idempotencyKey });
  return (
    `{"id":${JSON.stringify(event.id)},"object":"event","api_version":${JSON.stringify(event.apiVersion)},` +
    `"created":${secondsToWire(event.createdAt)},"data":${event.data},"livemode":${event.livemode},` +
    `"pending_webhooks":${event.pendingWebhooks},"request":${request},` +
    `"type":${JSON.stringify(event.type)}}`
  );
}

/** An event as an object of the wire. */
export interface WireEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: {
    readonly object: Readonly<Record<string, unknown>>;
    /** Of `*.updated`: what has changed, as it was. */
    readonly previous_attributes?: Readonly<Record<string, unknown>>;
  };
  readonly livemode: boolean;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

/** See {@link eventText}. */
export function eventToWire(event: EventEnvelope): WireEvent {
  return JSON.parse(eventText(event)) as WireEvent;
}

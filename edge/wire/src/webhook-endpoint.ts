import { z } from 'zod';
import { enabledEvent, eventType, second } from './event.ts';
import { EVENT_TYPES } from './event-types.ts';
import { plainPageParameters } from './list.ts';
import {
  flag,
  flagThatIs,
  integer,
  list,
  metadata,
  metadataPatch,
  objectId,
  parameter,
  text,
  unsettable,
  unsupported,
  webAddress,
} from './parameters.ts';
import { secondsToWire, type WireView } from './view.ts';

/** The longest grace of a rotated secret: a week. */
const GRACE_SECONDS_MAX = 604_800;

const enabledEvents = list(enabledEvent, EVENT_TYPES.length);
const connect = flagThatIs(false, 'merchants have no events of their own here');
const version = parameter({ type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}' }, (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}[0-9A-Za-z.\-_]{0,50}$/.test(value)
    ? { value }
    : { code: 'parameter_invalid_string', message: 'must be a version such as 2026-10-28.endive' },
);

/** `POST /v1/webhook_endpoints` */
export const createWebhookEndpointParameters = z.strictObject({
  url: webAddress(),
  enabled_events: enabledEvents,
  api_version: version.optional(),
  connect: connect.optional(),
  description: unsettable(text(1000)).optional(),
  metadata: metadata().optional(),
  ...unsupported('expand', 'payload_style'),
});

/** `POST /v1/webhook_endpoints/:id` */
export const updateWebhookEndpointParameters = z.strictObject({
  url: webAddress().optional(),
  enabled_events: enabledEvents.optional(),
  disabled: flag().optional(),
  description: unsettable(text(1000)).optional(),
  metadata: metadataPatch().optional(),
  ...unsupported('expand'),
});

/** `GET /v1/webhook_endpoints` */
export const listWebhookEndpointsParameters = z.strictObject(plainPageParameters);

/** `POST /v1/webhook_endpoints/:id/rotate_secret`, an extension of this system. */
export const rotateSecretParameters = z.strictObject({
  grace_seconds: integer(0, GRACE_SECONDS_MAX).optional(),
});

/** `POST /v1/webhook_endpoints/:id/replay`, an extension of this system. */
export const replayParameters = z.strictObject({
  /** Seconds since the epoch: not before, and before. */
  from: second,
  before: second,
  types: list(eventType, 100).optional(),
  include_delivered: flag().optional(),
  after: objectId().optional(),
});

/** What the wire shows of an endpoint; the type of webhooks' contract fits it. */
export interface ShownEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly apiVersion: string | null;
  readonly enabledEvents: readonly string[];
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason: 'owner' | 'failing' | null;
  readonly createdAt: number;
}

/**
 * An endpoint as clients of the payments API know it, with one field of our own: `disabled_reason`.
 *
 * @param secret only in the answer that made it
 */
export function webhookEndpointToWire(endpoint: ShownEndpoint, view: WireView, secret?: string) {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint' as const,
    api_version: endpoint.apiVersion,
    application: null,
    created: secondsToWire(endpoint.createdAt),
    description: endpoint.description,
    disabled_reason: endpoint.disabledReason,
    enabled_events: [...endpoint.enabledEvents],
    livemode: view.livemode,
    metadata: { ...endpoint.metadata },
    ...(secret !== undefined && { secret }),
    status: endpoint.status,
    url: endpoint.url,
  };
}

/** See {@link webhookEndpointToWire}. */
export type WireWebhookEndpoint = ReturnType<typeof webhookEndpointToWire>;

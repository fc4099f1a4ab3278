import type { Micros } from '@tpmall/kernel';
import type { ApiRequest } from '@tpmall/platform/contract';
import { instant, type Queryable, rowParameter, rowsParameter, sql } from '@tpmall/platform/db';

/** An event to be stored and sent. */
export interface NewClientEvent {
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly createdAt: Micros;
  readonly apiVersion: string;
  readonly livemode: boolean;
  /** JSON text. */
  readonly data: string;
  readonly request: ApiRequest | null;
}

// An event that is there already is left alone, with its deliveries: an outbox may be read a second time.
// What happened before an endpoint was made is not its concern, however late the outbox is read.
const store = sql(
  'webhooks.store-events',
  `WITH item AS MATERIALIZED (
  SELECT t.*, wanted.endpoints
  FROM jsonb_to_recordset($1::jsonb) AS t (id text, tenant text, type text, created_at timestamptz,
    api_version text, livemode boolean, data text, request jsonb)
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(p.id), '{}') AS endpoints FROM webhooks.endpoint AS p
    WHERE p.tenant = t.tenant AND p.status = 'enabled' AND p.created_at <= t.created_at
      AND p.enabled_events && ARRAY['*', t.type]) AS wanted
), stored AS (
  INSERT INTO webhooks.event (id, tenant, type, created_at, api_version, livemode, data, request, endpoints)
  SELECT id, tenant, type, created_at, api_version, livemode, data, request, cardinality(endpoints) FROM item
  ON CONFLICT (id) DO NOTHING
  RETURNING id
)
INSERT INTO webhooks.delivery (endpoint, event, tenant, state, created_at, round_at, next_at)
SELECT endpoint, item.id, tenant, 'pending', $2, $2, $2
FROM stored JOIN item USING (id) CROSS JOIN LATERAL unnest(item.endpoints) AS endpoint`,
);

/** Stores events, and a delivery of each for every endpoint that wants it. */
export async function storeEvents(
  tx: Queryable,
  events: readonly NewClientEvent[],
  now: Micros,
): Promise<void> {
  const items = events.map(toRow);
  await tx.run(store, [rowsParameter(items), instant(now)]);
}

const storeTest = sql(
  'webhooks.store-test-event',
  `WITH stored AS (
  INSERT INTO webhooks.event (id, tenant, type, created_at, api_version, livemode, data, request, endpoints)
  SELECT id, tenant, type, created_at, api_version, livemode, data, request, 1
  FROM jsonb_to_record($1::jsonb) AS t (id text, tenant text, type text, created_at timestamptz,
    api_version text, livemode boolean, data text, request jsonb)
  RETURNING id, tenant
)
INSERT INTO webhooks.delivery (endpoint, event, tenant, state, created_at, round_at, next_at)
SELECT $2, id, tenant, 'pending', $3, $3, $3 FROM stored`,
);

/** Stores an event for one endpoint, whatever that wants to hear of. */
export async function storeTestEvent(
  tx: Queryable,
  event: NewClientEvent,
  endpoint: string,
  now: Micros,
): Promise<void> {
  await tx.run(storeTest, [rowParameter(toRow(event)), endpoint, instant(now)]);
}

function toRow(event: NewClientEvent): object {
  return {
    id: event.id,
    tenant: event.tenant,
    type: event.type,
    created_at: instant(event.createdAt),
    api_version: event.apiVersion,
    livemode: event.livemode,
    data: event.data,
    request: event.request,
  };
}

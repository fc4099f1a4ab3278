import type { Micros } from '@tpmall/kernel';
import type { ApiRequest } from '@tpmall/platform/contract';
import { instant, type Queryable, rowParameter, rowsParameter, sql } from '@tpmall/platform/db';
import type { Claimed, ClaimRoom } from './claim-deliveries.ts';

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
// What happened before an endpoint was made is not its concern, however late the outbox is read. As many
// deliveries as their lanes have room for are claimed as they are made, and answered.
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
), made AS (
  SELECT item.id, item.tenant, endpoint, row_number() OVER (PARTITION BY endpoint ORDER BY id) AS nth,
    row_number() OVER (ORDER BY id) AS nth_of_all
  FROM stored JOIN item USING (id) CROSS JOIN LATERAL unnest(item.endpoints) AS endpoint
), delivery AS (
  INSERT INTO webhooks.delivery (endpoint, event, tenant, state, created_at, round_at, next_at, attempts,
    round_attempts, claimed_until)
  SELECT made.endpoint, made.id, made.tenant, 'pending', $2, $2, $2, taken::integer, taken::integer,
    CASE WHEN taken THEN $3::timestamptz END
  FROM made LEFT JOIN unnest($4::text[], $5::integer[]) AS busy (endpoint, room) USING (endpoint)
  CROSS JOIN LATERAL (VALUES (nth <= coalesce(busy.room, $6) AND nth_of_all <= $7)) AS t (taken)
  RETURNING endpoint, event, claimed_until
)
SELECT p.id AS endpoint, d.event, p.url, p.secret,
  CASE WHEN p.previous_until > $2 THEN p.previous_secret END AS previous_secret,
  cardinality(item.endpoints) AS endpoints
FROM delivery AS d JOIN webhooks.endpoint AS p ON p.id = d.endpoint JOIN item ON item.id = d.event
WHERE d.claimed_until IS NOT NULL
ORDER BY d.event`,
);

/** What is answered of a delivery that was claimed as it was made. */
interface TakenRow {
  endpoint: string;
  event: string;
  url: string;
  secret: Buffer;
  previous_secret: Buffer | null;
  endpoints: number;
}

/** Nothing is claimed. */
const NO_ROOM: ClaimRoom = { endpoints: [], rooms: [], laneRoom: 0, limit: 0 };

/**
 * Stores events, and a delivery of each for every endpoint that wants it.
 *
 * @param claim how much of that is claimed at once, and until when; without it nothing is
 * @returns what was claimed, which is this process's to send once the transaction has committed
 */
export async function storeEvents(
  tx: Queryable,
  events: readonly NewClientEvent[],
  now: Micros,
  claim?: { readonly room: ClaimRoom; readonly until: Micros },
): Promise<Claimed[]> {
  const { room, until } = claim ?? { room: NO_ROOM, until: now };
  const { rows } = await tx.run<TakenRow>(store, [
    rowsParameter(events.map(toRow)),
    ...[instant(now), instant(until), room.endpoints, room.rooms, room.laneRoom, room.limit],
  ]);
  if (rows.length === 0) return [];
  const byId = new Map(events.map((event) => [event.id, event]));
  return rows.flatMap(({ previous_secret: previousSecret, ...row }) => {
    const event = byId.get(row.event);
    const round = { at: now, attempts: 1 };
    return event ? [{ ...event, ...row, previousSecret, until, attempt: 1, round }] : [];
  });
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

import { err, type Micros, ok, type Result } from '@tpmall/kernel';
import type { Page, PageCode } from '@tpmall/platform/contract';
import { type Queryable, sql } from '@tpmall/platform/db';
import {
  type Delivery,
  type DeliveryAttempt,
  type DeliveryState,
  type DeliveryWithAttempts,
  TOLD_DELIVERIES_MAX,
} from '../contract/index.ts';

interface DeliveryRow {
  endpoint: string;
  event: string;
  event_type: string;
  state: DeliveryState;
  attempts: number;
  next_at: Micros;
  last_status: number | null;
  last_error: string | null;
  delivered_at: Micros | null;
  created_at: Micros;
}

const COLUMNS = `d.endpoint, d.event, e.type AS event_type, d.state, d.attempts,
  coalesce(d.claimed_until, d.next_at) AS next_at, d.last_status, d.last_error, d.delivered_at, d.created_at`;

/** Each way reads, of every endpoint asked for, its newest deliveries in the order of an index. */
const list = (name: string, state: string) =>
  sql(
    `webhooks.list-deliveries-${name}`,
    `SELECT ${COLUMNS} FROM webhooks.endpoint AS p CROSS JOIN LATERAL (
  SELECT * FROM webhooks.delivery AS x WHERE x.endpoint = p.id ${state}
    AND ($4::text IS NULL OR x.event = $4)
    AND ($5::text IS NULL OR (x.event, x.endpoint) < ($5, $6::text)) AND x.event <= coalesce($4, $5, 'evt_~')
  ORDER BY x.event DESC LIMIT $3) AS d
JOIN webhooks.event AS e ON e.id = d.event
WHERE p.tenant = $1 AND ($2::text IS NULL OR p.id = $2) AND ($5::text IS NULL OR EXISTS (
  SELECT FROM webhooks.delivery AS x WHERE x.event = $5 AND x.endpoint = $6 AND x.tenant = $1))
ORDER BY d.event DESC, d.endpoint DESC LIMIT $3`,
  );
const lists = {
  all: list('all', ''),
  delivered: list('delivered', `AND x.state = 'delivered'`),
  pending: list('pending', `AND x.state <> 'delivered' AND x.state = 'pending'`),
  given_up: list('given-up', `AND x.state <> 'delivered' AND x.state = 'given_up'`),
} as const;

/** A page of deliveries: those of the newest events first. */
export async function listDeliveries(
  db: Queryable,
  tenant: string,
  filter: {
    readonly limit: number;
    readonly after?: { readonly event: string; readonly endpoint: string } | undefined;
    readonly event?: string | undefined;
    readonly endpoint?: string | undefined;
    readonly state?: DeliveryState | undefined;
  },
): Promise<Result<Page<Delivery>, PageCode>> {
  const { limit, after, event, endpoint, state } = filter;
  const { rows } = await db.run<DeliveryRow>(lists[state ?? 'all'], [
    tenant,
    endpoint ?? null,
    limit + 1,
    event ?? null,
    after?.event ?? null,
    after?.endpoint ?? null,
  ]);
  if (rows.length === 0 && after) {
    const { count } = await db.run(one, [after.endpoint, after.event, tenant]);
    if (count === 0) return err('cursor_not_found', 'there is no such delivery', { field: 'startingAfter' });
  }
  return ok({ items: rows.slice(0, limit).map(toDelivery), hasMore: rows.length > limit });
}

const ofEvents = sql(
  'webhooks.deliveries-of-events',
  `SELECT ${COLUMNS} FROM webhooks.endpoint AS p
JOIN webhooks.delivery AS d ON d.endpoint = p.id AND d.event = ANY ($2::text[])
JOIN webhooks.event AS e ON e.id = d.event
WHERE p.tenant = $1 ORDER BY d.event DESC, d.endpoint DESC LIMIT $3`,
);

/** What became of these events at each endpoint, those of the newest events first. */
export async function listDeliveriesOfEvents(
  db: Queryable,
  tenant: string,
  events: readonly string[],
): Promise<readonly Delivery[]> {
  const { rows } = await db.run<DeliveryRow>(ofEvents, [tenant, events, TOLD_DELIVERIES_MAX]);
  return rows.map(toDelivery);
}

const one = sql(
  'webhooks.find-delivery',
  `SELECT ${COLUMNS},
  d.first_at, d.first_url, d.first_duration_ms, d.first_status, d.first_headers, d.first_body
FROM webhooks.delivery AS d JOIN webhooks.event AS e ON e.id = d.event
WHERE d.endpoint = $1 AND d.event = $2 AND d.tenant = $3`,
);
const log = sql(
  'webhooks.attempts-of',
  `SELECT n, at, url, duration_ms, status, error, response_headers, response_body
FROM webhooks.attempt WHERE endpoint = $1 AND event = $2 ORDER BY n`,
);

/** The first attempt, where it got through; all null otherwise, and for what was sent by earlier versions. */
interface FirstRow {
  first_at: Micros | null;
  first_url: string;
  first_duration_ms: number;
  first_status: number;
  first_headers: Record<string, string> | null;
  first_body: string | null;
}

interface AttemptRow {
  n: number;
  at: Micros;
  url: string;
  duration_ms: number;
  status: number | null;
  error: string | null;
  response_headers: Record<string, string> | null;
  response_body: string | null;
}

/** A delivery of this tenant with all its attempts. */
export async function findDelivery(
  db: Queryable,
  tenant: string,
  of: { readonly event: string; readonly endpoint: string },
): Promise<DeliveryWithAttempts | undefined> {
  const { rows } = await db.run<DeliveryRow & FirstRow>(one, [of.endpoint, of.event, tenant]);
  const [row] = rows;
  if (!row) return undefined;
  const first = toFirstAttempt(row);
  const attempts = await db.run<AttemptRow>(log, [of.endpoint, of.event]);
  return { ...toDelivery(row), log: [...first, ...attempts.rows.map(toAttempt)] };
}

function toFirstAttempt(row: FirstRow): DeliveryAttempt[] {
  if (row.first_at === null) return [];
  return [
    {
      ...{ n: 1, at: row.first_at, url: row.first_url, durationMs: row.first_duration_ms },
      ...{ status: row.first_status, error: null },
      ...{ responseHeaders: row.first_headers, responseBody: row.first_body },
    },
  ];
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    endpoint: row.endpoint,
    event: row.event,
    eventType: row.event_type,
    state: row.state,
    attempts: row.attempts,
    nextAt: row.state === 'pending' ? row.next_at : null,
    lastStatus: row.last_status,
    lastError: row.last_error,
    deliveredAt: row.delivered_at,
    createdAt: row.created_at,
  };
}

function toAttempt(row: AttemptRow): DeliveryAttempt {
  return {
    n: row.n,
    at: row.at,
    url: row.url,
    durationMs: row.duration_ms,
    status: row.status,
    error: row.error,
    responseHeaders: row.response_headers,
    responseBody: row.response_body,
  };
}

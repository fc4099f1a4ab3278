import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, rowsParameter, sql } from '@tpmall/platform/db';
import type { DeliveryAttempt, DeliveryState } from '../contract/index.ts';

/** What came of one attempt. */
export interface Settlement {
  readonly endpoint: string;
  readonly event: string;
  readonly attempt: DeliveryAttempt;
  readonly state: DeliveryState;
  /** When it is tried again; only where it stays pending. */
  readonly nextAt: Micros | null;
  /** When the outcome was known. */
  readonly at: Micros;
}

// The outcome of an attempt whose claim has ended, and which another process may have taken up again, counts
// only where it was delivered. A first attempt that was delivered is kept in the delivery's own row, and all
// others in rows of their own; where the row had changed meanwhile, so is that one, unless it is there from
// a statement that is being repeated. An endpoint's row changes only when it begins to fail or ends to. Each
// row is found by one lookup of the primary key, and changed at its place: the offset keeps the planner from
// another way, as do the conditions that are true of every row and that it takes for rare. While the table is
// small it would read all of it, and go on to do so when it has grown.
const settle = sql(
  'webhooks.settle-deliveries',
  `WITH item AS MATERIALIZED (
  SELECT t.*, t.n = 1 AND t.state = 'delivered' AS is_first, found.place, found.has_first
  FROM jsonb_to_recordset($1::jsonb) AS t (endpoint text, event text, n integer, at timestamptz,
    url text, duration_ms integer, status integer, error text, response_headers jsonb, response_body text,
    state text, next_at timestamptz, ended_at timestamptz)
  LEFT JOIN LATERAL (
    SELECT x.ctid AS place, x.first_at IS NOT NULL AS has_first FROM webhooks.delivery AS x
    WHERE x.endpoint = t.endpoint AND x.event = t.event OFFSET 0) AS found ON true
), settled AS (
  UPDATE webhooks.delivery AS d
  SET state = item.state, next_at = coalesce(item.next_at, d.next_at), claimed_until = NULL,
    last_status = item.status, last_error = item.error,
    delivered_at = CASE WHEN item.state = 'delivered' THEN item.ended_at ELSE d.delivered_at END,
    first_at = CASE WHEN item.is_first THEN item.at ELSE d.first_at END,
    first_url = CASE WHEN item.is_first THEN item.url ELSE d.first_url END,
    first_duration_ms = CASE WHEN item.is_first THEN item.duration_ms ELSE d.first_duration_ms END,
    first_status = CASE WHEN item.is_first THEN item.status ELSE d.first_status END,
    first_headers = CASE WHEN item.is_first THEN item.response_headers ELSE d.first_headers END,
    first_body = CASE WHEN item.is_first THEN item.response_body ELSE d.first_body END
  FROM item
  WHERE d.ctid = item.place AND left(item.event, 0) = ''
    AND (d.endpoint = item.endpoint) IS TRUE AND (d.event = item.event) IS TRUE
    AND d.state <> 'delivered' AND (item.state = 'delivered' OR (d.state = 'pending' AND d.attempts = item.n))
  RETURNING item.endpoint, item.event
), logged AS (
  INSERT INTO webhooks.attempt (endpoint, event, n, at, url, duration_ms, status, error, response_headers,
    response_body)
  SELECT endpoint, event, n, at, url, duration_ms, status, error, response_headers, response_body FROM item
  WHERE NOT is_first
    OR (has_first IS NOT TRUE AND (endpoint, event) NOT IN (SELECT endpoint, event FROM settled))
  ON CONFLICT DO NOTHING
), health AS (
  SELECT endpoint, bool_or(state = 'delivered') AS got_through, min(ended_at) AS at
  FROM item GROUP BY endpoint
)
UPDATE webhooks.endpoint AS p
SET failing_since = CASE WHEN health.got_through THEN NULL ELSE health.at END
FROM health WHERE p.id = health.endpoint AND (p.failing_since IS NULL) <> health.got_through`,
);

/** Stores what came of attempts, and since when an endpoint fails. */
export async function settleDeliveries(db: Queryable, settlements: readonly Settlement[]): Promise<void> {
  const items = settlements.map(({ endpoint, event, attempt, state, nextAt, at }) => ({
    endpoint,
    event,
    n: attempt.n,
    at: instant(attempt.at),
    url: attempt.url,
    duration_ms: attempt.durationMs,
    status: attempt.status,
    error: attempt.error,
    response_headers: attempt.responseHeaders,
    response_body: attempt.responseBody,
    state,
    next_at: nextAt === null ? null : instant(nextAt),
    ended_at: instant(at),
  }));
  await db.run(settle, [rowsParameter(items)]);
}

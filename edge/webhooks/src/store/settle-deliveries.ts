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
// only where it was delivered. An endpoint's row changes only when it begins to fail or ends to. Each row is
// found by one lookup of the primary key: the offset keeps the planner from another way, which it would
// choose while it is small.
const settle = sql(
  'webhooks.settle-deliveries',
  `WITH item AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (endpoint text, event text, n integer, at timestamptz,
    url text, duration_ms integer, status integer, error text, response_headers jsonb, response_body text,
    state text, next_at timestamptz, ended_at timestamptz)
), logged AS (
  INSERT INTO webhooks.attempt (endpoint, event, n, at, url, duration_ms, status, error, response_headers,
    response_body)
  SELECT endpoint, event, n, at, url, duration_ms, status, error, response_headers, response_body FROM item
  ON CONFLICT DO NOTHING
), settled AS (
  UPDATE webhooks.delivery AS d
  SET state = item.state, next_at = coalesce(item.next_at, d.next_at), last_status = item.status,
    last_error = item.error,
    delivered_at = CASE WHEN item.state = 'delivered' THEN item.ended_at ELSE d.delivered_at END
  FROM item CROSS JOIN LATERAL (
    SELECT x.ctid AS place FROM webhooks.delivery AS x
    WHERE x.endpoint = item.endpoint AND x.event = item.event OFFSET 0) AS found
  WHERE d.ctid = found.place AND d.endpoint = item.endpoint AND d.event = item.event
    AND d.state <> 'delivered' AND (item.state = 'delivered' OR (d.state = 'pending' AND d.attempts = item.n))
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

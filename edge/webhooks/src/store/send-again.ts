import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Replayed } from '../contract/index.ts';

/** A new round: what was given up or delivered is pending again, with a new time in which to succeed. */
const NEW_ROUND = `ON CONFLICT (endpoint, event) DO UPDATE SET
  state = 'pending', round_at = EXCLUDED.round_at, round_attempts = 0, next_at = EXCLUDED.next_at,
  claimed_until = NULL`;

const one = sql(
  'webhooks.send-again',
  `INSERT INTO webhooks.delivery AS d (endpoint, event, tenant, state, created_at, round_at, next_at)
SELECT p.id, e.id, e.tenant, 'pending', $4, $4, $4
FROM webhooks.event AS e JOIN webhooks.endpoint AS p USING (tenant)
WHERE e.id = $1 AND e.tenant = $2 AND p.status = 'enabled' AND CASE WHEN $3::text IS NULL
  THEN EXISTS (SELECT FROM webhooks.delivery AS x WHERE x.endpoint = p.id AND x.event = e.id)
  ELSE p.id = $3 END
${NEW_ROUND}`,
);

/** Sends an event again: to one endpoint, or to those that it was sent to before and that are enabled. */
export async function sendAgain(
  tx: Queryable,
  what: { readonly tenant: string; readonly event: string; readonly endpoint: string | null },
  now: Micros,
): Promise<number> {
  const { count } = await tx.run(one, [what.event, what.tenant, what.endpoint, instant(now)]);
  return count;
}

const range = sql(
  'webhooks.send-range-again',
  `WITH looked_at AS MATERIALIZED (
  SELECT x.id, x.type FROM webhooks.event AS x WHERE x.tenant = $1 AND x.id > $3 AND x.id < $4
  ORDER BY x.id LIMIT $8
), sent AS (
  INSERT INTO webhooks.delivery AS d (endpoint, event, tenant, state, created_at, round_at, next_at)
  SELECT p.id, x.id, $1, 'pending', $7, $7, $7
  FROM looked_at AS x JOIN webhooks.endpoint AS p ON p.id = $2 AND p.tenant = $1
  WHERE p.enabled_events && ARRAY['*', x.type] AND ($5::text[] IS NULL OR x.type = ANY ($5))
    AND coalesce((SELECT old.state = 'given_up' OR ($6 AND old.state = 'delivered')
      FROM webhooks.delivery AS old WHERE old.endpoint = p.id AND old.event = x.id), true)
  ${NEW_ROUND}
  RETURNING event
)
SELECT (SELECT count(*) FROM sent) AS sent, count(*) AS looked_at, max(id) AS last FROM looked_at`,
);

// The round of a delivery began when the command was accepted, so the command's own are known for ever.
const rangeOf = sql(
  'webhooks.range-sent-again',
  `WITH looked_at AS MATERIALIZED (
  SELECT x.id FROM webhooks.event AS x WHERE x.tenant = $1 AND x.id > $3 AND x.id < $4
  ORDER BY x.id LIMIT $6
)
SELECT count(d.event) AS sent, count(*) AS looked_at, max(x.id) AS last
FROM looked_at AS x LEFT JOIN webhooks.delivery AS d
  ON d.endpoint = $2 AND d.event = x.id AND d.round_at = $5`,
);

/** Which events are sent to one endpoint again. */
export interface Range {
  readonly tenant: string;
  readonly endpoint: string;
  /** Ids between which the events lie, both excluded. */
  readonly after: string;
  readonly before: string;
  readonly types: readonly string[] | null;
  readonly includeDelivered: boolean;
  /** The most events that are looked at. */
  readonly limit: number;
}

interface RangeRow {
  sent: bigint;
  looked_at: bigint;
  last: string | null;
}

/** Sends what an endpoint wants of a range, oldest first. */
export async function sendRangeAgain(tx: Queryable, what: Range, now: Micros): Promise<Replayed> {
  const { rows } = await tx.run<RangeRow>(range, [
    what.tenant,
    what.endpoint,
    what.after,
    what.before,
    what.types,
    what.includeDelivered,
    instant(now),
    what.limit,
  ]);
  return toReplayed(rows[0], what.limit);
}

/** What a replay that was accepted at an instant has sent. */
export async function rangeSentAgain(db: Queryable, what: Range, at: Micros): Promise<Replayed> {
  const { rows } = await db.run<RangeRow>(rangeOf, [
    what.tenant,
    what.endpoint,
    what.after,
    what.before,
    instant(at),
    what.limit,
  ]);
  return toReplayed(rows[0], what.limit);
}

function toReplayed(row: RangeRow | undefined, limit: number): Replayed {
  const full = Number(row?.looked_at ?? 0n) === limit;
  return { deliveries: Number(row?.sent ?? 0n), continueAfter: full ? (row?.last ?? null) : null };
}

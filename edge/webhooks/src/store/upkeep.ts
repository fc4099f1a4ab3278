import type { Micros } from '@tpmall/kernel';
import { deleteRows, instant, type Queryable, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT } from '@tpmall/platform/events';

const disable = sql(
  'webhooks.disable-failing',
  `WITH failing AS (
  UPDATE webhooks.endpoint AS p SET status = 'disabled', disabled_reason = 'failing', version = version + 1
  WHERE status = 'enabled' AND failing_since <= $1
  RETURNING id, tenant, url, failing_since
), told AS (
  INSERT INTO webhooks.outbox (type, aggregate_id, tenant, at, payload)
  SELECT 'webhook_endpoint.disabled', id, tenant, $2, jsonb_build_object('id', id, 'url', url,
    'failingSince', (extract(epoch FROM failing_since) * 1000000)::bigint)
  FROM failing
), audited AS (
  INSERT INTO webhooks.outbox (type, aggregate_id, tenant, at, payload)
  SELECT '${AUDIT_EVENT}', id, tenant, $2, jsonb_build_object('actor', 'system',
    'action', 'webhook_endpoint.disabled', 'subject', id, 'reason', 'nothing has reached it for days')
  FROM failing
)
SELECT id FROM failing`,
);

/** Disables endpoints that have failed since before an instant, and tells so; answers their ids. */
export async function disableFailing(db: Queryable, since: Micros, now: Micros): Promise<string[]> {
  const { rows } = await db.run<{ id: string }>(disable, [instant(since), instant(now)]);
  return rows.map(({ id }) => id);
}

const giveUp = sql(
  'webhooks.give-up-of-disabled',
  `UPDATE webhooks.delivery AS d SET state = 'given_up'
FROM (
  SELECT x.endpoint, x.event FROM webhooks.endpoint AS p CROSS JOIN LATERAL (
    SELECT y.endpoint, y.event FROM webhooks.delivery AS y
    WHERE y.endpoint = p.id AND y.state = 'pending' ORDER BY y.next_at LIMIT $1) AS x
  WHERE p.status <> 'enabled' LIMIT $1) AS closed
WHERE d.endpoint = closed.endpoint AND d.event = closed.event AND d.state = 'pending'`,
);

/** Gives up what is pending for endpoints that are not enabled; answers how many it was. */
export async function giveUpOfDisabled(db: Queryable, limit: number): Promise<number> {
  return (await db.run(giveUp, [limit])).count;
}

const forgetRows = (table: 'attempt' | 'delivery') =>
  sql(
    `webhooks.forget-${table}s`,
    `DELETE FROM webhooks.${table} WHERE ctid = ANY (ARRAY (
  SELECT x.place FROM webhooks.endpoint AS p CROSS JOIN LATERAL (
    SELECT y.ctid AS place FROM webhooks.${table} AS y
    WHERE y.endpoint = p.id AND y.event < $1 LIMIT $2) AS x LIMIT $2))`,
  );
const forgetAttempts = forgetRows('attempt');
const forgetDeliveries = forgetRows('delivery');
const forgetEvents = sql(
  'webhooks.forget-events',
  `DELETE FROM webhooks.event WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM webhooks.event WHERE id < $1 ORDER BY id LIMIT $2))`,
);
const forgetEndpoints = sql(
  'webhooks.forget-endpoints',
  `DELETE FROM webhooks.endpoint AS p WHERE p.status = 'deleted'
  AND NOT EXISTS (SELECT FROM webhooks.delivery AS d WHERE d.endpoint = p.id)
  AND NOT EXISTS (SELECT FROM webhooks.attempt AS a WHERE a.endpoint = p.id)`,
);

/**
 * Forgets old rows, those that nothing else leans on first.
 *
 * @param before the least id of an event that stays
 */
export async function forgetBefore(db: Queryable, before: string): Promise<void> {
  for (const statement of [forgetAttempts, forgetDeliveries, forgetEvents])
    await deleteRows(db, statement, [before]);
  await db.run(forgetEndpoints);
}

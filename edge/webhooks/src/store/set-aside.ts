import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, rowsParameter, sql } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { SetAsideEvent } from '../contract/index.ts';

/** An event as it was read from an outbox, and why it cannot be put on the wire. */
export interface Unreadable {
  /** The id that clients will know it by. */
  readonly id: string;
  readonly event: StoredEvent;
  readonly reason: string;
}

interface SetAsideRow {
  id: string;
  source: string;
  seq: bigint;
  tenant: string;
  type: string;
  aggregate_id: string;
  at: Micros;
  payload: object;
  reason: string;
  set_aside_at: Micros;
}

const keep = sql(
  'webhooks.set-aside',
  `INSERT INTO webhooks.set_aside (id, source, seq, tenant, type, aggregate_id, at, payload, reason,
    set_aside_at)
SELECT id, source, seq, tenant, type, aggregate_id, at, payload, reason, $2
FROM jsonb_to_recordset($1::jsonb) AS t (id text, source text, seq bigint, tenant text, type text,
  aggregate_id text, at timestamptz, payload jsonb, reason text)
ON CONFLICT (id) DO NOTHING`,
);

/** Keeps events that cannot be put on the wire; one that is here already stays as it is. */
export async function setAside(tx: Queryable, events: readonly Unreadable[], now: Micros): Promise<void> {
  const rows = events.map(({ id, event, reason }) => ({
    id,
    source: event.from,
    seq: event.seq,
    tenant: event.tenant,
    type: event.type,
    aggregate_id: event.aggregateId,
    at: instant(event.at),
    payload: event.payload,
    reason,
  }));
  await tx.run(keep, [rowsParameter(rows), instant(now)]);
}

const oldest = sql(
  'webhooks.oldest-set-aside',
  `SELECT id, source, seq, tenant, type, aggregate_id, at, payload, reason, set_aside_at
FROM webhooks.set_aside WHERE ($1 = '' OR tenant = $1) AND id > $2 ORDER BY id LIMIT $3`,
);

/** An event that was set aside, as it came and as operators see it. */
export interface Kept extends Unreadable {
  readonly shown: SetAsideEvent;
}

/**
 * What is set aside of a tenant, or of all (no tenant), the oldest first.
 *
 * @param after the last id of the page before; empty for the first
 */
export async function readSetAside(
  db: Queryable,
  tenant: string,
  after: string,
  limit: number,
): Promise<Kept[]> {
  const { rows } = await db.run<SetAsideRow>(oldest, [tenant, after, limit]);
  return rows.map((row) => ({
    id: row.id,
    reason: row.reason,
    event: {
      from: row.source,
      seq: row.seq,
      tenant: row.tenant,
      type: row.type,
      aggregateId: row.aggregate_id,
      at: row.at,
      payload: row.payload,
    },
    shown: {
      id: row.id,
      source: row.source,
      type: row.type,
      createdAt: row.at,
      reason: row.reason,
      setAsideAt: row.set_aside_at,
    },
  }));
}

const forget = sql('webhooks.forget-set-aside', 'DELETE FROM webhooks.set_aside WHERE id = ANY ($1::text[])');

/** Forgets what has been told. */
export async function forgetSetAside(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.run(forget, [ids]);
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';

/** What a listener is owed: events from an id on, but for those that it has acknowledged. */
export interface Owed {
  /** The least id of an event that it may not have. */
  readonly from: string;
  readonly heard: readonly string[];
}

/** A session to be kept. */
export interface NewListener {
  readonly id: string;
  readonly tenant: string;
  readonly device: string;
  readonly until: Micros;
  readonly from: string;
}

// Copied, so that a repetition finds it again: it is forgotten when its successor has come.
const open = sql(
  'webhooks.open-listener',
  `WITH before AS (
  SELECT id, owed_from, heard FROM webhooks.listener
  WHERE tenant = $2 AND device = $3 AND until > $6 AND until <= $7 ORDER BY until DESC, id DESC LIMIT 1
), opened AS (
  INSERT INTO webhooks.listener (id, tenant, device, until, owed_from, heard)
  SELECT $1, $2, $3, $4, coalesce(before.owed_from, $5), coalesce(before.heard, '{}')
  FROM (SELECT) AS one LEFT JOIN before ON true
)
SELECT id FROM before`,
);

/**
 * Keeps a session that goes on where the same device's ended, if it ended between two instants; answers that
 * one's id.
 */
export async function openListener(
  db: Queryable,
  { id, tenant, device, until, from }: NewListener,
  ended: { readonly after: Micros; readonly now: Micros },
): Promise<string | null> {
  const values = [id, tenant, device, instant(until), from, instant(ended.after), instant(ended.now)];
  const { rows } = await db.run<{ id: string }>(open, values);
  return rows[0]?.id ?? null;
}

const find = sql(
  'webhooks.find-listener',
  'SELECT owed_from AS "from", heard FROM webhooks.listener WHERE id = $1',
);

/** What a session is owed; undefined where it was given up, or is older than this table. */
export async function findOwed(db: Queryable, id: string): Promise<Owed | undefined> {
  return (await db.run<Owed>(find, [id])).rows[0];
}

const save = sql(
  'webhooks.save-listener',
  'UPDATE webhooks.listener SET owed_from = $2, heard = $3::text[] WHERE id = $1',
);

/** Writes down what a session has heard. */
export async function saveOwed(db: Queryable, id: string, { from, heard }: Owed): Promise<void> {
  await db.run(save, [id, from, heard]);
}

const forget = sql('webhooks.forget-listener', 'DELETE FROM webhooks.listener WHERE id = $1');

/** Forgets a session that nobody continues. */
export async function forgetListener(db: Queryable, id: string): Promise<void> {
  await db.run(forget, [id]);
}

const forgetEnded = sql('webhooks.forget-listeners', 'DELETE FROM webhooks.listener WHERE until <= $1');

/** Forgets the sessions that ended before an instant. */
export async function forgetListenersBefore(db: Queryable, before: Micros): Promise<void> {
  await db.run(forgetEnded, [instant(before)]);
}

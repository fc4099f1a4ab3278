import { isoInstant, type Micros } from '@tpmall/kernel';
import { type Database, sql } from '@tpmall/platform/db';

/** Requests of keys on a day, as they are added up. */
export interface QuotaUse {
  readonly keyId: string;
  /** `2026-11-27`, UTC. */
  readonly day: string;
  readonly used: number;
}

/** The day of an instant, UTC. */
export function dayOf(at: Micros): string {
  return isoInstant(at).slice(0, 10);
}

const addUse = sql(
  'gateway.add-quota-use',
  `INSERT INTO gateway.quota_use AS q (key_id, day, used)
SELECT * FROM unnest($1::text[], $2::date[], $3::bigint[])
ON CONFLICT (key_id, day) DO UPDATE SET used = q.used + EXCLUDED.used
RETURNING key_id, day::text AS day, used`,
);

/** Adds what this process has counted, and answers what all processes have. */
export async function addQuotaUse(db: Database, counted: readonly QuotaUse[]): Promise<QuotaUse[]> {
  const { rows } = await db.run<{ key_id: string; day: string; used: bigint }>(addUse, [
    counted.map(({ keyId }) => keyId),
    counted.map(({ day }) => day),
    counted.map(({ used }) => used),
  ]);
  return rows.map((row) => ({ keyId: row.key_id, day: row.day, used: Number(row.used) }));
}

const ofDay = sql(
  'gateway.find-quota-use',
  'SELECT key_id, day::text AS day, used FROM gateway.quota_use WHERE day = $1::date',
);

/** What was used on a day so far. */
export async function findQuotaUse(db: Database, day: string): Promise<QuotaUse[]> {
  const { rows } = await db.run<{ key_id: string; day: string; used: bigint }>(ofDay, [day]);
  return rows.map((row) => ({ keyId: row.key_id, day: row.day, used: Number(row.used) }));
}

const deleteOld = sql('gateway.delete-quota-use', 'DELETE FROM gateway.quota_use WHERE day < $1::date');

/** Forgets the use of days before one. */
export async function deleteQuotaUse(db: Database, before: string): Promise<void> {
  await db.run(deleteOld, [before]);
}

import type { Micros } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import type { ClearingExceptionKind, ClearingType } from '../contract/index.ts';

/** A record of a file, or what was missing from all of them, as people look at it. */
export interface CaseRecord {
  readonly id: string;
  readonly kind: ClearingExceptionKind | null;
  readonly type: ClearingType;
  readonly connector: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly reference: string;
  readonly approvalCode: string | null;
  readonly amount: bigint;
  readonly fee: bigint | null;
  readonly currency: string;
  readonly bookedAt: Micros;
  readonly createdAt: Micros;
  readonly clears: string | null;
}

const find = sql(
  'acquiring.find-clearing-case',
  `SELECT id, exception AS kind, type, connector, file, line, reference, approval_code, amount, fee, currency,
     booked_at, created_at, subject AS clears
   FROM acquiring.clearing_record WHERE id = $1
   UNION ALL
   SELECT subject, CASE WHEN found_in IS NULL AND NOT EXISTS (
       SELECT FROM acquiring.clearing_record AS r WHERE r.subject = m.subject AND r.type = m.type)
     THEN 'missing_from_file' END, type, connector, NULL, NULL, reference, NULL, amount, NULL, currency,
     booked_at, created_at, NULL
   FROM acquiring.missing_clearing AS m WHERE subject = $1 AND NOT EXISTS (
     SELECT FROM acquiring.clearing_record WHERE id = $1)
   LIMIT 1`,
);

/** What an exception is about, whether it is open or not. */
export async function findCase(db: Queryable, id: string): Promise<CaseRecord | undefined> {
  const { rows } = await db.run<
    Omit<CaseRecord, 'approvalCode' | 'bookedAt' | 'createdAt'> & {
      readonly approval_code: string | null;
      readonly booked_at: Micros;
      readonly created_at: Micros;
    }
  >(find, [id]);
  const [row] = rows;
  if (!row) return undefined;
  const { approval_code: approvalCode, booked_at: bookedAt, created_at: createdAt, ...rest } = row;
  return { ...rest, approvalCode, bookedAt, createdAt };
}

const waiting = sql(
  'acquiring.clearing-that-waits',
  `SELECT subject FROM acquiring.missing_clearing
   WHERE found_in IS NULL AND connector = $1 AND type = $2 AND currency = $3
   ORDER BY abs(amount - $4), booked_at DESC, subject LIMIT $5`,
);

/** Captures or refunds that are in no file, the closest amount first. */
export async function findWaiting(
  db: Queryable,
  { connector, type, currency, amount }: CaseRecord,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.run<{ subject: string }>(waiting, [
    connector,
    type === 'refund_return' ? 'refund' : type,
    currency,
    amount,
    limit,
  ]);
  return rows.map(({ subject }) => subject);
}

const said = sql(
  'acquiring.clearing-resolutions-of',
  `SELECT id FROM acquiring.clearing_resolution WHERE exception = $1
   ORDER BY proposed_at DESC, id DESC LIMIT $2`,
);

/** What was proposed about an exception, by id, the newest first. */
export async function findSaid(db: Queryable, exception: string, limit: number): Promise<string[]> {
  const { rows } = await db.run<{ id: string }>(said, [exception, limit]);
  return rows.map(({ id }) => id);
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import type { Clearable, ClearableAuthorisation, Match, Movement } from '../clearing/match-records.ts';
import type { ClearingType } from '../contract/index.ts';

/** A record as it is stored. */
export interface RecordToClear extends Clearable {
  readonly id: string;
  readonly line: number;
  readonly fee: bigint;
  readonly bookedAt: Micros;
}

interface CandidateRow {
  authorisation_id: string;
  tenant: string;
  reference: string;
  approval_code: string;
  currency: string;
  kind: Movement['kind'] | null;
  id: string;
  state: string;
  amount: bigint;
  command_id: string;
  cleared: ClearingType[];
}

// Each authorisation is one lookup of its reference, and what belongs to it are lookups by its id: the
// offsets keep the planner from other ways, however small the tables were when the statement was planned.
const candidates = sql(
  'acquiring.clearing-candidates',
  `SELECT o.id AS authorisation_id, o.tenant, o.reference, o.approval_code, o.currency, m.kind, m.id, m.state,
     m.amount, m.command_id, to_jsonb(ARRAY(
       SELECT r.type FROM acquiring.clearing_record AS r WHERE r.subject = m.id)) AS cleared
   FROM unnest($2::text[]) AS wanted (reference)
   CROSS JOIN LATERAL (
     SELECT * FROM acquiring.authorisation AS x
     WHERE x.reference = wanted.reference AND (x.connector = $1) IS TRUE AND x.state = 'approved'
     OFFSET 0) AS o
   LEFT JOIN LATERAL (
     SELECT 'capture' AS kind, v.id, v.state, v.amount, o.command_id FROM acquiring.advice AS v
     WHERE v.authorisation_id = o.id AND v.kind = 'capture'
     UNION ALL
     SELECT 'refund', f.id, f.state, f.amount, f.command_id FROM acquiring.refund AS f
     WHERE f.authorisation_id = o.id) AS m ON true
   ORDER BY m.id`,
);

/** The approved authorisations of a connector that have these references, with what was moved of them. */
export async function findClearable(
  tx: Queryable,
  connector: string,
  references: readonly string[],
): Promise<ClearableAuthorisation[]> {
  const { rows } = await tx.run<CandidateRow>(candidates, [connector, [...new Set(references)]]);
  const found = new Map<string, Omit<ClearableAuthorisation, 'movements'> & { movements: Movement[] }>();
  for (const row of rows) {
    const { authorisation_id: id, tenant, reference, approval_code: approvalCode, currency } = row;
    const authorisation = found.get(id) ?? { id, tenant, reference, approvalCode, currency, movements: [] };
    found.set(id, authorisation);
    if (row.kind === null) continue;
    const { kind, state, amount, command_id: commandId, cleared } = row;
    authorisation.movements.push({ kind, id: row.id, state, amount, commandId, cleared });
  }
  return [...found.values()];
}

const ITEM = `item AS (
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (id text, line int, type text, reference text,
       approval_code text, amount numeric, fee numeric, currency text, booked_at timestamptz, exception text,
       subject text, tenant text, authorisation_id text, command_id text)
   )`;

// A capture that was missed and has come is missing no more; and payments learn of each match once.
const TELL = `found AS (
     UPDATE acquiring.missing_clearing AS m SET found_in = item.id
     FROM item JOIN stored USING (id)
     WHERE m.subject = item.subject AND m.type = item.type AND m.found_in IS NULL
   )
   INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
   SELECT 'clearing.record_matched', item.authorisation_id, item.tenant, $3, jsonb_build_object(
     'recordId', item.id, 'connector', $2::text, 'type', item.type, 'commandId', item.command_id,
     'amount', item.amount::text, 'fee', item.fee::text, 'currency', item.currency)
   FROM item JOIN stored USING (id) WHERE item.subject IS NOT NULL ORDER BY item.id`;

const insert = sql(
  'acquiring.insert-clearing-records',
  `WITH ${ITEM}, stored AS (
     INSERT INTO acquiring.clearing_record (id, file, connector, line, type, reference, approval_code, amount,
       fee, currency, booked_at, created_at, subject, tenant, exception)
     SELECT id, $4, $2, line, type, reference, approval_code, amount, fee, currency, booked_at, $3, subject,
       tenant, exception
     FROM item
     RETURNING id
   ), ${TELL}`,
);

/** A record with what it was found to be. */
export interface MatchedRecord {
  readonly record: RecordToClear;
  readonly match: Match;
}

/** Stores records of a file, and tells of those that are matched. */
export async function storeRecords(
  tx: Queryable,
  file: { readonly id: string; readonly connector: string; readonly importedAt: Micros },
  records: readonly MatchedRecord[],
): Promise<void> {
  await tx.run(insert, [items(records), file.connector, instant(file.importedAt), file.id]);
}

const settle = sql(
  'acquiring.settle-clearing-exceptions',
  `WITH ${ITEM}, stored AS (
     UPDATE acquiring.clearing_record AS r
     SET subject = item.subject, tenant = item.tenant, exception = item.exception
     FROM item WHERE r.id = item.id AND r.exception IS NOT NULL
     RETURNING r.id
   ), ${TELL}`,
);

/** Writes what exceptions turn out to be when they are looked at again, and tells of those that match now. */
export async function settleExceptions(
  tx: Queryable,
  connector: string,
  at: Micros,
  records: readonly MatchedRecord[],
): Promise<void> {
  await tx.run(settle, [items(records), connector, instant(at)]);
}

function items(records: readonly MatchedRecord[]): string {
  return rowParameter(records.map(({ record, match }) => rowOf(record, match)));
}

function rowOf(record: RecordToClear, match: Match): object {
  const row = {
    id: record.id,
    line: record.line,
    type: record.type,
    reference: record.reference,
    approval_code: record.approvalCode,
    amount: record.amount,
    fee: record.fee,
    currency: record.currency,
    booked_at: instant(record.bookedAt),
  };
  if ('exception' in match) return { ...row, exception: match.exception };
  const { authorisation, movement } = match;
  return {
    ...row,
    subject: movement.id,
    tenant: authorisation.tenant,
    authorisation_id: authorisation.id,
    command_id: movement.commandId,
  };
}

const unsettled = sql(
  'acquiring.clearing-records-not-booked',
  `SELECT id, connector, line, type, reference, approval_code, amount, fee, currency, booked_at, created_at
   FROM acquiring.clearing_record
   WHERE exception = 'not_booked' AND (created_at, id) > ($1, $2)
   ORDER BY created_at, id LIMIT $3`,
);

/** Where a record stands among the exceptions. */
export interface PlaceOfRecord {
  readonly id: string;
  readonly createdAt: Micros;
}

const FIRST: PlaceOfRecord = { id: '', createdAt: 0 };

/** Records that our side had not booked, the oldest first, from the next after a place or from the first. */
export async function findNotBooked(
  tx: Queryable,
  after: PlaceOfRecord | undefined,
  limit: number,
): Promise<(RecordToClear & PlaceOfRecord & { readonly connector: string })[]> {
  const { createdAt, id } = after ?? FIRST;
  const { rows } = await tx.run<{
    id: string;
    connector: string;
    line: number;
    type: ClearingType;
    reference: string;
    approval_code: string;
    amount: bigint;
    fee: bigint;
    currency: string;
    booked_at: Micros;
    created_at: Micros;
  }>(unsettled, [instant(createdAt), id, limit]);
  return rows.map(({ approval_code: approvalCode, booked_at: bookedAt, created_at: at, ...row }) => ({
    ...row,
    ...{ approvalCode, bookedAt, createdAt: at },
  }));
}

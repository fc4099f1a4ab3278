import type { Micros } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import type { ClearableAuthorisation, Movement } from '../clearing/match-records.ts';
import type { ClearingType } from '../contract/index.ts';
import type { RecordToClear } from './clearing-records.ts';

/** A record that clears nothing, or a capture or refund that is in no file (no record). */
export interface OpenException {
  readonly connector: string;
  readonly record: RecordToClear | null;
}

const record = sql(
  'acquiring.find-clearing-exception',
  `SELECT id, connector, line, type, reference, approval_code, amount, fee, currency, booked_at
   FROM acquiring.clearing_record WHERE id = $1 AND exception IS NOT NULL`,
);
const missing = sql(
  'acquiring.find-missing-clearing',
  `SELECT connector FROM acquiring.missing_clearing AS m
   WHERE m.subject = $1 AND m.found_in IS NULL AND NOT EXISTS (
     SELECT FROM acquiring.clearing_record AS r WHERE r.subject = m.subject AND r.type = m.type)`,
);

/** An exception that is open. */
export async function findException(db: Queryable, id: string): Promise<OpenException | undefined> {
  const { rows } = await db.run<{
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
  }>(record, [id]);
  const [found] = rows;
  if (found) {
    const { connector, approval_code: approvalCode, booked_at: bookedAt, ...rest } = found;
    return { connector, record: { ...rest, approvalCode, bookedAt } };
  }
  const { rows: absent } = await db.run<{ connector: string }>(missing, [id]);
  return absent[0] && { connector: absent[0].connector, record: null };
}

const movement = sql(
  'acquiring.find-movement-to-clear',
  `SELECT o.id AS authorisation_id, o.tenant, o.reference, o.approval_code, o.currency, m.kind, m.id, m.state,
     m.amount, o.command_id AS authorised_by, m.command_id, to_jsonb(ARRAY(
       SELECT r.type FROM acquiring.clearing_record AS r WHERE r.subject = m.id)) AS cleared
   FROM (
     SELECT 'capture' AS kind, id, state, amount, NULL AS command_id, authorisation_id
     FROM acquiring.advice WHERE id = $2 AND kind = 'capture'
     UNION ALL
     SELECT 'refund', id, state, amount, command_id, authorisation_id
     FROM acquiring.refund WHERE id = $2) AS m
   JOIN acquiring.authorisation AS o ON o.id = m.authorisation_id
   WHERE o.connector = $1`,
);

/** A capture or refund with the authorisation that it is of. */
export interface MovementToClear {
  readonly authorisation: ClearableAuthorisation;
  readonly movement: Movement;
}

/** A capture or refund at a connector, with its authorisation. */
export async function findMovement(
  db: Queryable,
  connector: string,
  id: string,
): Promise<MovementToClear | undefined> {
  const { rows } = await db.run<{
    authorisation_id: string;
    tenant: string;
    reference: string | null;
    approval_code: string | null;
    currency: string;
    kind: Movement['kind'];
    id: string;
    state: string;
    amount: bigint;
    authorised_by: string;
    command_id: string | null;
    cleared: ClearingType[];
  }>(movement, [connector, id]);
  const [row] = rows;
  if (!row) return undefined;
  const { kind, state, amount, cleared, tenant, currency } = row;
  const found = { kind, id: row.id, state, amount, cleared, commandId: row.command_id ?? row.authorised_by };
  return {
    movement: found,
    authorisation: {
      ...{ id: row.authorisation_id, tenant, currency, movements: [found] },
      reference: row.reference ?? '',
      approvalCode: row.approval_code ?? '',
    },
  };
}

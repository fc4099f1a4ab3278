import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, SQLSTATE, sql, sqlState, violatedConstraint } from '@tpmall/platform/db';
import type { ClearingResolution } from '../contract/index.ts';

interface Row {
  id: string;
  exception: string;
  verdict: ClearingResolution['verdict'];
  movement: string | null;
  evidence: string;
  state: ClearingResolution['state'];
  proposed_by: string;
  proposed_at: Micros;
  decided_by: string | null;
  decided_at: Micros | null;
  decision_reason: string | null;
}

const COLUMNS = `id, exception, verdict, movement, evidence, state, proposed_by, proposed_at, decided_by,
  decided_at, decision_reason`;

function fromRow(row: Row): ClearingResolution {
  const { id, exception, verdict, movement, evidence, state } = row;
  return {
    ...{ id, exception, verdict, movement, evidence, state },
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    decisionReason: row.decision_reason,
  };
}

const insert = sql(
  'acquiring.insert-clearing-resolution',
  `INSERT INTO acquiring.clearing_resolution (id, tenant, exception, verdict, movement, evidence, state,
     proposed_by, proposed_at)
   VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7, $8) ON CONFLICT (id) DO NOTHING`,
);

/**
 * Stores a proposal; false where it is there already. Throws what {@link isClearingResolutionOpen} knows
 * where another one about the same exception is open.
 */
export async function storeClearingProposal(
  tx: Queryable,
  tenant: string,
  proposed: ClearingResolution,
): Promise<boolean> {
  const { id, exception, verdict, movement, evidence, proposedBy, proposedAt } = proposed;
  const values = [id, tenant, exception, verdict, movement, evidence, proposedBy, instant(proposedAt)];
  return (await tx.run(insert, values)).count === 1;
}

/** Whether a proposal was refused because another one about the same exception is open. */
export function isClearingResolutionOpen(error: unknown): boolean {
  return (
    sqlState(error) === SQLSTATE.uniqueViolation &&
    violatedConstraint(error) === 'one_open_clearing_resolution'
  );
}

const byId = sql(
  'acquiring.find-clearing-resolution',
  `SELECT ${COLUMNS} FROM acquiring.clearing_resolution WHERE id = $1`,
);
const lock = sql(
  'acquiring.lock-clearing-resolution',
  `SELECT ${COLUMNS} FROM acquiring.clearing_resolution WHERE id = $1 FOR UPDATE`,
);

/** A resolution. */
export async function findClearingResolution(
  db: Queryable,
  id: string,
): Promise<ClearingResolution | undefined> {
  const { rows } = await db.run<Row>(byId, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** A resolution that nobody else decides until the transaction ends. */
export async function lockClearingResolution(
  tx: Queryable,
  id: string,
): Promise<ClearingResolution | undefined> {
  const { rows } = await tx.run<Row>(lock, [id]);
  return rows[0] && fromRow(rows[0]);
}

const decide = sql(
  'acquiring.decide-clearing-resolution',
  `UPDATE acquiring.clearing_resolution SET state = $2, decided_by = $3, decided_at = $4, decision_reason = $5
   WHERE id = $1 AND state = 'proposed'`,
);

/** Stores what the second person says; the table refuses the first one. */
export async function storeClearingDecision(tx: Queryable, decided: ClearingResolution): Promise<void> {
  const { id, state, decidedBy, decidedAt, decisionReason } = decided;
  await tx.run(decide, [
    id,
    state,
    decidedBy,
    decidedAt === null ? null : instant(decidedAt),
    decisionReason,
  ]);
}

const list = sql(
  'acquiring.list-clearing-resolutions',
  `SELECT ${COLUMNS} FROM acquiring.clearing_resolution
   WHERE NOT $1 OR state = 'proposed' ORDER BY proposed_at DESC, id DESC LIMIT $2`,
);

/** Resolutions of the whole house, the newest first. */
export async function listClearingResolutions(
  db: Queryable,
  open: boolean,
  limit: number,
): Promise<ClearingResolution[]> {
  const { rows } = await db.run<Row>(list, [open, limit]);
  return rows.map(fromRow);
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, SQLSTATE, sql, sqlState, violatedConstraint } from '@tpmall/platform/db';
import type { Resolution } from '../contract/index.ts';

/** A resolution with what only this module knows of it. */
export interface ResolutionRecord extends Resolution {
  readonly tenant: string;
  /** Acquiring's command that it settles; null: it is about a refused advice. */
  readonly settles: string | null;
}

interface Row {
  id: string;
  tenant: string;
  subject: string;
  advice: string | null;
  kind: Resolution['kind'];
  verdict: Resolution['verdict'];
  evidence: string;
  approval_code: string | null;
  reference: string | null;
  settles: string | null;
  state: Resolution['state'];
  proposed_by: string;
  proposed_at: Micros;
  decided_by: string | null;
  decided_at: Micros | null;
  decision_reason: string | null;
}

const COLUMNS = `id, tenant, subject, advice, kind, verdict, evidence, approval_code, reference, settles,
  state, proposed_by, proposed_at, decided_by, decided_at, decision_reason`;

function toRecord(row: Row): ResolutionRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    subject: row.subject,
    advice: row.advice,
    kind: row.kind,
    verdict: row.verdict,
    evidence: row.evidence,
    approvalCode: row.approval_code,
    reference: row.reference,
    settles: row.settles,
    state: row.state,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    decisionReason: row.decision_reason,
  };
}

/** The resolution as others see it. */
export function toResolution(record: ResolutionRecord): Resolution {
  const { tenant: _tenant, settles: _settles, ...resolution } = record;
  return resolution;
}

const insert = sql(
  'payments.insert-resolution',
  `INSERT INTO payments.resolution (id, tenant, subject, advice, kind, verdict, evidence, approval_code,
  reference, settles, state, proposed_by, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'proposed', $11, $12)`,
);

/** Stores a proposal. Throws what {@link isOpenAlready} knows where another one about the same is open. */
export async function storeProposal(tx: Queryable, proposed: ResolutionRecord): Promise<void> {
  await tx.run(insert, [
    proposed.id,
    proposed.tenant,
    proposed.subject,
    proposed.advice,
    proposed.kind,
    proposed.verdict,
    proposed.evidence,
    proposed.approvalCode,
    proposed.reference,
    proposed.settles,
    proposed.proposedBy,
    instant(proposed.proposedAt),
  ]);
}

/** Whether a proposal was refused because another one about the same is open. */
export function isOpenAlready(error: unknown): boolean {
  return sqlState(error) === SQLSTATE.uniqueViolation && violatedConstraint(error) === 'one_open_resolution';
}

const byId = sql(
  'payments.find-resolution',
  `SELECT ${COLUMNS} FROM payments.resolution WHERE id = $1 AND tenant = $2`,
);
const lock = sql(
  'payments.lock-resolution',
  `SELECT ${COLUMNS} FROM payments.resolution WHERE id = $1 AND tenant = $2 FOR UPDATE`,
);

/** A resolution of this tenant. */
export async function findResolutionRecord(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<ResolutionRecord | undefined> {
  const { rows } = await db.run<Row>(byId, [id, tenant]);
  return rows[0] && toRecord(rows[0]);
}

/** A resolution that nobody else decides until the transaction ends. */
export async function lockResolution(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<ResolutionRecord | undefined> {
  const { rows } = await tx.run<Row>(lock, [id, tenant]);
  return rows[0] && toRecord(rows[0]);
}

const decide = sql(
  'payments.decide-resolution',
  `UPDATE payments.resolution SET state = $2, decided_by = $3, decided_at = $4, decision_reason = $5
WHERE id = $1 AND state = 'proposed'`,
);

/** Stores what the second person says; the table refuses the first one. */
export async function storeDecision(tx: Queryable, decided: ResolutionRecord): Promise<void> {
  const { id, state, decidedBy, decidedAt, decisionReason } = decided;
  await tx.run(decide, [
    id,
    state,
    decidedBy,
    decidedAt === null ? null : instant(decidedAt),
    decisionReason,
  ]);
}

const settle = sql(
  'payments.settle-resolution',
  `UPDATE payments.resolution SET state = $2, settled_at = $3 WHERE id = $1 AND state = 'confirmed'`,
);

/** Ends what was confirmed. False: another run has ended it. */
export async function storeSettled(
  tx: Queryable,
  id: string,
  state: 'applied' | 'overtaken',
  at: Micros,
): Promise<boolean> {
  return (await tx.run(settle, [id, state, instant(at)])).count === 1;
}

const list = sql(
  'payments.list-resolutions',
  `SELECT ${COLUMNS} FROM payments.resolution
WHERE tenant = $1 AND (NOT $3 OR state IN ('proposed', 'confirmed'))
ORDER BY proposed_at DESC, id DESC LIMIT $2`,
);

/** Resolutions of a tenant, the newest first. */
export async function listResolutionRecords(
  db: Queryable,
  tenant: string,
  limit: number,
  open: boolean,
): Promise<ResolutionRecord[]> {
  const { rows } = await db.run<Row>(list, [tenant, limit, open]);
  return rows.map(toRecord);
}

const toApply = sql(
  'payments.resolutions-to-apply',
  `SELECT ${COLUMNS} FROM payments.resolution WHERE state = 'confirmed' ORDER BY decided_at LIMIT $1`,
);

/** What was confirmed and has not taken effect yet, the oldest first. */
export async function findResolutionsToApply(db: Queryable, limit: number): Promise<ResolutionRecord[]> {
  const { rows } = await db.run<Row>(toApply, [limit]);
  return rows.map(toRecord);
}

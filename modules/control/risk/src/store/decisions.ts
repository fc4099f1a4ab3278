import type { Micros } from '@tpmall/kernel';
import {
  createBatcher,
  type Database,
  instant,
  type Queryable,
  rowsParameter,
  sql,
} from '@tpmall/platform/db';
import { networkOf } from '@tpmall/platform/http';
import type { RiskDecision, RiskSubject } from '../contract/index.ts';
import type { Features } from '../service/rules/features.ts';

/** A decision with what it was made on. */
export type RecordedDecision = RiskDecision & { readonly subject: RiskSubject; readonly at: number };

/** A decision as it is recorded: by which command, about what and on what. */
export interface NewDecision {
  readonly at: Micros;
  readonly tenant: string;
  readonly commandId: string;
  readonly decision: RiskDecision;
  readonly subject: RiskSubject;
  readonly features: Features;
}

// The columns that velocities count by come out of the subject, so that each travels once; but by address
// they count networks, as networkOf tells them apart. In one order, so that two processes that repeat the
// same commands do not wait for each other in a circle.
const insertDecisions = sql(
  'risk.insert-decision',
  `INSERT INTO risk.decision (id, tenant, command_id, payment, at, action, score, reasons, subject, features,
  amount, currency, card_fingerprint, customer, ip)
SELECT d.id, d.tenant, d.command_id, s.payment, d.at, d.action, d.score, d.reasons, d.subject, d.features,
  s.amount, s.currency, s."cardFingerprint", s.customer, d.network
FROM jsonb_to_recordset($1::jsonb) AS d (id text, tenant text, command_id text, at timestamptz, action text,
    score integer, reasons jsonb, subject jsonb, features jsonb, network text)
CROSS JOIN LATERAL jsonb_to_record(d.subject) AS s (payment text, amount numeric, currency text,
    "cardFingerprint" text, customer text)
ORDER BY d.tenant, d.command_id
ON CONFLICT ON CONSTRAINT decision_once DO NOTHING
RETURNING id`,
);

/**
 * Records decisions; those made at the same time share a statement and its commit. False: the same command
 * has recorded one in the meantime.
 */
export function createDecisionStore(db: Database): (decision: NewDecision) => Promise<boolean> {
  return createBatcher<NewDecision, boolean>(
    ({ tenant, commandId }) => `${tenant} ${commandId}`,
    async (decisions) => {
      const items = decisions.map(({ at, tenant, commandId, decision, subject, features }) => ({
        ...decision,
        tenant,
        command_id: commandId,
        at: instant(at),
        subject,
        features,
        network: subject.ip === undefined ? null : networkOf(subject.ip),
      }));
      const { rows } = await db.run<{ id: string }>(insertDecisions, [rowsParameter(items)]);
      const stored = new Set(rows.map(({ id }) => id));
      return decisions.map(({ decision }) => stored.has(decision.id));
    },
  );
}

const DECISION_COLUMNS = 'id, action, score, reasons, subject, at';
const byId = sql(
  'risk.decision-by-id',
  `SELECT ${DECISION_COLUMNS} FROM risk.decision WHERE tenant = $1 AND id = $2`,
);
const byCommand = sql(
  'risk.decision-by-command',
  `SELECT ${DECISION_COLUMNS} FROM risk.decision WHERE tenant = $1 AND command_id = $2`,
);

/** A decision of this tenant by its id. */
export function findDecisionById(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<RecordedDecision | undefined> {
  return findOne(db, byId, tenant, id);
}

/** The decision that a command has recorded. */
export function findDecisionByCommand(
  db: Queryable,
  tenant: string,
  commandId: string,
): Promise<RecordedDecision | undefined> {
  return findOne(db, byCommand, tenant, commandId);
}

type StoredSubject = Omit<RiskSubject, 'amount'> & { amount: string };

async function findOne(
  db: Queryable,
  statement: typeof byId,
  tenant: string,
  key: string,
): Promise<RecordedDecision | undefined> {
  const { rows } = await db.run<RiskDecision & { subject: StoredSubject; at: number }>(statement, [
    tenant,
    key,
  ]);
  const [row] = rows;
  return row && { ...row, subject: { ...row.subject, amount: BigInt(row.subject.amount) } };
}

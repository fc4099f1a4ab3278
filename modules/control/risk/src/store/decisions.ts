import { MINUTE, type Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { RiskDecision, RiskReason, RiskSubject } from '../contract/index.ts';
import type { Dimension, Features, Velocity } from '../service/rules/features.ts';

/** A decision with what it was made on. */
export type RecordedDecision = RiskDecision & { readonly subject: RiskSubject; readonly at: number };

interface DecisionRow {
  id: string;
  action: RiskDecision['action'];
  score: number;
  reasons: RiskReason[];
}

interface FeaturesRow {
  recorded: DecisionRow | null;
  entries: Features['entries'];
  card: WindowColumns;
  customer: WindowColumns;
  ip: WindowColumns;
}

/**
 * Counts and sums of 1m, 1h and 24h, in this order; sums as digits, because JSON has no exact large numbers.
 */
type WindowColumns = { counts: [number, number, number]; sums: [string, string, string] };

function windowOf(column: string, value: string, limit: string): string {
  return `(SELECT jsonb_build_object(
    'counts', jsonb_build_array(
      count(*) FILTER (WHERE at > $6), count(*) FILTER (WHERE at > $7), count(*)),
    'sums', jsonb_build_array(
      coalesce(sum(amount) FILTER (WHERE at > $6 AND currency = $5), 0)::text,
      coalesce(sum(amount) FILTER (WHERE at > $7 AND currency = $5), 0)::text,
      coalesce(sum(amount) FILTER (WHERE currency = $5), 0)::text))
  FROM (
    SELECT at, amount, currency FROM risk.decision
    WHERE tenant = $1 AND ${column} = ${value} AND at > $8
    ORDER BY at DESC LIMIT ${limit}
  ) AS recent)`;
}

const readFeatures = sql(
  'risk.read-features',
  `SELECT
  (SELECT jsonb_build_object('id', id, 'action', action, 'score', score, 'reasons', reasons)
   FROM risk.decision WHERE tenant = $1 AND command_id = $2) AS recorded,
  (SELECT coalesce(jsonb_agg(jsonb_build_object(
     'list', entry.list, 'kind', entry.kind, 'value', entry.value, 'reason', entry.reason)), '[]')
   FROM unnest($3::text[], $4::text[]) AS wanted (kind, value)
   JOIN risk.list_entry AS entry
     ON entry.tenant = $1 AND entry.kind = wanted.kind AND entry.value = wanted.value) AS entries,
  ${windowOf('card_fingerprint', '$9', '$12')} AS card,
  ${windowOf('customer', '$10', '$13')} AS customer,
  ${windowOf('ip', '$11', '$14')} AS ip`,
);

/**
 * Lists and velocities of a payment, and the decision of this command where there is one already: one
 * statement.
 */
export async function findFeatures(
  db: Queryable,
  at: Micros,
  tenant: string,
  commandId: string,
  subject: RiskSubject,
  keys: readonly { kind: string; value: string }[],
  limits: Readonly<Record<Dimension, number>>,
): Promise<{ recorded: RiskDecision | null; features: Features }> {
  const { rows } = await db.run<FeaturesRow>(readFeatures, [
    tenant,
    commandId,
    keys.map((key) => key.kind),
    keys.map((key) => key.value),
    subject.currency,
    instant(at - MINUTE),
    instant(at - 60 * MINUTE),
    instant(at - 24 * 60 * MINUTE),
    subject.cardFingerprint,
    subject.customer ?? null,
    subject.ip ?? null,
    limits.card,
    limits.customer,
    limits.ip,
  ]);
  const [row] = rows;
  if (!row) throw new Error('a select without a table answers one row');
  return {
    recorded: row.recorded,
    features: {
      entries: row.entries,
      velocities: { card: velocities(row.card), customer: velocities(row.customer), ip: velocities(row.ip) },
    },
  };
}

function velocities({ counts, sums }: WindowColumns): Record<'1m' | '1h' | '24h', Velocity> {
  return {
    '1m': { count: counts[0], sum: BigInt(sums[0]) },
    '1h': { count: counts[1], sum: BigInt(sums[1]) },
    '24h': { count: counts[2], sum: BigInt(sums[2]) },
  };
}

const insertDecision = sql(
  'risk.insert-decision',
  `INSERT INTO risk.decision (id, tenant, command_id, payment, at, action, score, reasons, subject, features,
  amount, currency, card_fingerprint, customer, ip)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT ON CONSTRAINT decision_once DO NOTHING`,
);

/** Records a decision. False: the same command has recorded one in the meantime. */
export async function storeDecision(
  db: Queryable,
  at: Micros,
  tenant: string,
  commandId: string,
  decision: RiskDecision,
  subject: RiskSubject,
  features: Features,
): Promise<boolean> {
  const { count } = await db.run(insertDecision, [
    decision.id,
    tenant,
    commandId,
    subject.payment,
    instant(at),
    decision.action,
    decision.score,
    JSON.stringify(decision.reasons),
    JSON.stringify(subject, digits),
    JSON.stringify(features, digits),
    subject.amount,
    subject.currency,
    subject.cardFingerprint,
    subject.customer ?? null,
    subject.ip ?? null,
  ]);
  return count === 1;
}

function digits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
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
  const { rows } = await db.run<DecisionRow & { subject: StoredSubject; at: number }>(statement, [
    tenant,
    key,
  ]);
  const [row] = rows;
  return row && { ...row, subject: { ...row.subject, amount: BigInt(row.subject.amount) } };
}

import type { Micros } from '@tpmall/kernel';
import {
  type Column,
  columnAssignments,
  columnDefinitions,
  columnNames,
  createListing,
  instant,
  type Queryable,
  rowParameter,
  sql,
} from '@tpmall/platform/db';
import type { Operation, OperationKind, OperationStatus } from '../contract/index.ts';

/** An operation with what only this module knows of it. */
export interface OperationRecord extends Operation {
  /** The command that made it: ids in the ledger and at payments derive from it. */
  readonly commandId: string;
  /** When somebody must look after it if it is still in work; null where nobody works on it. */
  readonly dueAt: Micros | null;
  readonly attempts: number;
  readonly charge: string | null;
  /** `userData128` of its transfers in the ledger; null while it is not known. */
  readonly tag: bigint | null;
}

const CHANGING: readonly Column[] = [
  ['status', 'text'],
  ['moving_to', 'text'],
  ['due_at', 'timestamptz'],
  ['attempts', 'integer'],
  ['failure', 'text'],
  ['missing', 'numeric'],
  ['payment_intent', 'text'],
  ['charge', 'text'],
  ['captured', 'numeric'],
  ['refunded', 'numeric'],
  ['reference', 'text'],
  ['approved_by', 'text'],
  ['paid_by', 'text'],
  ['decision_reason', 'text'],
  ['tag', 'numeric'],
];
const COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['command_id', 'text'],
  ['kind', 'text'],
  ['wallet', 'text'],
  ['counterparty', 'text'],
  ['currency', 'text'],
  ['amount', 'numeric'],
  ['note', 'text'],
  ['destination', 'text'],
  ['expires_at', 'timestamptz'],
  ...CHANGING,
];

interface OperationRow {
  readonly id: string;
  readonly tenant: string;
  readonly created_at: Micros;
  readonly command_id: string;
  readonly kind: OperationKind;
  readonly wallet: string;
  readonly counterparty: string | null;
  readonly currency: string;
  readonly amount: bigint;
  readonly note: string | null;
  readonly destination: string | null;
  readonly expires_at: Micros | null;
  readonly status: OperationStatus;
  readonly moving_to: OperationStatus | null;
  readonly due_at: Micros | null;
  readonly attempts: number;
  readonly failure: string | null;
  readonly missing: bigint | null;
  readonly payment_intent: string | null;
  readonly charge: string | null;
  readonly captured: bigint;
  readonly refunded: bigint;
  readonly reference: string | null;
  readonly approved_by: string | null;
  readonly paid_by: string | null;
  readonly decision_reason: string | null;
  readonly tag: bigint | null;
}

function toRecord(row: OperationRow): OperationRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    wallet: row.wallet,
    counterparty: row.counterparty,
    currency: row.currency,
    amount: row.amount,
    status: row.status,
    movingTo: row.moving_to,
    failure: row.failure,
    missing: row.missing,
    note: row.note,
    paymentIntent: row.payment_intent,
    captured: row.captured,
    refunded: row.refunded,
    destination: row.destination,
    reference: row.reference,
    approvedBy: row.approved_by,
    paidBy: row.paid_by,
    decisionReason: row.decision_reason,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    commandId: row.command_id,
    dueAt: row.due_at,
    attempts: row.attempts,
    charge: row.charge,
    tag: row.tag,
  };
}

function fromRecord(record: OperationRecord): string {
  const at = (instantOrNull: Micros | null) => (instantOrNull === null ? null : instant(instantOrNull));
  return rowParameter({
    ...record,
    created_at: instant(record.createdAt),
    command_id: record.commandId,
    expires_at: at(record.expiresAt),
    moving_to: record.movingTo,
    due_at: at(record.dueAt),
    payment_intent: record.paymentIntent,
    approved_by: record.approvedBy,
    paid_by: record.paidBy,
    decision_reason: record.decisionReason,
  });
}

/** The operation as others see it. */
export function toOperation(record: OperationRecord): Operation {
  const {
    commandId: _commandId,
    dueAt: _dueAt,
    attempts: _attempts,
    charge: _charge,
    tag: _tag,
    ...operation
  } = record;
  return operation;
}

const insert = sql(
  'wallet.insert-operation',
  `INSERT INTO wallet.operation (${columnNames(COLUMNS)})
SELECT ${columnNames(COLUMNS)} FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)})`,
);
const update = sql(
  'wallet.update-operation',
  `UPDATE wallet.operation AS operation SET ${columnAssignments(CHANGING, 't')}
FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)}) WHERE operation.id = t.id`,
);
const byId = sql(
  'wallet.find-operation',
  `SELECT ${columnNames(COLUMNS)} FROM wallet.operation WHERE tenant = $1 AND id = $2`,
);
const lock = sql('wallet.lock-operation', `${byId.text} FOR UPDATE`);
const lockByIntent = sql(
  'wallet.lock-operations-of-intent',
  `SELECT ${columnNames(COLUMNS)} FROM wallet.operation WHERE payment_intent = $1 AND kind = $2
ORDER BY id FOR UPDATE`,
);
const amongIntents = sql(
  'wallet.intents-of-operations',
  'SELECT DISTINCT payment_intent FROM wallet.operation WHERE payment_intent = ANY ($1)',
);
const byTags = sql(
  'wallet.find-operations-by-tag',
  `SELECT ${columnNames(COLUMNS)} FROM wallet.operation
WHERE tag = ANY ($2::numeric[]) AND (wallet = $1 OR counterparty = $1) ORDER BY created_at`,
);
const takeDue = sql(
  'wallet.take-due-operations',
  `UPDATE wallet.operation SET due_at = $2, attempts = attempts + 1 WHERE id IN (
  SELECT id FROM wallet.operation WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING ${columnNames(COLUMNS)}`,
);

/** Stores a new operation. */
export async function insertOperation(tx: Queryable, record: OperationRecord): Promise<void> {
  await tx.run(insert, [fromRecord(record)]);
}

/** Stores an operation that this transaction has locked, as it is now. */
export async function updateOperation(tx: Queryable, record: OperationRecord): Promise<void> {
  await tx.run(update, [fromRecord(record)]);
}

/** An operation of this tenant. */
export async function findOperation(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<OperationRecord | undefined> {
  const { rows } = await db.run<OperationRow>(byId, [tenant, id]);
  return rows[0] && toRecord(rows[0]);
}

/** The same, which nobody else changes until this transaction ends. Lock an operation before its limits. */
export async function lockOperation(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<OperationRecord | undefined> {
  const { rows } = await tx.run<OperationRow>(lock, [tenant, id]);
  return rows[0] && toRecord(rows[0]);
}

/** The operations of a payment intent: its top-up, or every attempt to pay it from a wallet. Locked. */
export async function lockOperationsOf(
  tx: Queryable,
  intent: string,
  kind: OperationKind,
): Promise<readonly OperationRecord[]> {
  return (await tx.run<OperationRow>(lockByIntent, [intent, kind])).rows.map(toRecord);
}

/** Those of some payment intents that top wallets up or are paid from them. */
export async function intentsOfOperations(
  db: Queryable,
  intents: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.run<{ payment_intent: string }>(amongIntents, [intents]);
  return new Set(rows.map(({ payment_intent }) => payment_intent));
}

/** The operations of a wallet behind transfers of the ledger, by their tags. */
export async function findOperationsByTag(
  db: Queryable,
  wallet: string,
  tags: readonly bigint[],
): Promise<ReadonlyMap<bigint, OperationRecord>> {
  const { rows } = await db.run<OperationRow>(byTags, [wallet, tags.map(String)]);
  // Of several attempts at one payment the last is the one that was made.
  return new Map(rows.flatMap((row) => (row.tag === null ? [] : [[row.tag, toRecord(row)] as const])));
}

/** Operations in work that are due, the oldest first; they are looked at again at `again`. */
export async function takeDueOperations(
  db: Queryable,
  now: Micros,
  again: Micros,
  limit: number,
): Promise<readonly OperationRecord[]> {
  const { rows } = await db.run<OperationRow>(takeDue, [instant(now), instant(again), limit]);
  return rows.map(toRecord);
}

/** A page of operations, newest first. */
export const listOperations = createListing({
  module: 'wallet',
  table: 'operation',
  select: columnNames(COLUMNS),
  read: (row: OperationRow) => toOperation(toRecord(row)),
  filters: {
    wallet: '? IN (wallet, counterparty)',
    kind: 'kind = ?',
    status: 'status = ?',
  },
});

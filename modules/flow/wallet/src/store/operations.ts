import type { Micros } from '@tpmall/kernel';
import {
  createListing,
  createRecordTable,
  instant,
  type Queryable,
  type StoredRow,
  sql,
} from '@tpmall/platform/db';
import type { Operation, OperationKind } from '../contract/index.ts';

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
  /** What the payment of a top-up is to be opened with; null once it is open, or has ended. */
  readonly customer: string | null;
  readonly receiptEmail: string | null;
}

const operations = createRecordTable<OperationRecord>({
  table: 'wallet.operation',
  columns: {
    id: 'text',
    tenant: 'text',
    createdAt: 'timestamptz',
    commandId: 'text',
    kind: 'text',
    wallet: 'text',
    counterparty: 'text',
    currency: 'text',
    amount: 'numeric',
    note: 'text',
    destination: 'text',
    expiresAt: 'timestamptz',
    status: 'text',
    movingTo: 'text',
    dueAt: 'timestamptz',
    attempts: 'integer',
    failure: 'text',
    missing: 'numeric',
    paymentIntent: 'text',
    charge: 'text',
    captured: 'numeric',
    refunded: 'numeric',
    reference: 'text',
    approvedBy: 'text',
    paidBy: 'text',
    decisionReason: 'text',
    tag: 'numeric',
    customer: 'text',
    receiptEmail: 'text',
  },
  changing: [
    'status',
    'movingTo',
    'dueAt',
    'attempts',
    'failure',
    'missing',
    'paymentIntent',
    'charge',
    'captured',
    'refunded',
    'reference',
    'approvedBy',
    'paidBy',
    'decisionReason',
    'tag',
    'customer',
    'receiptEmail',
  ],
});

/** The operation as others see it. */
export function toOperation(record: OperationRecord): Operation {
  const {
    commandId: _commandId,
    dueAt: _dueAt,
    attempts: _attempts,
    charge: _charge,
    tag: _tag,
    customer: _customer,
    receiptEmail: _receiptEmail,
    ...operation
  } = record;
  return operation;
}

const insert = sql('wallet.insert-operation', operations.insert);
const update = sql('wallet.update-operation', operations.update);
const byId = sql(
  'wallet.find-operation',
  `SELECT ${operations.names} FROM wallet.operation WHERE tenant = $1 AND id = $2`,
);
const lock = sql('wallet.lock-operation', `${byId.text} FOR UPDATE`);
const lockByIntent = sql(
  'wallet.lock-operations-of-intent',
  `SELECT ${operations.names} FROM wallet.operation WHERE payment_intent = $1 AND kind = $2
ORDER BY id FOR UPDATE`,
);
const lockByIntents = sql(
  'wallet.lock-operations-of-intents',
  'SELECT wallet FROM wallet.operation WHERE payment_intent = ANY ($1) ORDER BY id FOR UPDATE',
);
const amongIntents = sql(
  'wallet.intents-of-operations',
  'SELECT DISTINCT payment_intent FROM wallet.operation WHERE payment_intent = ANY ($1)',
);
const byTags = sql(
  'wallet.find-operations-by-tag',
  `SELECT ${operations.names} FROM wallet.operation
WHERE tag = ANY ($2::numeric[]) AND (wallet = $1 OR counterparty = $1)
ORDER BY status <> 'failed', created_at`,
);
const takeDue = sql(
  'wallet.take-due-operations',
  `UPDATE wallet.operation SET due_at = $2, attempts = attempts + 1 WHERE id IN (
  SELECT id FROM wallet.operation WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING ${operations.names}`,
);

/** Stores a new operation. */
export async function insertOperation(tx: Queryable, record: OperationRecord): Promise<void> {
  await tx.run(insert, [operations.rows([record])]);
}

/** Stores an operation that this transaction has locked, as it is now. */
export async function updateOperation(tx: Queryable, record: OperationRecord): Promise<void> {
  await tx.run(update, [operations.row(record)]);
}

/** An operation of this tenant. */
export function findOperation(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<OperationRecord | undefined> {
  return operations.first(db, byId, [tenant, id]);
}

/** The same, which nobody else changes until this transaction ends. Lock an operation before its limits. */
export function lockOperation(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<OperationRecord | undefined> {
  return operations.first(tx, lock, [tenant, id]);
}

/** The operations of a payment intent: its top-up, or every attempt to pay it from a wallet. Locked. */
export function lockOperationsOf(
  tx: Queryable,
  intent: string,
  kind: OperationKind,
): Promise<readonly OperationRecord[]> {
  return operations.all(tx, lockByIntent, [intent, kind]);
}

/** Locks every operation of some payment intents, in one order, and answers whose wallets they are about. */
export async function lockOperationsOfAll(
  tx: Queryable,
  intents: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await tx.run<{ wallet: string }>(lockByIntents, [intents]);
  return rows.map(({ wallet }) => wallet);
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
  const found = await operations.all(db, byTags, [wallet, tags.map(String)]);
  // The last one counts: of several attempts at one payment that is the one that was made, since all others
  // have failed, before it or after it.
  return new Map(found.flatMap((one) => (one.tag === null ? [] : [[one.tag, one] as const])));
}

/** Operations in work that are due, the oldest first; they are looked at again at `again`. */
export function takeDueOperations(
  db: Queryable,
  now: Micros,
  again: Micros,
  limit: number,
): Promise<readonly OperationRecord[]> {
  return operations.all(db, takeDue, [instant(now), instant(again), limit]);
}

/** A page of operations, newest first. */
export const listOperations = createListing({
  module: 'wallet',
  table: 'operation',
  object: 'wallet_operation',
  select: operations.names,
  read: (row: StoredRow) => toOperation(operations.read(row)),
  filters: {
    wallet: '? IN (wallet, counterparty)',
    kind: 'kind = ?',
    status: 'status = ?',
  },
});

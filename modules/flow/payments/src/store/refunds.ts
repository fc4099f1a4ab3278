import type { Micros } from '@tpmall/kernel';
import type { ApiRequest } from '@tpmall/platform/contract';
import {
  columnNames,
  createRecordTable,
  instant,
  type Queryable,
  type StoredRow,
  sql,
} from '@tpmall/platform/db';
import { withCause } from '@tpmall/platform/events';
import type { ChargeRecord, RefundRecord } from '../service/records.ts';
import { CHARGE_COLUMNS, type ChargeRow, toChargeRecord } from './charge-rows.ts';
import type { Told } from './save-payments.ts';

/** The table `payments.refund`. */
export const refunds = createRecordTable<RefundRecord>({
  table: 'payments.refund',
  columns: {
    id: 'text',
    tenant: 'text',
    createdAt: 'timestamptz',
    version: 'integer',
    charge: 'text',
    paymentIntent: { type: 'text', name: 'intent' },
    amount: 'numeric',
    currency: 'text',
    status: 'text',
    reason: 'text',
    failureReason: 'text',
    metadata: 'jsonb',
    customer: 'text',
    paymentMethod: 'text',
    commandId: 'text',
    commandAt: 'timestamptz',
    parts: { type: 'jsonb', read: (digits: readonly string[]) => digits.map(BigInt) },
    beyond: { type: 'jsonb', read: (digits: readonly string[]) => digits.map(BigInt) },
    balanceTransaction: 'text',
    failureBalanceTransaction: 'text',
    unsent: 'boolean',
    nextAttemptAt: 'timestamptz',
    attempts: 'integer',
    atAcquirer: 'boolean',
  },
  changing: [
    'version',
    'status',
    'failureReason',
    'nextAttemptAt',
    'unsent',
    'balanceTransaction',
    'failureBalanceTransaction',
  ],
});

const lockCharge = sql(
  'payments.lock-charge',
  `SELECT ${columnNames(CHARGE_COLUMNS)} FROM payments.charge WHERE id = $1 AND tenant = $2 FOR UPDATE`,
);

/** A charge that nobody else refunds until the transaction ends. */
export async function lockChargeRecord(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<ChargeRecord | undefined> {
  const { rows } = await tx.run<ChargeRow>(lockCharge, [id, tenant]);
  return rows[0] && toChargeRecord(rows[0]);
}

const lockChargeOf = sql(
  'payments.lock-charge-of-refund',
  `SELECT ${columnNames(CHARGE_COLUMNS)} FROM payments.charge WHERE id = (
  SELECT charge FROM payments.refund WHERE id = $1 AND tenant = $2) FOR UPDATE`,
);

/** The charge of a refund, locked; undefined where there is no such refund. */
export async function lockChargeOfRefund(
  tx: Queryable,
  tenant: string,
  refund: string,
): Promise<ChargeRecord | undefined> {
  const { rows } = await tx.run<ChargeRow>(lockChargeOf, [refund, tenant]);
  return rows[0] && toChargeRecord(rows[0]);
}

const lockRefund = sql(
  'payments.lock-refund',
  `SELECT ${refunds.names} FROM payments.refund WHERE id = $1 AND tenant = $2 FOR UPDATE`,
);

/** A refund that nobody else changes until the transaction ends. */
export function lockRefundRecord(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<RefundRecord | undefined> {
  return refunds.first(tx, lockRefund, [id, tenant]);
}

const byCommand = sql(
  'payments.find-refund-by-command',
  `SELECT ${refunds.names} FROM payments.refund WHERE command_id = $1 FOR UPDATE`,
);

/** The refund of a command, locked; undefined where it is nobody's. */
export function lockRefundByCommand(tx: Queryable, commandId: string): Promise<RefundRecord | undefined> {
  return refunds.first(tx, byCommand, [commandId]);
}

const setRefunded = sql(
  'payments.set-refunded',
  `UPDATE payments.charge SET amount_refunded = $2, refunded_parts = $3, amount_sent_back = $4 WHERE id = $1`,
);

/**
 * Writes what refunds have reserved of a locked charge and sent back; the table's own checks hold the caps as
 * well.
 */
export async function storeRefunded(
  tx: Queryable,
  charge: Pick<ChargeRecord, 'id' | 'amountRefunded' | 'refundedParts' | 'amountSentBack'>,
): Promise<void> {
  await tx.run(setRefunded, [
    charge.id,
    charge.amountRefunded,
    JSON.stringify(charge.refundedParts.map(String)),
    charge.amountSentBack,
  ]);
}

const insertRefund = sql('payments.insert-refund', refunds.insert);

/** Stores a new refund. It is in work: by the time anybody reads its row, it may have been sent. */
export async function storeRefund(tx: Queryable, refund: RefundRecord): Promise<void> {
  await tx.run(insertRefund, [refunds.rows([{ ...refund, unsent: false }])]);
}

const saveRefund = sql('payments.save-refund', `${refunds.update} AND kept.version = t.version - 1`);

/** Stores a changed refund. False: it has changed since. */
export async function changeRefund(tx: Queryable, refund: RefundRecord): Promise<boolean> {
  return (await tx.run(saveRefund, [refunds.row(refund)])).count === 1;
}

const tell = sql(
  'payments.tell',
  'INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5)',
);

/** Writes an event within a transaction. */
export async function storeEvent(
  tx: Queryable,
  tenant: string,
  at: Micros,
  event: Told,
  request?: ApiRequest,
): Promise<void> {
  const payload = JSON.stringify(withCause(event.payload, { request }), (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  await tx.run(tell, [event.type, event.aggregateId, tenant, instant(at), payload]);
}

const byId = sql(
  'payments.find-refund',
  `SELECT ${refunds.names} FROM payments.refund WHERE id = $1 AND tenant = $2`,
);

/** A refund of this tenant. */
export function findRefundRecord(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<RefundRecord | undefined> {
  return refunds.first(db, byId, [id, tenant]);
}

// Whoever takes a refund may send it, so it is no longer certain that nobody has; who takes it knows.
const take = (which: string): string => `WITH due AS (
  SELECT id AS due_id, unsent AS was_unsent FROM payments.refund WHERE ${which}
)
UPDATE payments.refund
SET version = version + 1, attempts = attempts + 1, next_attempt_at = $2, unsent = false
FROM due WHERE id = due_id RETURNING ${refunds.names}, was_unsent`;

const takeDue = sql(
  'payments.take-due-refunds',
  take('next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED'),
);
const takeOne = sql('payments.take-refund', take('id = $3 AND next_attempt_at <= $1 FOR UPDATE'));

type TakenRow = StoredRow & { readonly was_unsent: boolean };

function taken(row: TakenRow): RefundRecord {
  return { ...refunds.read(row), unsent: row.was_unsent };
}

/** Takes refunds in work that are due, oldest first, and leases them until an instant. */
export async function takeDueRefunds(
  db: Queryable,
  now: Micros,
  leaseUntil: Micros,
  limit: number,
): Promise<RefundRecord[]> {
  const { rows } = await db.run<TakenRow>(takeDue, [instant(now), instant(leaseUntil), limit]);
  return rows.map(taken);
}

/** Takes one refund if it is due. */
export async function takeRefund(
  db: Queryable,
  now: Micros,
  leaseUntil: Micros,
  id: string,
): Promise<RefundRecord | undefined> {
  const { rows } = await db.run<TakenRow>(takeOne, [instant(now), instant(leaseUntil), id]);
  return rows[0] && taken(rows[0]);
}

const hasten = sql(
  'payments.hasten-refund',
  `UPDATE payments.refund SET next_attempt_at = $2
WHERE command_id = $1 AND next_attempt_at > $2 RETURNING id`,
);

/** Makes a refund of unknown outcome due now. */
export async function hastenRefund(
  db: Queryable,
  commandId: string,
  now: Micros,
): Promise<string | undefined> {
  const { rows } = await db.run<{ id: string }>(hasten, [commandId, instant(now)]);
  return rows[0]?.id;
}

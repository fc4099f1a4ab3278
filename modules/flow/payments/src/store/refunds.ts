import type { Micros } from '@tpmall/kernel';
import type { ApiRequest } from '@tpmall/platform/contract';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import { withCause } from '@tpmall/platform/events';
import type { Refund } from '../contract/index.ts';
import type { ChargeRecord, RefundRecord } from '../service/records.ts';
import { CHARGE_COLUMNS, type ChargeRow, toChargeRecord } from './charge-rows.ts';
import { type Column, names } from './columns.ts';
import { instantOrNull } from './intent-rows.ts';
import type { Claim, Told } from './save-payments.ts';

/** The columns of `payments.refund`. */
export const REFUND_COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['version', 'integer'],
  ['charge', 'text'],
  ['intent', 'text'],
  ['amount', 'numeric'],
  ['currency', 'text'],
  ['status', 'text'],
  ['reason', 'text'],
  ['failure_reason', 'text'],
  ['metadata', 'jsonb'],
  ['customer', 'text'],
  ['payment_method', 'text'],
  ['command_id', 'text'],
  ['command_at', 'timestamptz'],
  ['parts', 'jsonb'],
  ['balance_transaction', 'text'],
  ['failure_balance_transaction', 'text'],
  ['unsent', 'boolean'],
  ['next_attempt_at', 'timestamptz'],
  ['attempts', 'integer'],
  ['at_acquirer', 'boolean'],
];

/** A row of `payments.refund`. */
export interface RefundRow {
  id: string;
  tenant: string;
  created_at: Micros;
  version: number;
  charge: string;
  intent: string;
  amount: bigint;
  currency: string;
  status: Refund['status'];
  reason: Refund['reason'];
  failure_reason: Refund['failureReason'];
  metadata: Record<string, string>;
  customer: string | null;
  payment_method: string;
  command_id: string;
  command_at: Micros;
  parts: string[];
  balance_transaction: string | null;
  failure_balance_transaction: string | null;
  unsent: boolean;
  next_attempt_at: Micros | null;
  attempts: number;
  at_acquirer: boolean;
}

/** A row as the domain knows it. */
export function toRefundRecord(row: RefundRow): RefundRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    charge: row.charge,
    paymentIntent: row.intent,
    customer: row.customer,
    paymentMethod: row.payment_method,
    amount: row.amount,
    currency: row.currency,
    status: row.status,
    reason: row.reason,
    failureReason: row.failure_reason,
    metadata: row.metadata,
    createdAt: row.created_at,
    version: row.version,
    commandId: row.command_id,
    commandAt: row.command_at,
    parts: row.parts.map(BigInt),
    balanceTransaction: row.balance_transaction,
    failureBalanceTransaction: row.failure_balance_transaction,
    unsent: row.unsent,
    nextAttemptAt: row.next_attempt_at,
    attempts: row.attempts,
    atAcquirer: row.at_acquirer,
  };
}

const lockCharge = sql(
  'payments.lock-charge',
  `SELECT ${names(CHARGE_COLUMNS)} FROM payments.charge WHERE id = $1 AND tenant = $2 FOR UPDATE`,
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
  `SELECT ${names(CHARGE_COLUMNS)} FROM payments.charge WHERE id = (
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
  `SELECT ${names(REFUND_COLUMNS)} FROM payments.refund WHERE id = $1 AND tenant = $2 FOR UPDATE`,
);

/** A refund that nobody else changes until the transaction ends. */
export async function lockRefundRecord(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<RefundRecord | undefined> {
  const { rows } = await tx.run<RefundRow>(lockRefund, [id, tenant]);
  return rows[0] && toRefundRecord(rows[0]);
}

const byCommand = sql(
  'payments.find-refund-by-command',
  `SELECT ${names(REFUND_COLUMNS)} FROM payments.refund WHERE command_id = $1 FOR UPDATE`,
);

/** The refund of a command, locked; undefined where it is nobody's. */
export async function lockRefundByCommand(
  tx: Queryable,
  commandId: string,
): Promise<RefundRecord | undefined> {
  const { rows } = await tx.run<RefundRow>(byCommand, [commandId]);
  return rows[0] && toRefundRecord(rows[0]);
}

const setRefunded = sql(
  'payments.set-refunded',
  `UPDATE payments.charge SET amount_refunded = $2, refunded_parts = $3 WHERE id = $1`,
);

/** Writes what refunds have reserved of a locked charge; the table's own check holds the cap as well. */
export async function storeRefunded(
  tx: Queryable,
  charge: Pick<ChargeRecord, 'id' | 'amountRefunded' | 'refundedParts'>,
): Promise<void> {
  await tx.run(setRefunded, [
    charge.id,
    charge.amountRefunded,
    JSON.stringify(charge.refundedParts.map(String)),
  ]);
}

const claimCommand = sql(
  'payments.claim-command',
  `INSERT INTO payments.command AS c (tenant, key, first_seen, command_id, request_hash)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant, key) DO UPDATE SET
  first_seen = EXCLUDED.first_seen, command_id = EXCLUDED.command_id, request_hash = EXCLUDED.request_hash
WHERE c.first_seen <= EXCLUDED.first_seen - interval '24 hours'`,
);

/** Claims a command within a transaction. False: it was seen within a day. */
export async function storeClaim(tx: Queryable, claim: Claim): Promise<boolean> {
  const { count } = await tx.run(claimCommand, [
    claim.tenant,
    claim.key,
    instant(claim.at),
    claim.id,
    claim.requestHash,
  ]);
  return count === 1;
}

const insertRefund = sql(
  'payments.insert-refund',
  `INSERT INTO payments.refund (${names(REFUND_COLUMNS)})
VALUES (${REFUND_COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})`,
);

/** Stores a new refund. */
export async function storeRefund(tx: Queryable, refund: RefundRecord): Promise<void> {
  await tx.run(insertRefund, [
    refund.id,
    refund.tenant,
    instant(refund.createdAt),
    refund.version,
    refund.charge,
    refund.paymentIntent,
    refund.amount,
    refund.currency,
    refund.status,
    refund.reason,
    refund.failureReason,
    JSON.stringify(refund.metadata),
    refund.customer,
    refund.paymentMethod,
    refund.commandId,
    instant(refund.commandAt),
    JSON.stringify(refund.parts.map(String)),
    refund.balanceTransaction,
    refund.failureBalanceTransaction,
    // It is in work: by the time anybody reads the row, it may have been sent.
    false,
    instantOrNull(refund.nextAttemptAt),
    refund.attempts,
    refund.atAcquirer,
  ]);
}

const saveRefund = sql(
  'payments.save-refund',
  `UPDATE payments.refund
SET version = $2, status = $3, failure_reason = $4, next_attempt_at = $5, unsent = $6,
  balance_transaction = $7, failure_balance_transaction = $8
WHERE id = $1 AND version = $2::integer - 1`,
);

/** Stores a changed refund. False: it has changed since. */
export async function changeRefund(tx: Queryable, refund: RefundRecord): Promise<boolean> {
  const { count } = await tx.run(saveRefund, [
    refund.id,
    refund.version,
    refund.status,
    refund.failureReason,
    instantOrNull(refund.nextAttemptAt),
    refund.unsent,
    refund.balanceTransaction,
    refund.failureBalanceTransaction,
  ]);
  return count === 1;
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
  `SELECT ${names(REFUND_COLUMNS)} FROM payments.refund WHERE id = $1 AND tenant = $2`,
);

/** A refund of this tenant. */
export async function findRefundRecord(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<RefundRecord | undefined> {
  const { rows } = await db.run<RefundRow>(byId, [id, tenant]);
  return rows[0] && toRefundRecord(rows[0]);
}

// Whoever takes a refund may send it, so it is no longer certain that nobody has; who takes it knows.
const TAKE = `UPDATE payments.refund AS r
SET version = r.version + 1, attempts = r.attempts + 1, next_attempt_at = $2, unsent = false
FROM due WHERE r.id = due.id RETURNING ${names(REFUND_COLUMNS, 'r.')}, due.unsent AS was_unsent`;

const takeDue = sql(
  'payments.take-due-refunds',
  `WITH due AS (
  SELECT id, unsent FROM payments.refund WHERE next_attempt_at <= $1
  ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
${TAKE}`,
);

const takeOne = sql(
  'payments.take-refund',
  `WITH due AS (
  SELECT id, unsent FROM payments.refund WHERE id = $3 AND next_attempt_at <= $1 FOR UPDATE
)
${TAKE}`,
);

interface TakenRow extends RefundRow {
  was_unsent: boolean;
}

function taken({ was_unsent: unsent, ...row }: TakenRow): RefundRecord {
  return { ...toRefundRecord(row), unsent };
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

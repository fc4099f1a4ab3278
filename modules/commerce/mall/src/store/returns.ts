import type { Micros } from '@tpmall/kernel';
import {
  type Column,
  columnDefinitions,
  columnNames,
  createListing,
  instant,
  type Queryable,
  rowParameter,
  sql,
} from '@tpmall/platform/db';
import type { Return } from '../contract/index.ts';

const CHANGING: readonly Column[] = [
  ['state', 'text'],
  ['decided_by', 'text'],
  ['decision_reason', 'text'],
  ['decided_at', 'timestamptz'],
  ['refund', 'text'],
  ['failure', 'text'],
];
const COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['order_id', 'text'],
  ['merchant', 'text'],
  ['lines', 'jsonb'],
  ['delivery', 'numeric'],
  ['amount', 'numeric'],
  ['currency', 'text'],
  ['reason', 'text'],
  ...CHANGING,
];

interface ReturnRow extends Pick<Return, 'id' | 'tenant' | 'merchant' | 'state' | 'currency' | 'reason'> {
  readonly created_at: Micros;
  readonly order_id: string;
  readonly lines: readonly {
    readonly position: number;
    readonly quantity: number;
    readonly amount: string;
  }[];
  readonly delivery: bigint;
  readonly amount: bigint;
  readonly decided_by: string | null;
  readonly decision_reason: string | null;
  readonly decided_at: Micros | null;
  readonly refund: string | null;
  readonly failure: string | null;
}

function toReturn(row: ReturnRow): Return {
  return {
    id: row.id,
    tenant: row.tenant,
    order: row.order_id,
    merchant: row.merchant,
    state: row.state,
    lines: row.lines.map((line) => ({ ...line, amount: BigInt(line.amount) })),
    delivery: row.delivery,
    amount: row.amount,
    currency: row.currency,
    reason: row.reason,
    decidedBy: row.decided_by,
    decisionReason: row.decision_reason,
    decidedAt: row.decided_at,
    refund: row.refund,
    failure: row.failure,
    createdAt: row.created_at,
  };
}

function fromReturn(one: Return): object {
  return {
    ...one,
    created_at: instant(one.createdAt),
    order_id: one.order,
    decided_by: one.decidedBy,
    decision_reason: one.decisionReason,
    decided_at: one.decidedAt === null ? null : instant(one.decidedAt),
  };
}

const insert = sql(
  'mall.insert-returns',
  `INSERT INTO mall.return_request (${columnNames(COLUMNS)})
SELECT ${columnNames(COLUMNS)} FROM jsonb_to_recordset($1) AS t (${columnDefinitions(COLUMNS)})`,
);
const update = sql(
  'mall.update-return',
  `UPDATE mall.return_request AS r SET ${CHANGING.map(([name]) => `${name} = t.${name}`).join(', ')}
FROM jsonb_to_record($1) AS t (${columnDefinitions(COLUMNS)}) WHERE r.id = t.id`,
);
const byId = sql(
  'mall.find-return',
  `SELECT ${columnNames(COLUMNS)} FROM mall.return_request WHERE id = $2 AND ($1 = '' OR tenant = $1)`,
);
const unsent = sql(
  'mall.unsent-returns',
  `SELECT id FROM mall.return_request
WHERE state = 'accepted' AND refund IS NULL AND decided_at <= $1 LIMIT $2`,
);

/** Stores new returns. */
export async function insertReturns(tx: Queryable, returns: readonly Return[]): Promise<void> {
  await tx.run(insert, [rowParameter(returns.map(fromReturn))]);
}

/** Stores a return of an order that this transaction has locked, as it is now. */
export async function updateReturn(tx: Queryable, one: Return): Promise<void> {
  await tx.run(update, [rowParameter(fromReturn(one))]);
}

/** A return of this tenant, or where none is named of anybody. */
export async function findReturn(db: Queryable, tenant: string, id: string): Promise<Return | undefined> {
  const { rows } = await db.run<ReturnRow>(byId, [tenant, id]);
  return rows[0] && toReturn(rows[0]);
}

/** Returns that should have been paid back before an instant. */
export async function findUnsentReturns(
  db: Queryable,
  before: Micros,
  limit: number,
): Promise<readonly string[]> {
  return (await db.run<{ id: string }>(unsent, [instant(before), limit])).rows.map(({ id }) => id);
}

/** A page of returns, newest first. */
export const listReturns = createListing({
  module: 'mall',
  table: 'return_request',
  select: columnNames(COLUMNS),
  read: toReturn,
  filters: { merchant: 'merchant = ?', state: 'state = ?' },
});

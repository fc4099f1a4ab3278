import type { Micros } from '@tpmall/kernel';
import { createListing, createRecordTable, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Return } from '../contract/index.ts';

/** A line in a row, with digits for its bigint. */
type LineRow = Omit<Return['lines'][number], 'amount'> & { readonly amount: string };

const requests = createRecordTable<Return>({
  table: 'mall.return_request',
  columns: {
    id: 'text',
    tenant: 'text',
    createdAt: 'timestamptz',
    order: { type: 'text', name: 'order_id' },
    merchant: 'text',
    state: 'text',
    lines: {
      type: 'jsonb',
      read: (lines: readonly LineRow[]) => lines.map((line) => ({ ...line, amount: BigInt(line.amount) })),
    },
    delivery: 'numeric',
    amount: 'numeric',
    currency: 'text',
    reason: 'text',
    decidedBy: 'text',
    decisionReason: 'text',
    decidedAt: 'timestamptz',
    receivedAt: 'timestamptz',
    refund: 'text',
    failure: 'text',
  },
  changing: [
    'state',
    'delivery',
    'amount',
    'decidedBy',
    'decisionReason',
    'decidedAt',
    'receivedAt',
    'refund',
    'failure',
  ],
});

const insert = sql('mall.insert-returns', requests.insert);
const update = sql('mall.update-return', requests.update);
const byId = sql(
  'mall.find-return',
  `SELECT ${requests.names} FROM mall.return_request WHERE id = $2 AND ($1 = '' OR tenant = $1)`,
);
const unsent = sql(
  'mall.unsent-returns',
  `SELECT id FROM mall.return_request
WHERE state = 'accepted' AND refund IS NULL AND coalesce(received_at, decided_at) <= $1 LIMIT $2`,
);

/** Stores new returns. */
export async function insertReturns(tx: Queryable, returns: readonly Return[]): Promise<void> {
  await tx.run(insert, [requests.rows(returns)]);
}

/** Stores a return of an order that this transaction has locked, as it is now. */
export async function updateReturn(tx: Queryable, one: Return): Promise<void> {
  await tx.run(update, [requests.row(one)]);
}

/** Stores those returns of a locked order that are others than before. */
export async function updateReturns(
  tx: Queryable,
  before: readonly Return[],
  after: readonly Return[],
): Promise<void> {
  const known = new Map(before.map((one) => [one.id, one]));
  for (const one of after) {
    if (known.has(one.id) && known.get(one.id) !== one) await updateReturn(tx, one);
  }
}

/** A return of this tenant, or where none is named of anybody. */
export function findReturn(db: Queryable, tenant: string, id: string): Promise<Return | undefined> {
  return requests.first(db, byId, [tenant, id]);
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
  object: 'mall_return',
  select: requests.names,
  read: requests.read,
  filters: { merchant: 'merchant = ?', state: 'state = ?' },
});

import type { Micros } from '@tpmall/kernel';
import { createListing, instant, type Queryable, rowsParameter, sql } from '@tpmall/platform/db';
import type { BalanceTransaction, BalanceTransactionType } from '../contract/index.ts';

const COLUMNS = 'id, tenant, created_at, type, amount, currency, source, available_at';

interface Row {
  id: string;
  tenant: string;
  created_at: Micros;
  type: BalanceTransactionType;
  amount: bigint;
  currency: string;
  source: string;
  available_at: Micros;
}

function fromRow({ created_at: createdAt, available_at: availableAt, ...row }: Row): BalanceTransaction {
  return { ...row, createdAt, availableAt };
}

const insert = sql(
  'payments.insert-balance-transactions',
  `WITH stored AS (
  INSERT INTO payments.balance_transaction (${COLUMNS})
  SELECT ${COLUMNS} FROM jsonb_to_recordset($1::jsonb) AS t (id text, tenant text, created_at timestamptz,
    type text, amount numeric, currency text, source text, available_at timestamptz)
  ON CONFLICT (id) DO NOTHING
  RETURNING tenant, currency, amount
)
INSERT INTO payments.balance_total AS b (tenant, currency, amount)
SELECT tenant, currency, sum(amount) FROM stored GROUP BY tenant, currency ORDER BY tenant, currency
ON CONFLICT (tenant, currency) DO UPDATE SET amount = b.amount + EXCLUDED.amount`,
);

/** Stores transactions, each once, and adds them to the sums of their platforms. */
export async function storeTransactions(
  tx: Queryable,
  transactions: readonly BalanceTransaction[],
): Promise<void> {
  const rows = transactions.map(({ createdAt, availableAt, ...row }) => ({
    ...row,
    created_at: instant(createdAt),
    available_at: instant(availableAt),
  }));
  await tx.run(insert, [rowsParameter(rows)]);
}

const seen = sql(
  'payments.available-balance',
  `SELECT b.currency, b.amount - coalesce((
  SELECT sum(t.amount) FROM payments.balance_transaction AS t
  WHERE t.tenant = b.tenant AND t.currency = b.currency AND t.available_at > $2), 0) AS available
FROM payments.balance_total AS b WHERE b.tenant = $1`,
);

/** By currency, the sum of a platform's transactions that are not pending any more. */
export async function readSeen(
  db: Queryable,
  tenant: string,
  now: Micros,
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await db.run<{ currency: string; available: bigint }>(seen, [tenant, instant(now)]);
  return new Map(rows.map(({ currency, available }) => [currency, available]));
}

const byIds = sql(
  'payments.find-balance-transactions',
  `SELECT ${COLUMNS} FROM payments.balance_transaction
WHERE id = ANY ($1::text[]) AND (tenant = $2) IS TRUE`,
);

/** Transactions of this tenant, in any order; those that are not there are left out. */
export async function findTransactions(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<BalanceTransaction[]> {
  return (await db.run<Row>(byIds, [ids, tenant])).rows.map(fromRow);
}

/** A page of transactions, newest first. */
export const listTransactions = createListing({
  module: 'payments',
  table: 'balance_transaction',
  object: 'balance_transaction',
  select: COLUMNS,
  read: fromRow,
  filters: { currency: 'currency = ?', source: 'source = ?', type: 'type = ?' },
});

import type { Micros } from '@tpmall/kernel';
import { createListing, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Wallet } from '../contract/index.ts';

const COLUMNS = 'id, tenant, person, created_at, tier, status';

interface WalletRow extends Omit<Wallet, 'createdAt'> {
  readonly created_at: Micros;
}

function toWallet({ created_at: createdAt, ...row }: WalletRow): Wallet {
  return { ...row, createdAt };
}

const insert = sql(
  'wallet.insert-wallet',
  `INSERT INTO wallet.wallet (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
);
const byId = sql('wallet.find-wallet', `SELECT ${COLUMNS} FROM wallet.wallet WHERE tenant = $1 AND id = $2`);
const byPerson = sql(
  'wallet.find-wallet-of-person',
  `SELECT ${COLUMNS} FROM wallet.wallet WHERE tenant = $1 AND person = $2`,
);
const lock = sql('wallet.lock-wallet', `${byId.text} FOR UPDATE`);
const update = sql('wallet.update-wallet', 'UPDATE wallet.wallet SET tier = $2, status = $3 WHERE id = $1');
// Whoever freezes a wallet waits for what is being accepted, and what is accepted later finds it frozen.
const share = sql(
  'wallet.share-wallets',
  `SELECT ${COLUMNS} FROM wallet.wallet WHERE tenant = $1 AND id = ANY ($2::text[]) ORDER BY id FOR SHARE`,
);

/** Stores a wallet; false where its person has one already. */
export async function insertWallet(tx: Queryable, wallet: Wallet): Promise<boolean> {
  const { id, tenant, person, createdAt, tier, status } = wallet;
  return (await tx.run(insert, [id, tenant, person, instant(createdAt), tier, status])).count > 0;
}

/** A wallet of this tenant. */
export async function findWallet(db: Queryable, tenant: string, id: string): Promise<Wallet | undefined> {
  const { rows } = await db.run<WalletRow>(byId, [tenant, id]);
  return rows[0] && toWallet(rows[0]);
}

/** The wallet of a person. */
export async function findWalletOf(
  db: Queryable,
  tenant: string,
  person: string,
): Promise<Wallet | undefined> {
  const { rows } = await db.run<WalletRow>(byPerson, [tenant, person]);
  return rows[0] && toWallet(rows[0]);
}

/** A wallet that nobody else changes until this transaction ends. */
export async function lockWallet(tx: Queryable, tenant: string, id: string): Promise<Wallet | undefined> {
  const { rows } = await tx.run<WalletRow>(lock, [tenant, id]);
  return rows[0] && toWallet(rows[0]);
}

/** Wallets that nobody changes until this transaction ends, in the order of their ids. */
export async function shareWallets(
  tx: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<readonly Wallet[]> {
  return (await tx.run<WalletRow>(share, [tenant, ids])).rows.map(toWallet);
}

/** Stores a wallet that this transaction has locked. */
export async function updateWallet(tx: Queryable, { id, tier, status }: Wallet): Promise<void> {
  await tx.run(update, [id, tier, status]);
}

/** A page of wallets, newest first. */
export const listWallets = createListing({
  module: 'wallet',
  table: 'wallet',
  object: 'wallet',
  select: COLUMNS,
  read: toWallet,
  filters: { status: 'status = ?' },
});

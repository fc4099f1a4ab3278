import type { Account, AccountBalance, Transfer } from '../src/contract/types.ts';

/** Where a pending transfer stands; `none` for transfers that were never pending. */
export type PendingState = 'none' | 'pending' | 'posted' | 'voided' | 'expired';

/** Everything the model knows, in the plainest shapes there are: four lists, searched from the front. */
export interface World {
  accounts: Account[];
  transfers: { transfer: Transfer; state: PendingState }[];
  /** Ids refused for ever, after a transient refusal. */
  failedIds: bigint[];
  /** Balances after each transfer, of accounts that keep a history. */
  history: { accountId: bigint; balance: AccountBalance }[];
  /** When which pending transfer expired, and its accounts' balances right after. */
  expiries: { pending: Transfer; timestamp: bigint; debit: Account; credit: Account }[];
}

/** The largest instant: 2^63 − 1 ns. */
export const TIMESTAMP_MAX = (1n << 63n) - 1n;
/** 2^128 − 1, reserved as an id. */
export const INT_MAX = (1n << 128n) - 1n;

/** A world without accounts. */
export function emptyWorld(): World {
  return { accounts: [], transfers: [], failedIds: [], history: [], expiries: [] };
}

/** Whether a bit of a flags field is set. */
export function has(flags: number, bit: number): boolean {
  return (flags & bit) !== 0;
}

/** The account of this id, found by looking at each. */
export function findAccount(world: World, id: bigint): Account | undefined {
  return world.accounts.find((account) => account.id === id);
}

/** The transfer of this id with its pending state, found by looking at each. */
export function findTransfer(world: World, id: bigint): World['transfers'][number] | undefined {
  return world.transfers.find((entry) => entry.transfer.id === id);
}

/** Puts a changed account in the place of the old one. */
export function replaceAccount(world: World, changed: Account): void {
  world.accounts = world.accounts.map((account) => (account.id === changed.id ? changed : account));
}

/** Puts a pending transfer into its final state. */
export function settlePending(world: World, id: bigint, state: PendingState): void {
  world.transfers = world.transfers.map((entry) =>
    entry.transfer.id === id ? { transfer: entry.transfer, state } : entry,
  );
}

/** The instant at which a pending transfer expires. */
export function deadline(transfer: Transfer): bigint {
  return transfer.timestamp + BigInt(transfer.timeout) * 1_000_000_000n;
}

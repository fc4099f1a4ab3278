import type { AccountState, BalanceBlock } from './account-state.ts';
import type { HistoryEntry, LogEntry, RefusalEntry, TransferEntry } from './entries.ts';
import { createExpiries, type Expiries } from './expiries.ts';
import { createIdIndex, type IdIndex } from './id-index.ts';

/**
 * The ledger in memory. Accounts and open pending transfers are here whole. Of the other transfers it holds
 * those that it was told of; who forgets some (the writer does) must {@link learn} them again before a batch
 * refers to them, and must notice a repeated id by itself (the log's index does).
 */
export interface State {
  readonly accounts: IdIndex<AccountState>;
  /** The same accounts in order of creation, which is the order of their timestamps. */
  readonly opened: AccountState[];
  /** Their balances, block by block in the same order. */
  readonly blocks: BalanceBlock[];
  /** Timestamps of all accounts: an imported transfer may not have one of them. */
  readonly accountTimestamps: Set<bigint>;
  /** Transfers and used-up ids that are known here. */
  readonly known: IdIndex<TransferEntry | RefusalEntry>;
  readonly expiries: Expiries;
  /** Pending transfers that are neither posted, voided nor expired. */
  openPendings: number;
  /** The highest timestamp given out so far. */
  lastTimestamp: bigint;
  /** The timestamp of the newest account. */
  lastAccount: bigint;
  /** The timestamp of the newest transfer or expiry: imported transfers must be newer. */
  lastTransfer: bigint;
}

/** What a batch did, and what it takes to undo it. */
export interface Applied<Status extends string> {
  readonly results: { status: Status; timestamp: bigint }[];
  /**
   * What the log must hold before the results may be told to anyone; the shared {@link NO_ENTRIES} until
   * there is something. Add with {@link enter}.
   */
  entries: LogEntry[];
  /** Accounts opened; the shared {@link NO_ACCOUNTS} where there are none, which is nearly always. */
  readonly accounts: AccountState[];
  /** Balances of accounts with the flag `history`; the shared {@link NO_HISTORY} where there are none. */
  history: HistoryEntry[];
  readonly before: Marks;
}

/** The scalars of the state before a batch or a chain. */
export interface Marks {
  readonly lastTimestamp: bigint;
  readonly lastAccount: bigint;
  readonly lastTransfer: bigint;
}

/** For batches that have done nothing yet. Nobody may add to it. */
export const NO_ENTRIES: LogEntry[] = [];
/** For batches without accounts. Nobody may add to it. */
export const NO_ACCOUNTS: AccountState[] = [];
/** For batches that touch no account with the flag `history`. Nobody may add to it. */
export const NO_HISTORY: HistoryEntry[] = [];

/** An empty ledger. */
export function createState(): State {
  const known = createIdIndex<TransferEntry | RefusalEntry>();
  return {
    accounts: createIdIndex(),
    opened: [],
    blocks: [],
    accountTimestamps: new Set(),
    known,
    expiries: createExpiries((pending) => known.get(pending.id) === pending),
    openPendings: 0,
    lastTimestamp: 0n,
    lastAccount: 0n,
    lastTransfer: 0n,
  };
}

/**
 * Notes an entry of a batch. Most batches have one: a list made for it is a tenth of one that an empty list
 * grows into, and there is one for each call.
 */
export function enter(applied: Applied<string>, entry: LogEntry): void {
  if (applied.entries === NO_ENTRIES) applied.entries = [entry];
  else applied.entries.push(entry);
}

export function marks(state: State): Marks {
  return {
    lastTimestamp: state.lastTimestamp,
    lastAccount: state.lastAccount,
    lastTransfer: state.lastTransfer,
  };
}

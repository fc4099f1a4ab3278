import { command, defineContract, query } from '@tpmall/platform/contract';
import type { CreateAccountStatus, CreateTransferStatus } from './results.ts';
import {
  accountFilter,
  accountsBatch,
  asOf,
  atInstant,
  idList,
  nothing,
  queryFilter,
  transfersBatch,
} from './schemas.ts';
import type { Account, AccountBalance, EventResult, Transfer } from './types.ts';

/** Who may call the ledger. `operator` and `gateway` act as the owner `operator`, a module as itself. */
const callers = [
  'payments',
  'gateway',
  'operator',
  'wallet',
  'settlement',
  'reconciliation',
  'custody',
  'checkout',
];

/** Sums over the accounts of one ledger (currency) and account code. */
export interface TrialBalanceRow {
  readonly ledger: number;
  readonly code: number;
  readonly accounts: number;
  readonly debitsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPending: bigint;
  readonly creditsPosted: bigint;
}

/** The trial balance: in every ledger debits equal credits, pending and posted. */
export interface TrialBalance {
  /** Nanoseconds: the instant asked for, or the last event where that is earlier. */
  readonly timestamp: bigint;
  /** By ledger, then code. */
  readonly rows: readonly TrialBalanceRow[];
  /** By ledger. */
  readonly totals: readonly (Omit<TrialBalanceRow, 'code'> & { readonly balanced: boolean })[];
}

/** Fingerprint of the whole ledger: equal digests mean equal accounts, balances and log positions. */
export interface LedgerDigest {
  /** SHA-256, hex. */
  readonly digest: string;
  /** Entries in the log. */
  readonly position: bigint;
  readonly accounts: number;
  readonly openPendings: number;
}

/** What recomputing every balance from the log found. */
export interface Verification {
  readonly ok: boolean;
  /** Log entries that were added up. */
  readonly entries: bigint;
  readonly accounts: number;
  /** The first 100 balances that differ. */
  readonly differences: readonly {
    readonly accountId: bigint;
    readonly field: 'debitsPending' | 'debitsPosted' | 'creditsPending' | 'creditsPosted' | 'closed';
    readonly machine: bigint;
    readonly log: bigint;
  }[];
}

/** Balances of one account at an instant. */
export type BalanceAt = AccountBalance & { readonly accountId: bigint };

/** The ledger: TigerBeetle's model, and the only place in which money moves. */
export const ledgerContract = defineContract({
  module: 'ledger',
  version: 1,
  operations: {
    /**
     * Opens accounts, one result per item and in order. An id that exists answers `exists` where all fields
     * agree.
     *
     * Refuses the whole call with `account_owned_by_module` (`detail.index`, `detail.owner`) where
     * an id belongs to another owner, and with `account_limit_reached` where the ledger is full
     */
    createAccounts: command<{ readonly results: readonly EventResult<CreateAccountStatus>[] }>()({
      input: accountsBatch,
      codes: ['account_owned_by_module', 'account_limit_reached'],
      callers,
    }),
    /**
     * Makes transfers, one result per item and in order; durable once answered. Items succeed and fail one by
     * one, linked chains as a whole. Repeating an id answers `exists`, or `id_already_failed` after a
     * transient refusal. Refuses the whole call with `account_owned_by_module` (`detail.index`,
     * `detail.accountId`, `detail.owner`) where an item touches an account that another module owns; then
     * nothing has changed.
     */
    createTransfers: command<{ readonly results: readonly EventResult<CreateTransferStatus>[] }>()({
      input: transfersBatch,
      codes: ['account_owned_by_module'],
      callers,
    }),
    /** The accounts of these ids with their balances; unknown ids are left out. At most 8,190. */
    lookupAccounts: query<readonly Account[]>()({ input: idList, callers }),
    /** The transfers of these ids; unknown ids are left out. At most 8,190. */
    lookupTransfers: query<readonly Transfer[]>()({ input: idList, callers }),
    /** Accounts by their data, in order of creation. */
    queryAccounts: query<readonly Account[]>()({ input: queryFilter, callers }),
    /** Transfers by their data, in order of time. */
    queryTransfers: query<readonly Transfer[]>()({ input: queryFilter, callers }),
    /** Transfers of one account, in order of time. */
    accountTransfers: query<readonly Transfer[]>()({ input: accountFilter, callers }),
    /** Balances of an account with the flag `history` after each of its events; empty without the flag. */
    accountHistory: query<readonly AccountBalance[]>()({ input: accountFilter, callers }),
    /** Balances of accounts at an instant (every event up to and including it); unknown ids are left out. */
    balancesAt: query<readonly BalanceAt[]>()({ input: asOf, callers }),
    /** Sums per ledger and code, now or as of an instant. */
    trialBalance: query<TrialBalance>()({ input: atInstant, callers }),
    /** Fingerprint of the state, for comparing before and after. */
    digest: query<LedgerDigest>()({ input: nothing, callers }),
    /** Recomputes every balance from the log with SQL and compares it with the running state. */
    verify: query<Verification>()({ input: nothing, callers }),
  },
});

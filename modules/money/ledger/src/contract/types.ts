/**
 * The ledger's data model: TigerBeetle's accounts and transfers, field by field
 * (https://docs.tigerbeetle.com/reference/account/ and …/transfer/), in camel case.
 * Ids, amounts and user data are exact integers; `timestamp` is nanoseconds since the epoch, unique in the
 * ledger.
 */

/** Flags of an account. */
export const ACCOUNT_FLAGS = {
  linked: 1,
  debitsMustNotExceedCredits: 2,
  creditsMustNotExceedDebits: 4,
  history: 8,
  imported: 16,
  closed: 32,
} as const;

/** Flags of a transfer. */
export const TRANSFER_FLAGS = {
  linked: 1,
  pending: 2,
  postPendingTransfer: 4,
  voidPendingTransfer: 8,
  balancingDebit: 16,
  balancingCredit: 32,
  closingDebit: 64,
  closingCredit: 128,
  imported: 256,
} as const;

/** `amount` sentinel: post the whole pending amount, or balance without an upper limit (2^128 − 1). */
export const AMOUNT_MAX = (1n << 128n) - 1n;

/** An account to open. */
export interface NewAccount {
  /** 1 to 2^128 − 2. */
  readonly id: bigint;
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  /** The currency's ISO 4217 number, or an asset's number above 100,000. Transfers never cross ledgers. */
  readonly ledger: number;
  /** Position in the chart of accounts; see `chart.ts`. */
  readonly code: number;
  /** Bits of {@link ACCOUNT_FLAGS}. */
  readonly flags: number;
  /** 0 unless `imported`. */
  readonly timestamp: bigint;
  /** Only transfers move balances: absent or 0, refused with TigerBeetle's `…_must_be_zero` otherwise. */
  readonly debitsPending?: bigint;
  readonly debitsPosted?: bigint;
  readonly creditsPending?: bigint;
  readonly creditsPosted?: bigint;
  /** Absent or 0. */
  readonly reserved?: number;
}

/** An account with its balances. */
export interface Account extends Omit<NewAccount, 'reserved'> {
  readonly debitsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPending: bigint;
  readonly creditsPosted: bigint;
  /**
   * The module that opened it, or `operator`. Only the owner may move money on an account that a module owns.
   */
  readonly owner: string;
}

/** A transfer to make. */
export interface NewTransfer {
  readonly id: bigint;
  readonly debitAccountId: bigint;
  readonly creditAccountId: bigint;
  readonly amount: bigint;
  readonly pendingId: bigint;
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  /** Seconds after which a pending transfer expires; 0: never. */
  readonly timeout: number;
  readonly ledger: number;
  /** Why the money moves; see `chart.ts`. */
  readonly code: number;
  /** Bits of {@link TRANSFER_FLAGS}. */
  readonly flags: number;
  readonly timestamp: bigint;
}

/** A transfer as it stands in the log. */
export type Transfer = NewTransfer;

/** Balances of an account right after the event with this timestamp. */
export interface AccountBalance {
  readonly debitsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPending: bigint;
  readonly creditsPosted: bigint;
  readonly timestamp: bigint;
}

/** What became of one item of a batch, in the order of the batch. */
export interface EventResult<Status extends string> {
  readonly status: Status;
  /**
   * When the account or transfer was created (of the existing one for `exists`); of the refusal otherwise.
   */
  readonly timestamp: bigint;
}

/** Selects transfers of one account, by time. Bounds are inclusive; 0 means open. */
export interface AccountFilter {
  readonly accountId: bigint;
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  readonly code: number;
  readonly timestampMin: bigint;
  readonly timestampMax: bigint;
  /** 1 to 8,190. */
  readonly limit: number;
  readonly debits: boolean;
  readonly credits: boolean;
  readonly reversed: boolean;
}

/** Selects accounts or transfers by their data, and by time. Zero means any. */
export interface QueryFilter {
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  readonly ledger: number;
  readonly code: number;
  readonly timestampMin: bigint;
  readonly timestampMax: bigint;
  readonly limit: number;
  readonly reversed: boolean;
}

/** The most items of one batch or answer. */
export const BATCH_MAX = 8_190;

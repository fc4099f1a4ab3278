import { ACCOUNT_FLAGS, type NewTransfer, type TransientStatus } from '../contract/index.ts';
import type { AccountState } from './account-state.ts';

/** What a log entry does. The numbers stand in the log for ever. */
export const KIND = { posted: 1, pending: 2, post: 3, void: 4, expiry: 5, refusal: 6 } as const;

/** What became of a pending transfer. */
export const RESOLUTION = { open: 0, posted: 1, voided: 2, expired: 3 } as const;

/** A transfer in memory: the log entry that made it. */
export interface TransferEntry {
  readonly kind: typeof KIND.posted | typeof KIND.pending | typeof KIND.post | typeof KIND.void;
  readonly id: bigint;
  readonly debit: AccountState;
  readonly credit: AccountState;
  readonly amount: bigint;
  /** The pending transfer that this one posts or voids. */
  readonly pending: TransferEntry | null;
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  readonly timeout: number;
  readonly code: number;
  readonly flags: number;
  readonly timestamp: bigint;
  /** One of {@link RESOLUTION}; means something for a pending transfer only. */
  resolution: number;
  /** Free for the writer: what it keeps of this entry besides the log. */
  bookmark: number;
}

/** A pending transfer whose time ran out. */
export interface ExpiryEntry {
  readonly kind: typeof KIND.expiry;
  readonly pending: TransferEntry;
  readonly timestamp: bigint;
}

/** An id used up by a transient refusal. */
export interface RefusalEntry {
  readonly kind: typeof KIND.refusal;
  readonly id: bigint;
  readonly status: TransientStatus;
  readonly timestamp: bigint;
}

/** One entry of the log. The state is the sum of the accounts and these, in order. */
export type LogEntry = TransferEntry | ExpiryEntry | RefusalEntry;

/** Balances of an account with the flag `history`, right after an event. */
export interface HistoryEntry {
  readonly account: AccountState;
  readonly timestamp: bigint;
  readonly debitsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPending: bigint;
  readonly creditsPosted: bigint;
}

/** The entry of a posted or pending transfer. */
export function transferEntry(
  kind: TransferEntry['kind'],
  transfer: NewTransfer,
  debit: AccountState,
  credit: AccountState,
  amount: bigint,
  timestamp: bigint,
): TransferEntry {
  return {
    kind,
    id: transfer.id,
    debit,
    credit,
    amount,
    pending: null,
    userData128: transfer.userData128,
    userData64: transfer.userData64,
    userData32: transfer.userData32,
    timeout: transfer.timeout,
    code: transfer.code,
    flags: transfer.flags,
    timestamp,
    resolution: 0,
    bookmark: 0,
  };
}

/** The entry of a transfer that posts or voids `pending`: what it leaves zero, it takes from there. */
export function resolvingEntry(
  kind: typeof KIND.post | typeof KIND.void,
  transfer: NewTransfer,
  pending: TransferEntry,
  amount: bigint,
  timestamp: bigint,
): TransferEntry {
  return {
    kind,
    id: transfer.id,
    debit: pending.debit,
    credit: pending.credit,
    amount,
    pending,
    userData128: transfer.userData128 === 0n ? pending.userData128 : transfer.userData128,
    userData64: transfer.userData64 === 0n ? pending.userData64 : transfer.userData64,
    userData32: transfer.userData32 === 0 ? pending.userData32 : transfer.userData32,
    timeout: 0,
    code: pending.code,
    flags: transfer.flags,
    timestamp,
    resolution: 0,
    bookmark: 0,
  };
}

/** Whether a closing transfer (or its creation) has closed this account. */
export function isClosed(account: AccountState): boolean {
  return (account.flags & ACCOUNT_FLAGS.closed) !== 0;
}

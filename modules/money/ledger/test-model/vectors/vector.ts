import type { NewAccount, NewTransfer } from '../../src/contract/types.ts';
import type { AccountStatus, TransferStatus } from '../statuses.ts';

/** One batch, or a pause, of a hand-computed example. */
export type Step =
  | { readonly accounts: readonly NewAccount[]; readonly expect: readonly AccountStatus[] }
  | { readonly transfers: readonly NewTransfer[]; readonly expect: readonly TransferStatus[] }
  | { readonly waitSeconds: number };

/** Debits pending and posted, credits pending and posted; then `closed` where the account is. */
export type Balances = readonly [bigint, bigint, bigint, bigint, 'closed'?];

/** A hand-computed example: what goes in, what is answered, and where the balances stand at the end. */
export interface Vector {
  /** The result that it shows; it is among the last step's results. */
  readonly shows: AccountStatus | TransferStatus;
  /** What the reference says, and why the numbers are what they are. */
  readonly because: string;
  readonly steps: readonly Step[];
  readonly balances?: { readonly [accountId: string]: Balances };
  /** Amounts as they are stored, by transfer id. */
  readonly amounts?: { readonly [transferId: string]: bigint };
}

/** The instant before the first batch of a vector: 1,000 s after the epoch; imported events lie before it. */
export const VECTOR_START = 1_000_000_000_000n;
/** 2^128 − 1. */
export const MAX = (1n << 128n) - 1n;

/** An account on ledger 1 with code 1. */
export function a(id: bigint, rest: Partial<NewAccount> = {}): NewAccount {
  const plain = {
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    ledger: 1,
    code: 1,
    flags: 0,
    timestamp: 0n,
  };
  return { id, ...plain, ...rest };
}

/** A transfer of 10 from account 1 to account 2 on ledger 1 with code 1. */
export function t(id: bigint, rest: Partial<NewTransfer> = {}): NewTransfer {
  const between = { debitAccountId: 1n, creditAccountId: 2n, amount: 10n, pendingId: 0n };
  const plain = { userData128: 0n, userData64: 0n, userData32: 0, timeout: 0, ledger: 1, code: 1, flags: 0 };
  return { id, ...between, ...plain, timestamp: 0n, ...rest };
}

/** A post or void (by its flag) of a pending transfer that leaves every other field to the pending one. */
export function settle(
  id: bigint,
  pendingId: bigint,
  flag: number,
  rest: Partial<NewTransfer> = {},
): NewTransfer {
  const zeros = { debitAccountId: 0n, creditAccountId: 0n, amount: 0n, ledger: 0, code: 0 };
  return t(id, { ...zeros, pendingId, flags: flag, ...rest });
}

/** Opens accounts 1 and 2. */
export const twoAccounts: Step = { accounts: [a(1n), a(2n)], expect: ['created', 'created'] };

/** A batch of transfers and what is answered. */
export function send(transfers: readonly NewTransfer[], ...expect: TransferStatus[]): Step {
  return { transfers, expect };
}

/** A batch of accounts and what is answered. */
export function open(accounts: readonly NewAccount[], ...expect: AccountStatus[]): Step {
  return { accounts, expect };
}

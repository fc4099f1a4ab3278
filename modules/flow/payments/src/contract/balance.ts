import type { Micros } from '@tpmall/kernel';

/** Why a platform's balance changed; the words are those of the wire. */
export const BALANCE_TRANSACTION_TYPES = [
  'charge',
  /** A merchant's share of a charge, or what comes back to it with a refund that failed. */
  'transfer',
  'application_fee',
  'refund',
  /** A merchant's share of a refund. */
  'transfer_refund',
  'application_fee_refund',
  'refund_failure',
] as const;
/** One of {@link BALANCE_TRANSACTION_TYPES}. */
export type BalanceTransactionType = (typeof BALANCE_TRANSACTION_TYPES)[number];

/** One change of a platform's own balance: what it sells itself and what it earns from its merchants. */
export interface BalanceTransaction {
  /** `txn_…`, and the ledger's transfer in base 32. */
  readonly id: string;
  readonly tenant: string;
  readonly type: BalanceTransactionType;
  /** Minor units; negative where the balance falls. */
  readonly amount: bigint;
  readonly currency: string;
  /** The charge or refund. */
  readonly source: string;
  readonly availableAt: Micros;
  readonly createdAt: Micros;
}

/** A platform's balance in one currency, in minor units; negative where it owes. */
export interface Balance {
  readonly currency: string;
  readonly available: bigint;
  readonly pending: bigint;
}

/** What a capture, a refund or the return of one did to the balances of those who share it. */
export interface BalanceMove {
  readonly kind: 'sale' | 'capture' | 'refund' | 'refund_failure';
  /** The charge, or the refund. */
  readonly source: string;
  /** The command whose transfers these are, and its first acceptance. */
  readonly operationId: string;
  readonly operationAt: Micros;
  readonly amount: bigint;
  readonly currency: string;
  /** Each merchant's part, and the commission in it; in the order of the split. */
  readonly shares: readonly { readonly amount: bigint; readonly fee: bigint }[];
}

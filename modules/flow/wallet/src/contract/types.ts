import type { PaymentIntent } from '@tpmall/payments/contract';
import type { OperationKind, OperationStatus } from './states.ts';

/** Tiers of wallets: how well the house knows the person. */
export const TIERS = ['basic', 'verified'] as const;
/** One of {@link TIERS}. */
export type Tier = (typeof TIERS)[number];

/** A shopper's wallet. What is in it is the ledger's to say; see {@link WalletBalance}. */
export interface Wallet {
  /** `wal_…` */
  readonly id: string;
  readonly tenant: string;
  /** Whose it is, `person_…`; a person has one wallet. */
  readonly person: string;
  readonly tier: Tier;
  /** From a frozen wallet nothing goes, and nobody sends to it; refunds still reach it. */
  readonly status: 'active' | 'frozen';
  readonly createdAt: number;
}

/** What is in a wallet in one currency, in minor units. */
export interface WalletBalance {
  readonly currency: string;
  /** May be spent now. */
  readonly available: bigint;
  /** Held for payments and withdrawals that are not over. */
  readonly pending: bigint;
}

/** One wish to change a balance, from its acceptance to its end. */
export interface Operation {
  /** `wop_…` */
  readonly id: string;
  readonly tenant: string;
  readonly kind: OperationKind;
  readonly wallet: string;
  /** The wallet that a send goes to; null for the other kinds. */
  readonly counterparty: string | null;
  readonly currency: string;
  readonly amount: bigint;
  readonly status: OperationStatus;
  /** The state that it is on its way to; null: nobody works on it. */
  readonly movingTo: OperationStatus | null;
  /** Why it failed: `insufficient_funds`, or what payments refused it with. */
  readonly failure: string | null;
  /** What the balance lacked, in minor units; null where that was not it. */
  readonly missing: bigint | null;
  /** What the sender has written to it. */
  readonly note: string | null;
  /** Of a top-up or a payment. */
  readonly paymentIntent: string | null;
  /**
   * Of a payment: what was taken of the balance, and what came back of it. Of a top-up: what was given back.
   */
  readonly captured: bigint;
  readonly refunded: bigint;
  /** Where a withdrawal goes, in the words of whoever asked for it. */
  readonly destination: string | null;
  /** What the bank calls a paid withdrawal. */
  readonly reference: string | null;
  /** Who approved a withdrawal, and who said that it was paid: two people. */
  readonly approvedBy: string | null;
  readonly paidBy: string | null;
  readonly decisionReason: string | null;
  /** Until when a top-up waits for its payment. */
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

/** A top-up or a payment with the payment intent behind it. */
export interface Paying {
  readonly operation: Operation;
  readonly paymentIntent: PaymentIntent;
}

/** Why a balance changed. */
export const ENTRY_KINDS = [
  'top_up',
  'top_up_refund',
  'sent',
  'received',
  'payment',
  'refund',
  'withdrawal',
  'withdrawal_return',
  'adjustment',
] as const;
/** One of {@link ENTRY_KINDS}. */
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One change of a balance: a posted transfer of the ledger. */
export interface Entry {
  /** `wen_…`; derives from the transfer. */
  readonly id: string;
  readonly wallet: string;
  readonly currency: string;
  readonly kind: EntryKind;
  /** Minor units: above zero what came in, below zero what went out. */
  readonly amount: bigint;
  /** The balance after it, what is held included. */
  readonly balance: bigint;
  /** The operation behind it, where there is one. */
  readonly operation: string | null;
  readonly paymentIntent: string | null;
  /** The other wallet of a send. */
  readonly counterparty: string | null;
  readonly note: string | null;
  /** Microseconds. */
  readonly at: number;
}

/** What happened in a wallet in one calendar month (UTC): opening + entries = closing. */
export interface Statement {
  readonly wallet: string;
  readonly currency: string;
  /** `2026-11` */
  readonly month: string;
  /** The instants it is about: from, inclusive, to, exclusive; that of a month under way ends now. */
  readonly from: number;
  readonly to: number;
  readonly opening: bigint;
  /** The oldest first. */
  readonly entries: readonly Entry[];
  readonly totalIn: bigint;
  readonly totalOut: bigint;
  readonly closing: bigint;
}

/** What a tier may hold and move in a currency, in minor units; null: no cap of this kind. */
export interface TierLimit {
  readonly tier: Tier;
  readonly currency: string;
  readonly effectiveFrom: number;
  readonly balanceMax: bigint;
  /** Of each top-up, send, payment and withdrawal. */
  readonly transactionMax: bigint;
  /** Of what goes out in a day, month or year (UTC). */
  readonly dayMax: bigint | null;
  readonly monthMax: bigint | null;
  readonly yearMax: bigint | null;
  /** Where it comes from, and whether somebody has held it against that. */
  readonly source: string;
  readonly verified: boolean;
}

/** What limits a wallet in a currency now, and how much of it is used. */
export interface LimitUse {
  readonly limit: TierLimit;
  readonly dayUsed: bigint;
  readonly monthUsed: bigint;
  readonly yearUsed: bigint;
  /** The most that the balance can come to with what is on its way. */
  readonly balanceBound: bigint;
}

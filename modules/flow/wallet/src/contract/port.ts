import { command, defineContract, type Page, pageCodes, pageInput, query } from '@tpmall/platform/contract';
import { z } from 'zod';
import { OPERATION_KINDS, OPERATION_STATUSES } from './states.ts';
import {
  ENTRY_KINDS,
  type Entry,
  type LimitUse,
  type Operation,
  type Paying,
  type Statement,
  TIERS,
  type TierLimit,
  type Wallet,
  type WalletBalance,
} from './types.ts';

const id = z.string().min(1).max(64);
const amount = z.bigint().positive();
const currency = z.string().regex(/^[a-z]{3}$/);
const text = z.string().min(1).max(200);
/** One line of text: what shows it must not be led astray by control characters. */
const line = z
  .string()
  .min(1)
  .max(140)
  .regex(/^\P{C}*$/u, 'must be one line without control characters');
const instant = z.number().int().min(0);
const page = pageInput(id);
const cap = z.bigint().min(0n);
/** What the shopper's browser and the caller tell about one attempt to pay by card. */
const browser = {
  returnUrl: z.url().max(2000).optional(),
  ip: z.string().max(45).optional(),
};

const mine = ['gateway', 'web', 'mall', 'checkout'];
const staff = ['gateway', 'operator'];

/** Codes of everything that moves money out of a wallet, or into it. */
const movement = [
  'not_found',
  'wallet_frozen',
  'currency_not_offered',
  'limit_exceeded',
  'insufficient_funds',
  'idempotency_mismatch',
] as const;

/** Shoppers' balances: topped up by card, paid with, sent to others, withdrawn. */
export const walletContract = defineContract({
  module: 'wallet',
  version: 1,
  operations: {
    /** Opens a person's wallet, or answers the one there is. */
    openWallet: command<Wallet>()({
      input: z.strictObject({ person: id }),
      codes: ['person_not_found'],
      callers: mine,
    }),
    /** A wallet by its id, or a person's. */
    findWallet: query<Wallet>()({
      input: z.union([z.strictObject({ id }), z.strictObject({ person: id })]),
      codes: ['not_found'],
      callers: [...mine, ...staff],
    }),
    listWallets: query<Page<Wallet>>()({
      input: z.strictObject({ ...page, status: z.enum(['active', 'frozen']).optional() }),
      codes: pageCodes,
      callers: staff,
    }),
    /** Freezes a wallet, lets it go again, or moves it to another tier. Audited. */
    changeWallet: command<Wallet>()({
      input: z.strictObject({
        id,
        status: z.enum(['active', 'frozen']).optional(),
        tier: z.enum(TIERS).optional(),
        reason: text,
      }),
      codes: ['not_found', 'idempotency_mismatch'],
      callers: staff,
    }),
    /** What is in a wallet, by currency; those it was never used in are left out. */
    readBalances: query<readonly WalletBalance[]>()({
      input: z.strictObject({ wallet: id }),
      codes: ['not_found'],
      callers: [...mine, ...staff],
    }),
    /** What limits a wallet in a currency, and how much of it is used. */
    readLimits: query<LimitUse>()({
      input: z.strictObject({ wallet: id, currency }),
      codes: ['not_found', 'currency_not_offered'],
      callers: [...mine, ...staff],
    }),
    /** The limits that are in force now, of every tier and currency. */
    listLimits: query<readonly TierLimit[]>()({ input: z.strictObject({}), callers: [...mine, ...staff] }),
    /** Adds a limit; the latest that has begun counts. Audited. */
    setLimit: command<TierLimit>()({
      input: z.strictObject({
        tier: z.enum(TIERS),
        currency,
        /** Now where it is absent; never in the past, so that what was allowed was allowed. */
        effectiveFrom: instant.optional(),
        balanceMax: cap,
        transactionMax: cap,
        dayMax: cap.nullable(),
        monthMax: cap.nullable(),
        yearMax: cap.nullable(),
        source: text,
        verified: z.boolean(),
      }),
      codes: ['effective_in_the_past', 'limit_exists', 'idempotency_mismatch'],
      callers: staff,
    }),
    /**
     * Opens a payment that tops a wallet up, and with a payment method tries to make it at once; without one
     * it waits for `confirmIntent` of payments. Room for it in the balance is kept until it is over. A card
     * that is declined ends it.
     */
    topUp: command<Paying>()({
      input: z.strictObject({
        wallet: id,
        currency,
        amount,
        paymentMethod: id.optional(),
        customer: id.optional(),
        receiptEmail: z.email().max(320).optional(),
        ...browser,
      }),
      codes: [
        'not_found',
        'wallet_frozen',
        'currency_not_offered',
        'limit_exceeded',
        'amount_too_large',
        'customer_not_found',
        'payment_method_not_found',
        'payment_method_not_usable',
        'card_declined',
        'authentication_required',
        'idempotency_mismatch',
      ],
      callers: mine,
    }),
    /**
     * Sends to another shopper: one transfer of the ledger, with both sides. What nobody knows stays
     * `pending` and is a success of this call.
     */
    send: command<Operation>()({
      input: z.strictObject({
        wallet: id,
        /** The other's handle, with or without the `@`. */
        handle: z.string().min(1).max(64),
        currency,
        amount,
        note: line.optional(),
      }),
      codes: [...movement, 'handle_not_found', 'send_to_self', 'recipient_unavailable'],
      callers: mine,
    }),
    /**
     * Pays a payment intent with the balance: holds or takes its amount, as the intent's capture method says.
     * What is lacking is `insufficient_funds` (`detail.missing`, `detail.available`, minor units), with the
     * intent left open for a card, or for another try after a top-up. Captures, cancellations and refunds are
     * those of payments.
     */
    pay: command<Paying>()({
      input: z.strictObject({ wallet: id, paymentIntent: id, ip: browser.ip }),
      codes: [
        ...movement,
        'payment_intent_not_found',
        'payment_intent_unexpected_state',
        'payment_intent_changed',
        'payment_intent_not_payable',
        'card_declined',
      ],
      callers: mine,
    }),
    /** Asks for money of the balance at a bank account. It is held at once. */
    requestWithdrawal: command<Operation>()({
      input: z.strictObject({ wallet: id, currency, amount, destination: line }),
      codes: movement,
      callers: mine,
    }),
    /** Takes back a withdrawal that nobody has decided about; what was held is free again. */
    cancelWithdrawal: command<Operation>()({
      input: z.strictObject({ id }),
      codes: ['not_found', 'withdrawal_unexpected_state', 'idempotency_mismatch'],
      callers: mine,
    }),
    /**
     * What an operator says about a withdrawal. A person approves it, another person says that it was paid; a
     * key of nobody is `person_needed` for both. Refused and
     * failed ones let go of what was held; a returned one goes back to the wallet. Audited.
     */
    decideWithdrawal: command<Operation>()({
      input: z
        .strictObject({
          id,
          to: z.enum(['approved', 'refused', 'paid', 'failed', 'returned']),
          reason: text,
          /** What the bank calls it; with `paid`. */
          reference: line.optional(),
        })
        .refine(({ to, reference }) => (to === 'paid') === (reference !== undefined), {
          path: ['reference'],
          error: 'a withdrawal that is paid names its reference, and no other decision does',
        }),
      codes: [
        'not_found',
        'withdrawal_unexpected_state',
        'same_person',
        'person_needed',
        'idempotency_mismatch',
      ],
      callers: staff,
    }),
    findOperation: query<Operation>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: [...mine, ...staff],
    }),
    /** Operations of a wallet, those that others have made towards it included, or of all wallets. */
    listOperations: query<Page<Operation>>()({
      input: z.strictObject({
        ...page,
        wallet: id.optional(),
        kind: z.enum(OPERATION_KINDS).optional(),
        status: z.enum(OPERATION_STATUSES).optional(),
      }),
      codes: pageCodes,
      callers: [...mine, ...staff],
    }),
    /** What changed a balance, the newest first. The cursor is an entry's id. */
    history: query<Page<Entry>>()({
      input: z.strictObject({
        wallet: id,
        currency,
        limit: z.number().int().min(1).max(100),
        startingAfter: id.optional(),
        kind: z.enum(ENTRY_KINDS).optional(),
        /** From, inclusive, to, exclusive. */
        from: instant.optional(),
        to: instant.optional(),
      }),
      codes: ['not_found', 'cursor_not_found'],
      callers: [...mine, ...staff],
    }),
    /** The statement of a month; opening, entries and closing add up. */
    statement: query<Statement>()({
      input: z.strictObject({
        wallet: id,
        currency,
        month: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month: 2026-11'),
      }),
      codes: ['not_found', 'statement_too_large'],
      callers: [...mine, ...staff],
    }),
  },
});

import { hash128 } from '@tpmall/kernel';
import { command } from '@tpmall/platform/contract';
import { z } from 'zod';
import type { PaymentIntent } from './types.ts';

/** `userData128` of every ledger transfer of a payment, so that all of them can be found by it. */
export function paymentTag(intent: string): bigint {
  return hash128('payment', intent);
}

/**
 * Whether an id is a wallet's: as a destination it is topped up, and in the ledger it has its own accounts.
 */
export function isWallet(id: string): boolean {
  return id.startsWith('wal_');
}

const id = z.string().min(1).max(64);

/** Operations for the module of the shoppers' wallets, and for it alone. */
export const walletOperations = {
  /**
   * Tries to pay with the balance of a wallet, whose limits and standing its module has checked: as
   * `confirmIntent`, but nobody outside is asked, so that the ledger's answer is the outcome. What the
   * balance lacks is `card_declined` (`detail.declineCode` `insufficient_funds`, `detail.missingAmount`).
   */
  payFromWallet: command<PaymentIntent>()({
    input: z.strictObject({
      id,
      wallet: z.strictObject({ id: id.refine(isWallet, 'must be a wallet'), operation: id }),
      /** What the wallet has taken room in its limits for; another amount by now is refused. */
      amount: z.bigint().positive(),
      currency: z.string().regex(/^[a-z]{3}$/),
      ip: z.string().max(45).optional(),
    }),
    codes: [
      'not_found',
      'payment_intent_unexpected_state',
      /** Its amount or currency is another one by now. */
      'payment_intent_changed',
      /** It tops a wallet up. */
      'payment_intent_not_payable',
      'card_declined',
      'idempotency_mismatch',
    ],
    callers: ['wallet'],
  }),
} as const;

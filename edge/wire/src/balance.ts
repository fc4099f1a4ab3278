import type { Micros } from '@tpmall/kernel';
import {
  BALANCE_TRANSACTION_TYPES,
  type Balance,
  type BalanceTransaction,
  type BalanceTransactionType,
} from '@tpmall/payments/contract';
import { z } from 'zod';
import { expandParameter, pageParameters } from './list.ts';
import { currency, objectId, oneOfOrNone, unsupported } from './parameters.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

/** Types that clients know and that nothing here is of. */
const OTHER_TRANSACTION_TYPES: readonly string[] = [
  ...['adjustment', 'advance', 'advance_funding', 'anticipation_repayment'],
  ...['climate_order_purchase', 'climate_order_refund', 'connect_collection_transfer'],
  ...['contribution', 'fee_credit_funding', 'inbound_transfer', 'inbound_transfer_reversal'],
  ...['issuing_authorization_hold', 'issuing_authorization_release', 'issuing_dispute'],
  ...['issuing_dispute_provisional_credit', 'issuing_dispute_provisional_credit_reversal'],
  ...['issuing_transaction', 'obligation_outbound', 'obligation_reversal_inbound', 'payment'],
  ...['payment_failure_refund', 'payment_network_reserve_hold'],
  ...['payment_network_reserve_release', 'payment_refund', 'payment_reversal'],
  ...['payment_unreconciled', 'payout', 'payout_cancel', 'payout_failure'],
  ...['payout_minimum_balance_hold', 'payout_minimum_balance_release', 'reserve_hold'],
  ...['reserve_release', 'reserve_transaction', 'reserved_funds'],
  ...['stripe_balance_payment_debit', 'stripe_balance_payment_debit_reversal', 'stripe_fee'],
  ...['stripe_fx_fee', 'tax_fee', 'tax_fund', 'topup', 'topup_reversal', 'transfer_cancel'],
  ...['transfer_failure'],
];

/** `GET /v1/balance` */
export const readBalanceParameters = z.strictObject(expandParameter);

/** `GET /v1/balance_transactions` */
export const listBalanceTransactionsParameters = z.strictObject({
  ...pageParameters,
  currency: currency().optional(),
  source: objectId().optional(),
  type: oneOfOrNone(BALANCE_TRANSACTION_TYPES, OTHER_TRANSACTION_TYPES).optional(),
  ...unsupported('payout'),
});

/** An amount that may be below zero. */
function signedToWire(amount: bigint): number {
  return amount < 0n ? -amountToWire(-amount) : amountToWire(amount);
}

/** A platform's own balance. All of it came by cards. */
export function balanceToWire(balances: readonly Balance[], view: WireView) {
  const of = (part: 'available' | 'pending') =>
    balances.map((balance) => {
      const amount = signedToWire(balance[part]);
      return { amount, currency: balance.currency, source_types: { card: amount } };
    });
  return {
    object: 'balance' as const,
    available: of('available'),
    livemode: view.livemode,
    pending: of('pending'),
  };
}

/** See {@link balanceToWire}. */
export type WireBalance = ReturnType<typeof balanceToWire>;

/** What accountants group transactions by. */
const REPORTING_CATEGORIES: Readonly<Record<BalanceTransactionType, string>> = {
  charge: 'charge',
  transfer: 'transfer',
  application_fee: 'platform_earning',
  refund: 'refund',
  transfer_refund: 'transfer_reversal',
  application_fee_refund: 'platform_earning_refund',
  refund_failure: 'refund_failure',
};

/**
 * One change of a platform's own balance. Nothing is kept back of it, so that net is the amount: what
 * acquirers charge is booked when they clear, and not by payment.
 */
export function balanceTransactionToWire(transaction: BalanceTransaction, now: Micros) {
  const amount = signedToWire(transaction.amount);
  return {
    id: transaction.id,
    object: 'balance_transaction' as const,
    amount,
    available_on: secondsToWire(transaction.availableAt),
    balance_type: 'payments' as const,
    created: secondsToWire(transaction.createdAt),
    currency: transaction.currency,
    description: null,
    exchange_rate: null,
    fee: 0,
    fee_details: [],
    net: amount,
    reporting_category: REPORTING_CATEGORIES[transaction.type],
    source: transaction.source,
    status: transaction.availableAt > now ? ('pending' as const) : ('available' as const),
    type: transaction.type,
  };
}

/** See {@link balanceTransactionToWire}. */
export type WireBalanceTransaction = ReturnType<typeof balanceTransactionToWire>;

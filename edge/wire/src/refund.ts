import { isWallet, type Refund } from '@tpmall/payments/contract';
import { z } from 'zod';
import { expandParameter, pageParameters } from './list.ts';
import { amount, flagThatIs, metadata, metadataPatch, objectId, oneOf, unsupported } from './parameters.ts';
import { amountToWire, secondsToWire } from './view.ts';

const proportionally = 'every merchant always gives back in proportion, commission included';

/** `POST /v1/refunds` */
export const createRefundParameters = z.strictObject({
  amount: amount(1n).optional(),
  charge: objectId().optional(),
  metadata: metadata().optional(),
  payment_intent: objectId().optional(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer').optional(),
  refund_application_fee: flagThatIs(true, proportionally).optional(),
  reverse_transfer: flagThatIs(true, proportionally).optional(),
  ...expandParameter,
  ...unsupported('currency', 'customer', 'instructions_email', 'origin'),
});

/** `POST /v1/refunds/:id` */
export const updateRefundParameters = z.strictObject({
  metadata: metadataPatch().optional(),
  ...expandParameter,
});

/** `POST /v1/refunds/:id/cancel` */
export const cancelRefundParameters = z.strictObject(expandParameter);

/** `GET /v1/refunds` */
export const listRefundsParameters = z.strictObject({
  ...pageParameters,
  charge: objectId().optional(),
  payment_intent: objectId().optional(),
});

/** Money on its way back, as clients of the payments API know it. */
export function refundToWire(refund: Refund) {
  return {
    id: refund.id,
    object: 'refund' as const,
    amount: amountToWire(refund.amount),
    balance_transaction: refund.balanceTransaction,
    charge: refund.charge,
    created: secondsToWire(refund.createdAt),
    currency: refund.currency,
    customer: refund.customer,
    customer_account: null,
    destination_details: isWallet(refund.paymentMethod)
      ? { type: 'customer_cash_balance', customer_cash_balance: {} }
      : { type: 'card', card: { type: 'refund' as const } },
    ...(refund.failureBalanceTransaction !== null && {
      failure_balance_transaction: refund.failureBalanceTransaction,
    }),
    ...(refund.failureReason !== null && { failure_reason: refund.failureReason }),
    metadata: { ...refund.metadata },
    payment_intent: refund.paymentIntent,
    payment_method: isWallet(refund.paymentMethod) ? null : refund.paymentMethod,
    reason: refund.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: refund.status,
    transfer_reversal: null,
  };
}

/** See {@link refundToWire}. */
export type WireRefund = ReturnType<typeof refundToWire>;

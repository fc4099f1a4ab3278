import { type Charge, type ChargeCard, isGivenBack, releasedOf } from '@tpmall/payments/contract';
import type { CardBilling } from '@tpmall/vault/contract';
import { z } from 'zod';
import { shippingParameter, shippingToWire } from './address.ts';
import { expandParameter, pageParameters } from './list.ts';
import { amount, email, metadataPatch, objectId, text, unsettable, unsupported } from './parameters.ts';
import { billingToWire } from './payment-method.ts';
import { captureTerms, splitToWire } from './split.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

/** `GET /v1/charges` */
export const listChargesParameters = z.strictObject({
  ...pageParameters,
  customer: objectId().optional(),
  payment_intent: objectId().optional(),
  transfer_group: text(255).optional(),
});

/** `POST /v1/charges/:id` */
export const updateChargeParameters = z.strictObject({
  description: unsettable(text(1000)).optional(),
  metadata: metadataPatch().optional(),
  receipt_email: unsettable(email()).optional(),
  ...shippingParameter,
  transfer_group: unsettable(text(255)).optional(),
  ...expandParameter,
  ...unsupported('customer', 'fraud_details'),
});

/** `POST /v1/charges/:id/capture` */
export const captureChargeParameters = z.strictObject({
  amount: amount(1n).optional(),
  ...captureTerms,
  ...expandParameter,
  ...unsupported(
    'application_fee',
    'payment_details',
    'receipt_email',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'transfer_group',
  ),
});

/**
 * One attempt at the issuer, as clients of the payments API know it.
 *
 * @param billing the details of its card, which the vault alone has; absent where they may not be shown
 */
export function chargeToWire(charge: Charge, view: WireView, billing?: CardBilling) {
  const { transfer_data, application_fee_amount, split } = splitToWire(charge.split, charge.amount);
  return {
    id: charge.id,
    object: 'charge' as const,
    amount: amountToWire(charge.amount),
    amount_captured: amountToWire(charge.amountCaptured),
    // What is held and never taken has gone back to the shopper, for whoever reads this API.
    amount_refunded: amountToWire(charge.amountRefunded + releasedOf(charge)),
    application: null,
    application_fee: null,
    application_fee_amount,
    balance_transaction: charge.balanceTransaction,
    billing_details: billingToWire(billing),
    calculated_statement_descriptor: charge.statementDescriptor,
    captured: charge.captured,
    created: secondsToWire(charge.createdAt),
    currency: charge.currency,
    customer: charge.customer,
    description: charge.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: charge.failureCode,
    failure_message: charge.failureMessage,
    fraud_details: {},
    livemode: view.livemode,
    metadata: { ...charge.metadata },
    // Events of before it was kept have none.
    on_behalf_of: charge.onBehalfOf ?? null,
    outcome: outcomeToWire(charge),
    paid: charge.status === 'succeeded',
    payment_intent: charge.paymentIntent,
    payment_method: charge.card && charge.paymentMethod,
    payment_method_details: charge.card
      ? { type: 'card', card: cardToWire(charge, charge.card) }
      : { type: 'customer_balance', customer_balance: {} },
    receipt_email: charge.receiptEmail,
    receipt_number: null,
    receipt_url: null,
    refunded: isGivenBack(charge),
    review: null,
    shipping: charge.shipping && shippingToWire(charge.shipping),
    source: null,
    source_transfer: null,
    statement_descriptor: charge.statementDescriptor,
    statement_descriptor_suffix: null,
    status: charge.status,
    transfer_data: transfer_data && { amount: null, ...transfer_data },
    transfer_group: charge.transferGroup,
    split,
  };
}

/** See {@link chargeToWire}. */
export type WireCharge = ReturnType<typeof chargeToWire>;

/** Scores from which a payment's risk is called elevated and highest. */
const RISK_LEVELS = { elevated: 50, highest: 80 } as const;

function outcomeToWire(charge: Charge) {
  const { outcome } = charge;
  const isBlocked = outcome.networkStatus === 'not_sent_to_network';
  const type = charge.status === 'failed' ? (isBlocked ? 'blocked' : 'issuer_declined') : 'authorized';
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: charge.status === 'failed' ? outcome.networkCode : null,
    network_status: outcome.networkStatus,
    reason: outcome.reason,
    risk_level:
      outcome.riskScore >= RISK_LEVELS.highest
        ? 'highest'
        : outcome.riskScore >= RISK_LEVELS.elevated
          ? 'elevated'
          : 'normal',
    risk_score: outcome.riskScore,
    seller_message: charge.failureMessage ?? (charge.status === 'pending' ? null : 'Payment complete.'),
    type,
  };
}

function cardToWire(charge: Charge, card: ChargeCard) {
  const { outcome } = charge;
  return {
    amount_authorized: charge.status === 'succeeded' ? amountToWire(charge.amount) : null,
    authorization_code: outcome.approvalCode,
    brand: card.brand,
    // Events from before it was kept have none.
    ...(charge.captureBefore ? { capture_before: secondsToWire(charge.captureBefore) } : {}),
    checks: null,
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint,
    funding: card.funding,
    installments: null,
    last4: card.last4,
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: null,
    ...termsToWire(charge),
    three_d_secure: threeDSecureToWire(outcome.threeDSecure),
    transaction_link_id: null,
    wallet: null,
  };
}

/** What the authorisation can be used for; told once the issuer has approved. */
function termsToWire({ captureTerms: terms, amount }: Charge) {
  if (!terms) return {};
  const status = (is: boolean) => (is ? ('available' as const) : ('unavailable' as const));
  return {
    incremental_authorization: { status: status(terms.incrementalAuthorisation) },
    multicapture: { status: status(terms.multicapture) },
    overcapture: {
      maximum_amount_capturable: amountToWire(terms.maximumCapturable),
      status: status(terms.maximumCapturable > amount),
    },
  };
}

function threeDSecureToWire(result: Charge['outcome']['threeDSecure']) {
  if (result === null) return null;
  return {
    authentication_flow: result === 'frictionless' ? ('frictionless' as const) : ('challenge' as const),
    electronic_commerce_indicator: null,
    exemption_indicator: null,
    result: 'authenticated' as const,
    result_reason: null,
    transaction_id: null,
    version: '2.2.0' as const,
  };
}

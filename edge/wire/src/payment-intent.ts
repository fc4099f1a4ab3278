import type { PaymentIntent } from '@tpmall/payments/contract';
import type { Card } from '@tpmall/vault/contract';
import { shippingToWire } from './address.ts';
import { automaticMethodsToWire } from './automatic-methods.ts';
import { paymentErrorToWire } from './error.ts';
import { splitToWire } from './split.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

/**
 * A payment intent as clients of the payments API know it, with one field of our own: `split`, every
 * merchant's part, which `transfer_data` can say of a single merchant only.
 *
 * @param failedCard the card of its last error, where it is known
 */
export function paymentIntentToWire(intent: PaymentIntent, view: WireView, failedCard?: Card) {
  const { lastError } = intent;
  const { transfer_data, application_fee_amount, split } = splitToWire(intent.split, intent.amount);
  return {
    id: intent.id,
    object: 'payment_intent' as const,
    allowed_payment_method_types: null,
    amount: amountToWire(intent.amount),
    amount_capturable: amountToWire(intent.amountCapturable),
    amount_details: { tip: {} },
    amount_received: amountToWire(intent.amountReceived),
    application: null,
    application_fee_amount,
    automatic_payment_methods: automaticMethodsToWire(intent.automaticPaymentMethods),
    canceled_at: intent.canceledAt === null ? null : secondsToWire(intent.canceledAt),
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: intent.clientSecret,
    confirmation_method: intent.confirmationMethod,
    created: secondsToWire(intent.createdAt),
    currency: intent.currency,
    customer: intent.customer,
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    last_payment_error: lastError && paymentErrorToWire(lastError, view, failedCard),
    latest_charge: intent.latestCharge,
    livemode: view.livemode,
    managed_payments: null,
    metadata: { ...intent.metadata },
    next_action: nextActionToWire(intent.nextAction),
    // Events of before it was kept have none.
    on_behalf_of: intent.onBehalfOf ?? null,
    payment_method: intent.paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        // Events of before it was told have none.
        request_three_d_secure: intent.requestThreeDSecure ?? 'automatic',
        ...requestsToWire(intent.captureRequests),
      },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: intent.receiptEmail,
    review: null,
    setup_future_usage: intent.setupFutureUsage,
    shipping: intent.shipping && shippingToWire(intent.shipping),
    source: null,
    statement_descriptor: intent.statementDescriptor,
    statement_descriptor_suffix: null,
    status: intent.status,
    transfer_data,
    transfer_group: intent.transferGroup,
    split,
  };
}

/** See {@link paymentIntentToWire}. */
export type WirePaymentIntent = ReturnType<typeof paymentIntentToWire>;

/** What of a payment intent a browser may see with a publishable key and the client secret. */
export function browserView(intent: WirePaymentIntent) {
  return {
    id: intent.id,
    object: intent.object,
    amount: intent.amount,
    amount_details: intent.amount_details,
    automatic_payment_methods: intent.automatic_payment_methods,
    canceled_at: intent.canceled_at,
    cancellation_reason: intent.cancellation_reason,
    capture_method: intent.capture_method,
    client_secret: intent.client_secret,
    confirmation_method: intent.confirmation_method,
    created: intent.created,
    currency: intent.currency,
    description: intent.description,
    last_payment_error: intent.last_payment_error,
    livemode: intent.livemode,
    next_action: intent.next_action,
    payment_method: intent.payment_method,
    payment_method_types: intent.payment_method_types,
    processing: intent.processing,
    receipt_email: intent.receipt_email,
    setup_future_usage: intent.setup_future_usage,
    shipping: intent.shipping,
    source: intent.source,
    status: intent.status,
  };
}

/** What was asked of the authorisation; what was not is left out. */
function requestsToWire(requests: PaymentIntent['captureRequests']) {
  const asked = 'if_available' as const;
  return {
    ...(requests.incrementalAuthorisation && { request_incremental_authorization: asked }),
    ...(requests.multicapture && { request_multicapture: asked }),
    ...(requests.overcapture && { request_overcapture: asked }),
  };
}

function nextActionToWire(action: PaymentIntent['nextAction']) {
  if (action === null) return null;
  return { type: action.type, redirect_to_url: { url: action.url, return_url: action.returnUrl } };
}

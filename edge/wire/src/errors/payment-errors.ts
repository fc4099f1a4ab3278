import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Refusals of payments and what they stand on. */
export const paymentErrors = {
  resource_missing: {
    id: 'TPM_PAYMENTS_RESOURCE_MISSING',
    type: invalid,
    status: 404,
    explanation: 'There is no such object for this key.',
    remedy: 'Check the id, and that it was made with a key of the same platform.',
  },
  card_declined: {
    id: 'TPM_PAYMENTS_CARD_DECLINED',
    type: 'card_error',
    status: 402,
    explanation: 'The card was declined; `decline_code` says why. Nothing was charged.',
    remedy: 'Ask the shopper for another card; the payment intent is open for it.',
  },
  authentication_required: {
    id: 'TPM_PAYMENTS_AUTHENTICATION_REQUIRED',
    type: 'card_error',
    status: 402,
    explanation:
      'The issuer wants the shopper to authenticate, and the shopper is not present. Nothing was charged.',
    remedy: 'Confirm again while the shopper is present, without `off_session`.',
  },
  expired_card: {
    id: 'TPM_PAYMENTS_EXPIRED_CARD',
    type: 'card_error',
    status: 402,
    explanation: 'The card has expired. Nothing was charged.',
    remedy: 'Ask the shopper to check the date or to use another card.',
  },
  incorrect_cvc: {
    id: 'TPM_PAYMENTS_INCORRECT_CVC',
    type: 'card_error',
    status: 402,
    explanation: 'The card’s security code is wrong. Nothing was charged.',
    remedy: 'Ask the shopper to enter the card again.',
  },
  incorrect_number: {
    id: 'TPM_PAYMENTS_INCORRECT_NUMBER',
    type: 'card_error',
    status: 402,
    explanation: 'The card number is wrong. Nothing was charged.',
    remedy: 'Ask the shopper to enter the card again.',
  },
  processing_error: {
    id: 'TPM_PAYMENTS_PROCESSING_ERROR',
    type: 'card_error',
    status: 402,
    explanation: 'The acquirer, the network or a part of this system failed. Nothing was charged.',
    remedy: 'Confirm again in a little while, with a new idempotency key.',
  },
  payment_intent_authentication_failure: {
    id: 'TPM_PAYMENTS_PAYMENT_INTENT_AUTHENTICATION_FAILURE',
    type: 'card_error',
    status: 402,
    explanation: 'The shopper was not authenticated by the issuer. Nothing was charged.',
    remedy: 'Let the shopper try again or use another card.',
  },
  payment_method_not_found: {
    id: 'TPM_PAYMENTS_PAYMENT_METHOD_NOT_FOUND',
    type: 'card_error',
    status: 402,
    explanation: 'The card was taken out of the vault before it could be charged. Nothing was charged.',
    remedy: 'Confirm with another payment method.',
  },
  payment_intent_unexpected_state: {
    id: 'TPM_PAYMENTS_PAYMENT_INTENT_UNEXPECTED_STATE',
    type: invalid,
    status: 400,
    explanation: `The payment intent’s status does not allow this operation. ${nothingChanged}`,
    remedy: 'Read the payment intent and act on its status.',
  },
  payment_intent_incompatible_secret: {
    id: 'TPM_PAYMENTS_PAYMENT_INTENT_INCOMPATIBLE_SECRET',
    type: invalid,
    status: 400,
    explanation: 'A publishable key reaches a payment intent only with that intent’s client secret.',
    remedy: 'Send the `client_secret` that the server got when it made the payment intent.',
  },
  amount_too_small: {
    id: 'TPM_PAYMENTS_AMOUNT_TOO_SMALL',
    type: invalid,
    status: 400,
    explanation:
      'The amount is too small here. Nothing (0) can be captured only finally and after something was; an ' +
      `increment raises the amount. ${nothingChanged}`,
    remedy: 'Raise the amount.',
  },
  multicapture_not_available: {
    id: 'TPM_PAYMENTS_MULTICAPTURE_NOT_AVAILABLE',
    type: invalid,
    status: 400,
    explanation: `The payment’s authorisation cannot be captured and then captured again. ${nothingChanged}`,
    remedy:
      'Ask for it with `payment_method_options[card][request_multicapture]`, look at the charge for ' +
      '`multicapture`, and capture finally where it is not available.',
  },
  incremental_authorization_not_available: {
    id: 'TPM_PAYMENTS_INCREMENTAL_AUTHORIZATION_NOT_AVAILABLE',
    type: invalid,
    status: 400,
    explanation: `The payment’s authorisation cannot be incremented (any more). ${nothingChanged}`,
    remedy:
      'Ask for it with `payment_method_options[card][request_incremental_authorization]`, look at the ' +
      'charge for `incremental_authorization`, and increment at most ten times.',
  },
  charge_already_captured: {
    id: 'TPM_PAYMENTS_CHARGE_ALREADY_CAPTURED',
    type: invalid,
    status: 400,
    explanation: `The charge has been captured already. ${nothingChanged}`,
    remedy: 'Nothing is left to do; read the charge to see what was captured.',
  },
  refund_not_cancelable: {
    id: 'TPM_PAYMENTS_REFUND_NOT_CANCELABLE',
    type: invalid,
    status: 400,
    explanation: `The refund was sent, or may have been, so it cannot be called off. ${nothingChanged}`,
    remedy: 'Wait for its outcome; only a pending refund that has certainly not been sent can be canceled.',
  },
  split_exceeds_amount: {
    id: 'TPM_PAYMENTS_SPLIT_EXCEEDS_AMOUNT',
    type: invalid,
    status: 400,
    explanation: 'The parts of the merchants add up to more than the payment, or a fee is above its part.',
    remedy: 'Lower the parts or raise the amount.',
  },
  destination_not_capable: {
    id: 'TPM_PAYMENTS_DESTINATION_NOT_CAPABLE',
    type: invalid,
    status: 400,
    explanation: 'The merchant cannot receive transfers.',
    remedy: 'Complete the merchant’s onboarding, or choose another destination.',
  },
  charge_already_refunded: {
    id: 'TPM_PAYMENTS_CHARGE_ALREADY_REFUNDED',
    type: invalid,
    status: 400,
    explanation: `All of the charge has been refunded already. ${nothingChanged}`,
    remedy: 'Nothing is left to do; list the refunds of the charge to see them.',
  },
  charge_not_refundable: {
    id: 'TPM_PAYMENTS_CHARGE_NOT_REFUNDABLE',
    type: invalid,
    status: 400,
    explanation: `The charge was not captured, or its acquirer has refused the capture. ${nothingChanged}`,
    remedy:
      'Cancel the payment intent; of a refused capture, wait until people have found out what became of it.',
  },
} as const satisfies Record<string, CatalogueEntry>;

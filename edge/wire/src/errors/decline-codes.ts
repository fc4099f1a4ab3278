import type { PaymentError } from '@tpmall/payments/contract';

/** Why a card was declined: the `decline_code` of a `card_declined` error, in the field's neutral words. */
export const declineCodes = {
  generic_decline: 'The issuer gave no reason.',
  insufficient_funds: 'The account does not hold enough.',
  lost_card: 'The card was reported lost. Show the shopper a general decline only.',
  stolen_card: 'The card was reported stolen. Show the shopper a general decline only.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code is wrong.',
  incorrect_number: 'The card number is wrong.',
  fraudulent: 'The issuer suspects fraud. Show the shopper a general decline only.',
  do_not_honor: 'The issuer declined without saying more.',
  transaction_not_allowed: 'The card does not allow this kind of payment.',
  card_velocity_exceeded: 'The card has been used too often or for too much.',
  processing_error: 'The acquirer or the network failed; another try may work.',
  issuer_not_available: 'The issuer could not be reached; another try may work.',
  authentication_required: 'The issuer wants 3-D Secure.',
  invalid_account: 'The account behind the card is closed.',
  blocked: 'A block list of this platform refused the payment before it reached the issuer.',
  highest_risk_level: 'The risk rules of this platform refused the payment before it reached the issuer.',
} as const satisfies Readonly<Record<NonNullable<PaymentError['declineCode']>, string>>;

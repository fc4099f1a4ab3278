/** Why an issuer or acquirer refused, in the field's neutral terms; `networkCode` keeps DE 39 as it came. */
export const DECLINE_CODES = [
  'generic_decline',
  'insufficient_funds',
  'lost_card',
  'stolen_card',
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'fraudulent',
  'do_not_honor',
  'transaction_not_allowed',
  'card_velocity_exceeded',
  'processing_error',
  'issuer_not_available',
  'authentication_required',
  /** The account behind the card is closed. */
  'invalid_account',
] as const;
/** One of {@link DECLINE_CODES}. */
export type DeclineCode = (typeof DECLINE_CODES)[number];

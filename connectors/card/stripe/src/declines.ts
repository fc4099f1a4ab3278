import { DECLINE_CODES, type DeclineCode } from '@tpmall/acquiring/contract';

/** Decline codes of the Stripe API that have another name here; those of one name need no entry. */
const RENAMED: Readonly<Record<string, DeclineCode>> = {
  call_issuer: 'do_not_honor',
  card_not_supported: 'transaction_not_allowed',
  currency_not_supported: 'transaction_not_allowed',
  invalid_amount: 'transaction_not_allowed',
  not_permitted: 'transaction_not_allowed',
  pickup_card: 'stolen_card',
  restricted_card: 'stolen_card',
  merchant_blacklist: 'fraudulent',
  highest_risk_level: 'fraudulent',
  blocked: 'fraudulent',
  invalid_cvc: 'incorrect_cvc',
  invalid_number: 'incorrect_number',
  invalid_expiry_month: 'expired_card',
  invalid_expiry_year: 'expired_card',
  withdrawal_count_limit_exceeded: 'card_velocity_exceeded',
  reenter_transaction: 'processing_error',
  try_again_later: 'processing_error',
};

/** Why a card was declined; `card_declined` says no more than that it was. */
export function declineCodeOf(code: string | null | undefined): DeclineCode {
  const known = DECLINE_CODES.find((each) => each === code);
  return known ?? RENAMED[code ?? ''] ?? 'generic_decline';
}

/** Whether nobody has decided about the card, so that another acquirer may be asked. */
export function isUndecided(code: DeclineCode): boolean {
  return code === 'issuer_not_available' || code === 'processing_error';
}

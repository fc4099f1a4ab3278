import type { DeclineCode } from '@tpmall/acquiring/contract';

/** DE 39 in the terms that the rest of the house uses. Codes that are not here are `generic_decline`. */
const DECLINES: Readonly<Record<string, DeclineCode>> = {
  '01': 'do_not_honor',
  '03': 'transaction_not_allowed',
  '04': 'stolen_card',
  '05': 'generic_decline',
  '07': 'fraudulent',
  '12': 'transaction_not_allowed',
  '13': 'transaction_not_allowed',
  '14': 'incorrect_number',
  '15': 'incorrect_number',
  '30': 'processing_error',
  '33': 'expired_card',
  '34': 'fraudulent',
  '41': 'lost_card',
  '43': 'stolen_card',
  '46': 'invalid_account',
  '51': 'insufficient_funds',
  '54': 'expired_card',
  '56': 'incorrect_number',
  '57': 'transaction_not_allowed',
  '58': 'transaction_not_allowed',
  '59': 'fraudulent',
  '61': 'card_velocity_exceeded',
  '62': 'transaction_not_allowed',
  '63': 'fraudulent',
  '65': 'card_velocity_exceeded',
  '68': 'issuer_not_available',
  '70': 'authentication_required',
  '82': 'incorrect_cvc',
  '91': 'issuer_not_available',
  '92': 'issuer_not_available',
  '94': 'processing_error',
  '96': 'processing_error',
  '1A': 'authentication_required',
  N7: 'incorrect_cvc',
};

/**
 * Whether DE 39 approves the whole amount: 00, 08 (after identification), 11 (VIP). A part (10) is no
 * approval.
 */
export function isApproved(code: string): boolean {
  return code === '00' || code === '08' || code === '11';
}

/**
 * Whether DE 39 says that a card is good: an approval, or 85 (no reason to decline), of which verifications
 * know.
 */
export function isVerified(code: string): boolean {
  return code === '85' || isApproved(code);
}

/** The decline that DE 39 stands for. */
export function declineCode(code: string): DeclineCode {
  return DECLINES[code] ?? 'generic_decline';
}

/**
 * Whether DE 39 ends the repeats of an advice or reversal. A reversal of something the host never booked (25,
 * or 21: no action taken) has reached its aim.
 */
export function isAcknowledged(mti: string, code: string): boolean {
  if (code === '00') return true;
  return mti.startsWith('04') && (code === '25' || code === '21');
}

/**
 * Whether a declined authorisation may be asked again by way of another acquirer, and an advice is told
 * again: 91 and 92 (the issuer or the way to it is not there) and 96 (a system failed). Wherever an issuer
 * has decided, its word stands.
 */
export function hasNobodyDecided(code: string): boolean {
  return code === '91' || code === '92' || code === '96';
}

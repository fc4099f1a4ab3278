import type { Fault } from './host/faults.ts';

/**
 * The test cards. The numbers are the ones that card software is commonly tested with, or own ones (400000
 * 99…); none belongs to a person. They stand in this file only, which is the one that the secret scan allows
 * to hold Luhn-valid numbers.
 */
export interface TestCard {
  readonly number: string;
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'diners' | 'discover' | 'jcb' | 'unionpay';
  /** One line for people: what paying with it does. */
  readonly does: string;
  /** DE 39 of the issuer's decision; `00` approves. */
  readonly code: string;
  /** Found good when it is only verified, whatever its code says of payments. */
  readonly verifies: boolean;
  /** What 3-D Secure says. `challenge`: the shopper types a code; `attempted`: the issuer takes no part. */
  readonly authentication: 'frictionless' | 'challenge' | 'attempted' | 'refused' | 'unavailable';
  /** Refused with `1A` unless it was authenticated. */
  readonly needsAuthentication: boolean;
  /** What happens to the authorisation on the wire. */
  readonly fault: Fault | null;
  /** DE 39 of the issuer's answer to an increment; `00` approves. */
  readonly incrementCode: string;
  /** DE 39 of the issuer's answer to a refund; `00` approves. */
  readonly refundCode: string;
  /** An approved refund comes back with this DE 39, so much later. */
  readonly refundReturn: { readonly code: string; readonly milliseconds: number } | null;
  /** The fault strikes on the first, third, fifth … authorisation only. */
  readonly faultAlternates: boolean;
}

type Brand = TestCard['brand'];

function card(number: string, brand: Brand, does: string, more: Partial<TestCard> = {}): TestCard {
  return {
    number,
    brand,
    does,
    code: '00',
    verifies: false,
    authentication: 'frictionless',
    needsAuthentication: false,
    incrementCode: '00',
    refundCode: '00',
    refundReturn: null,
    fault: null,
    faultAlternates: false,
    ...more,
  };
}

const declined = (number: string, does: string, code: string): TestCard =>
  card(number, 'visa', does, { code });

const secured = (number: string, does: string, more: Partial<TestCard> = {}): TestCard =>
  card(number, 'visa', does, { authentication: 'challenge', needsAuthentication: true, ...more });

const faulty = (number: string, does: string, fault: Fault, faultAlternates = false): TestCard =>
  card(number, 'visa', does, { fault, faultAlternates });

/** Every card that the simulator's issuers know. Any other number is answered with 14, no such number. */
export const testCards: readonly TestCard[] = [
  card('4242424242424242', 'visa', 'approved'),
  card('4000056655665556', 'visa', 'approved (debit)'),
  card('5555555555554444', 'mastercard', 'approved'),
  card('2223003122003222', 'mastercard', 'approved (2-series)'),
  card('5200828282828210', 'mastercard', 'approved (debit)'),
  card('5105105105105100', 'mastercard', 'approved (prepaid)'),
  card('378282246310005', 'amex', 'approved; 3-D Secure only attempted', { authentication: 'attempted' }),
  card('371449635398431', 'amex', 'approved; 3-D Secure only attempted', { authentication: 'attempted' }),
  card('6011111111111117', 'discover', 'approved'),
  card('3056930009020004', 'diners', 'approved'),
  card('36227206271667', 'diners', 'approved (14 digits)'),
  card('6200000000000005', 'unionpay', 'approved'),
  card('3566002020360505', 'jcb', 'approved'),
  card('4000000000000077', 'visa', 'approved; funds available at once'),
  card('4000000000000259', 'visa', 'approved; disputed later as fraudulent'),
  card('4000000000001976', 'visa', 'approved; inquired about later'),
  card('4000000000005126', 'visa', 'approved; a refund is approved and comes back two seconds later', {
    refundReturn: { code: '54', milliseconds: 2_000 },
  }),
  card('4000009900000095', 'visa', 'approved; closed by the time of a refund, which is declined', {
    refundCode: '46',
  }),
  card('4000009900000103', 'visa', 'approved; its increments are declined', { incrementCode: '51' }),
  declined('4000000000000002', 'declined', '05'),
  card('4000000000000341', 'visa', 'declined when charged; good when only verified', {
    code: '05',
    verifies: true,
  }),
  declined('4000000000009995', 'declined: insufficient funds', '51'),
  declined('4000000000009987', 'declined: lost card', '41'),
  declined('4000000000009979', 'declined: stolen card', '43'),
  declined('4000000000000069', 'declined: expired card', '54'),
  declined('4000000000000127', 'declined: incorrect CVC', 'N7'),
  declined('4000000000000119', 'declined: processing error', '96'),
  declined('4000000000006975', 'declined: spent too often', '65'),
  declined('4100000000000019', 'declined: suspected fraud', '59'),
  card('4000000000003055', 'visa', 'approved; challenge if 3-D Secure is asked for', {
    authentication: 'challenge',
  }),
  secured('4000002500003155', 'needs 3-D Secure: challenge, then approved'),
  secured('4000002760003184', 'needs 3-D Secure: challenge, then approved'),
  secured('4000000000003220', 'needs 3-D Secure: challenge, then approved'),
  secured('4000008400001629', 'needs 3-D Secure: challenge, then declined', { code: '05' }),
  secured('4000008260003178', 'needs 3-D Secure: challenge, then insufficient funds', { code: '51' }),
  secured('4000009900000152', '3-D Secure: the issuer refuses the shopper', { authentication: 'refused' }),
  secured('4000008400001280', '3-D Secure: the issuer cannot be reached', { authentication: 'unavailable' }),
  faulty(
    '4000009900000004',
    'every other answer is lost; the host has approved',
    { kind: 'lose_answer' },
    true,
  ),
  faulty('4000009900000012', 'each answer is lost; the host has approved', { kind: 'lose_answer' }),
  faulty('4000009900000020', 'each request is lost; the host knows nothing', { kind: 'lose_request' }),
  faulty('4000009900000038', 'answered after 3 s', { kind: 'delay', milliseconds: 3_000 }),
  faulty('4000009900000046', 'answered after 12 s, later than anybody waits', {
    kind: 'delay',
    milliseconds: 12_000,
  }),
  faulty('4000009900000053', 'answered twice', { kind: 'duplicate' }),
  faulty('4000009900000061', 'a malformed answer', { kind: 'malformed' }),
  faulty('4000009900000079', 'the connection breaks in the middle of the answer', { kind: 'cut' }, true),
  faulty('4000009900000087', 'the answer carries another trace number', { kind: 'other_stan' }),
];

const byNumber = new Map(testCards.map((each) => [each.number, each]));

/** Issuer of as many cards as a test needs: every Luhn-valid number that begins so is approved. */
const COHORT_BIN = '40000088';
const COHORT_MAX = 10_000_000;

/** The number of one of ten million cards that are approved, for loads and replays with many shoppers. */
export function cohortCardNumber(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index >= COHORT_MAX) throw new RangeError('0 to 9,999,999');
  const body = COHORT_BIN + String(index).padStart(7, '0');
  const check = Array.from({ length: 10 }, (_unused, digit) => body + String(digit)).find(isLuhnValid);
  return check ?? body;
}

function isLuhnValid(number: string): boolean {
  const sum = number
    .split('')
    .reverse()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}

/** The test card of a number. */
export function findTestCard(number: string): TestCard | undefined {
  const known = byNumber.get(number);
  if (known || !number.startsWith(COHORT_BIN) || number.length !== 16 || !isLuhnValid(number)) return known;
  return card(number, 'visa', 'approved (one of many)');
}

/** Cards that clients of the wire's conventions pay with by name, in tests. */
export const namedTestCards: readonly { readonly id: string; readonly number: string }[] = [
  { id: 'pm_card_visa', number: '4242424242424242' },
  { id: 'pm_card_us', number: '4242424242424242' },
  { id: 'pm_card_visa_debit', number: '4000056655665556' },
  { id: 'pm_card_mastercard', number: '5555555555554444' },
  { id: 'pm_card_mastercard_debit', number: '5200828282828210' },
  { id: 'pm_card_mastercard_prepaid', number: '5105105105105100' },
  { id: 'pm_card_amex', number: '378282246310005' },
  { id: 'pm_card_discover', number: '6011111111111117' },
  { id: 'pm_card_diners', number: '36227206271667' },
  { id: 'pm_card_jcb', number: '3566002020360505' },
  { id: 'pm_card_unionpay', number: '6200000000000005' },
  { id: 'pm_card_bypassPending', number: '4000000000000077' },
  { id: 'pm_card_refundFail', number: '4000000000005126' },
  { id: 'pm_card_refundClosedCard', number: '4000009900000095' },
  { id: 'pm_card_incrementDeclined', number: '4000009900000103' },
  { id: 'pm_card_createDispute', number: '4000000000000259' },
  { id: 'pm_card_createDisputeInquiry', number: '4000000000001976' },
  { id: 'pm_card_chargeDeclined', number: '4000000000000002' },
  { id: 'pm_card_visa_chargeDeclined', number: '4000000000000002' },
  { id: 'pm_card_chargeCustomerFail', number: '4000000000000341' },
  { id: 'pm_card_chargeDeclinedInsufficientFunds', number: '4000000000009995' },
  { id: 'pm_card_visa_chargeDeclinedInsufficientFunds', number: '4000000000009995' },
  { id: 'pm_card_visa_chargeDeclinedLostCard', number: '4000000000009987' },
  { id: 'pm_card_visa_chargeDeclinedStolenCard', number: '4000000000009979' },
  { id: 'pm_card_chargeDeclinedExpiredCard', number: '4000000000000069' },
  { id: 'pm_card_chargeDeclinedFraudulent', number: '4100000000000019' },
  { id: 'pm_card_visa_chargeDeclinedFraudulent', number: '4100000000000019' },
  { id: 'pm_card_chargeDeclinedIncorrectCvc', number: '4000000000000127' },
  { id: 'pm_card_chargeDeclinedProcessingError', number: '4000000000000119' },
  { id: 'pm_card_visa_chargeDeclinedVelocityLimitExceeded', number: '4000000000006975' },
  { id: 'pm_card_threeDSecureOptional', number: '4000000000003055' },
  { id: 'pm_card_threeDSecureRequired', number: '4000000000003220' },
  { id: 'pm_card_threeDSecureRequiredChargeDeclined', number: '4000008400001629' },
  { id: 'pm_card_threeDSecure2Required', number: '4000000000003220' },
  { id: 'pm_card_authenticationRequired', number: '4000002760003184' },
];

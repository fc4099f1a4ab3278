import type { DeclineCode } from '@tpmall/acquiring/contract';
import { err, type Result } from '@tpmall/kernel';
import type { ChargeOutcome, PaymentError } from '../contract/index.ts';
import type { IntentRecord } from './records.ts';

/** Why an attempt ended without money, before it is put on a charge. */
export interface Decline {
  /** Code of the error, in the words of the wire. */
  readonly code: string;
  readonly declineCode: PaymentError['declineCode'];
  readonly message: string;
  readonly outcome: Pick<ChargeOutcome, 'networkStatus' | 'reason' | 'networkCode' | 'missingAmount'>;
}

/** Decline codes that are error codes of their own; all others are a `card_declined`. */
const OWN_CODES: readonly DeclineCode[] = [
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'processing_error',
  'authentication_required',
];

const MESSAGES: Readonly<Record<DeclineCode, string>> = {
  generic_decline: 'Your card was declined.',
  insufficient_funds: 'Your card has insufficient funds.',
  lost_card: 'Your card was declined.',
  stolen_card: 'Your card was declined.',
  expired_card: 'Your card has expired.',
  incorrect_cvc: 'Your card’s security code is incorrect.',
  incorrect_number: 'Your card number is incorrect.',
  fraudulent: 'Your card was declined.',
  do_not_honor: 'Your card was declined.',
  transaction_not_allowed: 'Your card does not support this type of purchase.',
  card_velocity_exceeded: 'Your card was declined for making repeated attempts too frequently.',
  processing_error: 'An error occurred while processing your card. Try again in a little while.',
  issuer_not_available:
    'The card’s issuer could not be reached, so the card was declined. Nothing was charged.',
  invalid_account: 'Your card’s account is closed.',
  authentication_required: 'The card’s issuer asks for authentication of this payment.',
};

/** The issuer or acquirer said no. */
export function issuerDecline(declineCode: DeclineCode, networkCode: string): Decline {
  return {
    code: OWN_CODES.includes(declineCode) ? declineCode : 'card_declined',
    declineCode,
    message: MESSAGES[declineCode],
    outcome: { networkStatus: 'declined_by_network', reason: declineCode, networkCode },
  };
}

/** The risk rules said no. The shopper is not told which rule: that would teach a fraudster. */
export function riskDecline(blocked: boolean): Decline {
  const declineCode = blocked ? 'blocked' : 'highest_risk_level';
  return {
    code: 'card_declined',
    declineCode,
    message: 'Your card was declined.',
    outcome: { networkStatus: 'not_sent_to_network', reason: declineCode, networkCode: null },
  };
}

function notSent(code: string, message: string, declineCode: Decline['declineCode'] = null): Decline {
  return {
    code,
    declineCode,
    message,
    outcome: { networkStatus: 'not_sent_to_network', reason: code, networkCode: null },
  };
}

/** The cardholder was not authenticated. */
export const authenticationFailed = notSent(
  'payment_intent_authentication_failure',
  'The payment method could not be authenticated. Nothing was charged; try again or use another one.',
);

/** The cardholder would have to be authenticated, and is not present. */
export const authenticationNeeded = notSent(
  'authentication_required',
  'This payment needs authentication, and the shopper is not present.',
  'authentication_required',
);

/** Nothing was sent, because a part of the system could not be reached. */
export const notReached = notSent(
  'processing_error',
  'The payment could not be processed. Nothing was charged; try again in a little while.',
  'processing_error',
);

/** The acquirer's answer was lost, and the acquirer has confirmed that the authorisation is undone. */
export const reversed: Decline = {
  code: 'processing_error',
  declineCode: 'processing_error',
  message: 'The bank’s answer was lost and the authorisation was reversed. Nothing was charged; try again.',
  outcome: { networkStatus: 'unknown', reason: 'processing_error', networkCode: null },
};

/** The acquirer cannot take it as it is. */
export function refusedByAcquirer(code: string): Decline {
  if (code === 'amount_too_large') {
    return notSent('amount_too_large', 'The amount is larger than a card message can carry.');
  }
  if (code === 'authentication_not_valid') return authenticationFailed;
  return notSent(
    'payment_method_not_found',
    'The payment method is no longer there. Nothing was charged; use another one.',
  );
}

/** Codes of a confirmation that ended without money. */
export type DeclinedCode = 'card_declined' | 'authentication_required' | 'amount_too_large';

/**
 * The refusal that a caller of a failed confirmation gets: the same at once and when the command is repeated.
 */
export function declinedResult(
  intent: Pick<IntentRecord, 'id'>,
  failure: Pick<PaymentError, 'code' | 'declineCode' | 'message' | 'charge'> & {
    readonly missingAmount?: string | null;
  },
): Result<never, DeclinedCode> {
  const { code } = failure;
  return err(
    code === 'authentication_required' || code === 'amount_too_large' ? code : 'card_declined',
    failure.message,
    {
      detail: {
        paymentIntent: intent.id,
        charge: failure.charge,
        code,
        declineCode: failure.declineCode,
        ...(failure.missingAmount && { missingAmount: failure.missingAmount }),
      },
    },
  );
}

import type { Micros } from '@tpmall/kernel';
import type {
  Charge,
  MandateAcceptance,
  PaymentError,
  PaymentIntent,
  Phase,
  Refund,
  SplitLeg,
} from '../contract/index.ts';

/** A payment intent with what only this module knows of it. */
export interface IntentRecord extends PaymentIntent {
  /** Rises with every change; a change that was made on an older version is not stored. */
  readonly version: number;
  readonly phase: Phase | null;
  /**
   * The command that the present phase belongs to, and its first acceptance: what ledger and acquirer ids
   * derive from.
   */
  readonly operationId: string | null;
  readonly operationAt: Micros | null;
  /** What a capture in work has reserved. */
  readonly captureAmount: bigint | null;
  /** Whether it is the last. */
  readonly finalCapture: boolean;
  /** Who gets what of it, where the split does not say it; null: it does. */
  readonly captureShares: readonly Share[] | null;
  /** Captures so far, the one in work included. */
  readonly captures: number;
  /** The most that may be captured in all, and whether in more than one capture; from the charge's terms. */
  readonly maximumCapturable: bigint | null;
  readonly multicapture: boolean;
  /** All that were asked for; the one in work, if any, is the last. */
  readonly increments: readonly Increment[];
  /** Charges opened so far. */
  readonly attempt: number;
  readonly offSession: boolean;
  /** The attempt is declined where the shopper would have to act. */
  readonly declineOnAction: boolean;
  readonly ip: string | null;
  /** How its shopper has agreed to later payments, as the latest confirmation said it. */
  readonly mandateAcceptance: MandateAcceptance | null;
  /** When somebody must look after it if it is still in work; null where nobody works on it. */
  readonly nextAttemptAt: Micros | null;
  /** Attempts of the resolver. */
  readonly attempts: number;
  readonly unknownSince: Micros | null;
}

/** An increment of the authorisation, and what the intent becomes with it. */
export interface Increment {
  readonly commandId: string;
  readonly commandAt: Micros;
  /** The amount with it, in all. */
  readonly amount: bigint;
  readonly split: readonly SplitLeg[];
  readonly description: string | null;
  readonly statementDescriptor: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly state: 'in_work' | 'approved' | 'declined';
  /** Why it was declined. */
  readonly decline: Pick<PaymentError, 'code' | 'declineCode' | 'message'> | null;
}

/** A pending transfer of the ledger: its id derives from the command. */
export interface Hold {
  readonly commandId: string;
  readonly commandAt: Micros;
  readonly amount: bigint;
}

/** One merchant's part of what was captured. */
export interface Share {
  readonly destination: string;
  readonly amount: bigint;
  readonly fee: bigint;
}

/** A charge with what only this module knows of it. */
export interface ChargeRecord extends Charge {
  /** The confirmation that opened it. */
  readonly commandId: string;
  readonly commandAt: Micros;
  readonly authorisationId: string | null;
  readonly authenticationId: string | null;
  /** What the ledger holds of it, the oldest first. */
  readonly holds: readonly Hold[];
  /** What all captures took for each leg of the split; the rest is the platform's own sale. */
  readonly shares: readonly Share[];
  /** What refunds have reserved of each part; see `partsOf`. */
  readonly refundedParts: readonly bigint[];
}

/** A payment: the intent and its latest charge. */
export interface Payment {
  readonly intent: IntentRecord;
  readonly charge: ChargeRecord | null;
}

/** A refund with what only this module knows of it. */
export interface RefundRecord extends Refund {
  readonly version: number;
  readonly commandId: string;
  readonly commandAt: Micros;
  /** What it takes back of each part of the charge; see `partsOf`. */
  readonly parts: readonly bigint[];
  /** What of the parts goes beyond what the charge had room for, so that it is not reserved there. */
  readonly beyond: readonly bigint[];
  /** Whether it is certain that nothing of it was sent before whoever has it in hand. */
  readonly unsent: boolean;
  readonly nextAttemptAt: Micros | null;
  readonly attempts: number;
  /** False: it gives back what the acquirer never took, so nothing is sent. */
  readonly atAcquirer: boolean;
}

/** The intent as others see it. */
export function toIntent(record: IntentRecord): PaymentIntent {
  const {
    version: _version,
    phase: _phase,
    operationId: _operationId,
    operationAt: _operationAt,
    captureAmount: _captureAmount,
    finalCapture: _finalCapture,
    captureShares: _captureShares,
    captures: _captures,
    maximumCapturable: _maximumCapturable,
    multicapture: _multicapture,
    increments: _increments,
    attempt: _attempt,
    offSession: _offSession,
    declineOnAction: _declineOnAction,
    ip: _ip,
    mandateAcceptance: _mandateAcceptance,
    nextAttemptAt: _nextAttemptAt,
    attempts: _attempts,
    unknownSince: _unknownSince,
    ...intent
  } = record;
  return intent;
}

/** The charge as others see it. */
export function toCharge(record: ChargeRecord): Charge {
  const {
    commandId: _commandId,
    commandAt: _commandAt,
    authorisationId: _authorisationId,
    authenticationId: _authenticationId,
    holds: _holds,
    shares: _shares,
    refundedParts: _refundedParts,
    ...charge
  } = record;
  return charge;
}

/** The refund as others see it. */
export function toRefund(record: RefundRecord): Refund {
  const {
    version: _version,
    commandId: _commandId,
    commandAt: _commandAt,
    parts: _parts,
    beyond: _beyond,
    unsent: _unsent,
    nextAttemptAt: _nextAttemptAt,
    attempts: _attempts,
    atAcquirer: _atAcquirer,
    ...refund
  } = record;
  return refund;
}

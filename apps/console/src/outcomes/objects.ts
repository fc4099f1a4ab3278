import type { AcquirerMessage, AcquirerStep } from '../api/objects.ts';
import type { Proposal } from '../decisions/objects.ts';

/** What may be unknown. */
export type OutcomeKind = 'authorisation' | 'increment' | 'capture' | 'release' | 'refund' | 'stand_in';

/** What people may find out. */
export type Verdict =
  | 'approved'
  | 'not_charged'
  | 'captured'
  | 'not_captured'
  | 'refunded'
  | 'not_refunded'
  | 'dismiss';

/** A payment or refund whose outcome is not known. */
export interface UnknownOutcome {
  readonly id: string;
  readonly payment_intent: string;
  readonly kind: OutcomeKind;
  readonly advice: string | null;
  /** Digits; null where it was not kept. */
  readonly amount: string | null;
  readonly currency: string;
  readonly since: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly reason: string | null;
  readonly verdicts: readonly Verdict[];
}

/** What one person has found out about an outcome, and what another says to it. */
export interface Resolution extends Proposal {
  readonly subject: string;
  readonly advice: string | null;
  readonly verdict: Verdict;
  readonly approval_code: string | null;
  readonly reference: string | null;
}

/** What was sent to the acquirer. */
export interface Trail {
  readonly steps: readonly AcquirerStep[];
  readonly messages: readonly (AcquirerMessage & { readonly at: string })[];
}

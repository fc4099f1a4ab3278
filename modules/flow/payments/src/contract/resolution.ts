import type { Trail } from '@tpmall/acquiring/contract';
import { command, query } from '@tpmall/platform/contract';
import {
  DECISION_CODES,
  PROPOSAL_CODES,
  type ProposalState,
  WITHDRAWAL_CODES,
} from '@tpmall/platform/dual-control';
import { z } from 'zod';
import type { UnknownOutcome } from './types.ts';

export type { Trail, TrailMessage, TrailStep } from '@tpmall/acquiring/contract';

/** What people may find out about an outcome. */
export const VERDICTS = [
  /** The issuer holds the amount (an increment: the higher one). */
  'approved',
  /** The issuer holds nothing, or nothing more. */
  'not_charged',
  /** The acquirer has booked the capture after all: our books are right. */
  'captured',
  /** It never will: what our books have moved for it is given back. */
  'not_captured',
  'refunded',
  'not_refunded',
  /** Nothing is to be done: what was let go of falls away at the issuer by itself. */
  'dismiss',
] as const;
/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/** What may be said of an outcome; nothing where no answer is missing and the system goes on by itself. */
export function verdictsFor(outcome: Pick<UnknownOutcome, 'kind' | 'advice' | 'amount'>): readonly Verdict[] {
  const { kind, advice, amount } = outcome;
  // A refund that was made after all is said to stand, or to have been taken back by the acquirer.
  if (advice !== null && kind !== 'refund') {
    if (kind === 'release') return ['dismiss'];
    return amount === null ? ['captured'] : ['captured', 'not_captured'];
  }
  switch (kind) {
    case 'authorisation':
    case 'increment':
      return ['approved', 'not_charged'];
    case 'refund':
      return ['refunded', 'not_refunded'];
    case 'capture':
    case 'release':
    case 'stand_in':
      return [];
  }
}

/** What one person has found out about an outcome, and what another one says to it. */
export interface Resolution {
  /** `rsl_…` */
  readonly id: string;
  /** The payment intent or refund that it is about. */
  readonly subject: string;
  /** The refused advice that it is about; null: it is about an answer that is missing. */
  readonly advice: string | null;
  readonly kind: UnknownOutcome['kind'];
  readonly verdict: Verdict;
  /** How it is known: for the second person and for auditors. */
  readonly evidence: string;
  /** The acquirer's codes for what stands. */
  readonly approvalCode: string | null;
  readonly reference: string | null;
  /**
   * `confirmed`: being carried out. `applied`: it took effect. `overtaken`: the outcome had become known
   * otherwise, and nothing was changed. `withdrawn`: taken back by whoever proposed it. `expired`: nobody
   * decided in time.
   */
  readonly state: ProposalState;
  /** `operator:person_…`; never the one who confirms or rejects. */
  readonly proposedBy: string;
  readonly proposedAt: number;
  /** From then on nobody can confirm it. */
  readonly expiresAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly decisionReason: string | null;
}

const id = z.string().min(1).max(64);
const reason = z.string().min(1).max(1000);

/** What operators do about outcomes that are not known. */
export const resolutionOperations = {
  /** Payments and refunds whose outcome is not known or was refused after the fact, oldest first. */
  unknownOutcomes: query<readonly UnknownOutcome[]>()({
    input: z.strictObject({ limit: z.number().int().min(1).max(1000) }),
    callers: ['gateway', 'operator'],
  }),
  /** What was sent to the acquirer for a payment intent or refund, with masked messages. */
  outcomeTrail: query<Trail>()({
    input: z.strictObject({ id }),
    codes: ['not_found'],
    callers: ['gateway', 'operator'],
  }),
  /**
   * Which payments commands to acquiring were about; those of nobody or of another tenant are left out.
   *
   * @example the `commandId` of a movement that a clearing exception may be about
   */
  intentsOfCommands: query<readonly { readonly commandId: string; readonly intent: string }[]>()({
    input: z.strictObject({ commandIds: z.array(z.string().min(1).max(100)).max(1000) }),
    callers: ['gateway'],
  }),
  /**
   * Says what became of something whose outcome is not known. Nothing changes until another person confirms.
   * `approved` needs the acquirer's approval code and reference, `refunded` its reference.
   */
  proposeResolution: command<Resolution>()({
    input: z.strictObject({
      id,
      /** The refused advice it is about, where there is more than one thing to say about the payment. */
      advice: id.optional(),
      verdict: z.enum(VERDICTS),
      evidence: reason,
      approvalCode: z
        .string()
        .regex(/^[A-Za-z0-9]{1,6}$/)
        .optional(),
      reference: z
        .string()
        .regex(/^[\x21-\x7e]{1,64}$/)
        .optional(),
    }),
    codes: ['not_found', 'not_resolvable', 'verdict_not_allowed', 'acquirer_code_missing', ...PROPOSAL_CODES],
    callers: ['gateway', 'operator'],
  }),
  /**
   * Agrees with what another person has proposed: the payment goes on as if the acquirer had answered so. An
   * answer that came before stays, and the resolution ends as `overtaken`.
   */
  confirmResolution: command<Resolution>()({
    input: z.strictObject({ id, reason: reason.optional() }),
    codes: DECISION_CODES,
    callers: ['gateway', 'operator'],
  }),
  /** Disagrees: nothing changes, and another proposal may be made. */
  rejectResolution: command<Resolution>()({
    input: z.strictObject({ id, reason }),
    codes: DECISION_CODES,
    callers: ['gateway', 'operator'],
  }),
  /** Takes back what the same person has proposed. */
  withdrawResolution: command<Resolution>()({
    input: z.strictObject({ id, reason: reason.optional() }),
    codes: WITHDRAWAL_CODES,
    callers: ['gateway', 'operator'],
  }),
  findResolution: query<Resolution>()({
    input: z.strictObject({ id }),
    codes: ['not_found'],
    callers: ['gateway', 'operator'],
  }),
  /** Resolutions, the newest first; `open`: those that wait for a second person or are being carried out. */
  listResolutions: query<readonly Resolution[]>()({
    input: z.strictObject({ open: z.boolean(), limit: z.number().int().min(1).max(1000) }),
    callers: ['gateway', 'operator'],
  }),
};

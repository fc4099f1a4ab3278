import { type Micros } from '@tpmall/kernel';
import { command, query } from '@tpmall/platform/contract';
import {
  DECISION_CODES,
  PROPOSAL_CODES,
  type ProposalState,
  WITHDRAWAL_CODES,
} from '@tpmall/platform/dual-control';
import { z } from 'zod';

/**
 * What people may say about a clearing exception.
 *
 * - `match`: the record clears the capture or refund that they name, of the same amount and currency
 * - `accept_difference`: it does, and what the acquirer gives less (takes back more) is its cost
 * - `dispute`: the acquirer is asked; no money moves, and the exception stays until it is resolved otherwise
 */
export const CLEARING_VERDICTS = ['match', 'accept_difference', 'dispute'] as const;
/** One of {@link CLEARING_VERDICTS}. */
export type ClearingVerdict = (typeof CLEARING_VERDICTS)[number];

/** What one person proposes about a clearing exception, and what another one says to it. */
export interface ClearingResolution {
  /** `clr_…` */
  readonly id: string;
  /** The id of the exception. */
  readonly exception: string;
  readonly verdict: ClearingVerdict;
  /** The capture or refund that the record clears; null for a dispute. */
  readonly movement: string | null;
  /** How it is known: for the second person and for auditors. */
  readonly evidence: string;
  /** `overtaken`: it had been resolved otherwise or could not be any more, and nothing was changed. */
  readonly state: ProposalState;
  /** `operator:person_…`; never the one who confirms or rejects. */
  readonly proposedBy: string;
  readonly proposedAt: Micros;
  /** From then on nobody can confirm it. */
  readonly expiresAt: Micros;
  readonly decidedBy: string | null;
  readonly decidedAt: Micros | null;
  readonly decisionReason: string | null;
}

const id = z.string().min(1).max(64);
const reason = z.string().min(1).max(1000);
const callers = ['gateway', 'operator'];

/** What operators do about clearing exceptions, of all connectors and platforms. */
export const clearingResolutionOperations = {
  /**
   * Says what an exception is. Nothing moves until another person confirms. Of what is missing from all files
   * only `dispute` can be said: a record of a file clears it.
   */
  proposeClearingResolution: command<ClearingResolution>()({
    input: z.strictObject({
      exception: id,
      verdict: z.enum(CLEARING_VERDICTS),
      /** The advice of a capture, or a refund; needed for all but `dispute`. */
      movement: id.optional(),
      evidence: reason,
    }),
    codes: ['not_found', 'movement_not_found', 'not_clearable', ...PROPOSAL_CODES],
    callers,
  }),
  /**
   * Agrees with what another person has proposed: the record clears what they named, and the ledger moves
   * once. What has been resolved otherwise in the meantime ends as `overtaken`.
   */
  confirmClearingResolution: command<ClearingResolution>()({
    input: z.strictObject({ id, reason: reason.optional() }),
    codes: DECISION_CODES,
    callers,
  }),
  /** Disagrees: nothing changes, and another proposal may be made. */
  rejectClearingResolution: command<ClearingResolution>()({
    input: z.strictObject({ id, reason }),
    codes: DECISION_CODES,
    callers,
  }),
  /** Takes back what the same person has proposed. */
  withdrawClearingResolution: command<ClearingResolution>()({
    input: z.strictObject({ id, reason: reason.optional() }),
    codes: WITHDRAWAL_CODES,
    callers,
  }),
  findClearingResolution: query<ClearingResolution>()({
    input: z.strictObject({ id }),
    codes: ['not_found'],
    callers,
  }),
  /** Resolutions, the newest first; `open`: those that wait for a second person. */
  clearingResolutions: query<readonly ClearingResolution[]>()({
    input: z.strictObject({ open: z.boolean(), limit: z.number().int().min(1).max(1000) }),
    callers,
  }),
};

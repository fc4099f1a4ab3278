import { assert } from '@tpmall/kernel';
import type { RefundRecord } from './records.ts';

/** Where a refund stands: its status on the wire, with a `succeeded` one that has come back told apart. */
export type RefundState = RefundRecord['status'] | 'returning';

/** What can happen to a refund. */
export type RefundStep = keyof typeof REFUND_TRANSITIONS;

/** The whole state machine of a refund. It begins as `pending`, with its part of the charge reserved. */
export const REFUND_TRANSITIONS = {
  /** The acquirer has agreed and the ledger has it. */
  succeed: { from: 'pending', to: 'succeeded' },
  /** The issuer said no, or the answer was lost and the refund taken back. */
  fail: { from: 'pending', to: 'failed' },
  /** Called off before the acquirer had heard of it. */
  cancel: { from: 'pending', to: 'canceled' },
  /** The issuer sends the money back; the ledger does not have it yet. */
  come_back: { from: 'succeeded', to: 'returning' },
  /** It came back before we knew that it had succeeded. */
  bounce: { from: 'pending', to: 'failed' },
  /** The ledger has the money back at the merchants. */
  unwind: { from: 'returning', to: 'failed' },
} as const satisfies Record<string, { from: RefundState; to: RefundState }>;

/** The state of a refund: one that succeeded and has a reason to fail is on its way back. */
export function refundStateOf({
  status,
  failureReason,
}: Pick<RefundRecord, 'status' | 'failureReason'>): RefundState {
  return status === 'succeeded' && failureReason !== null ? 'returning' : status;
}

/** A refund after a step; one that its state does not allow is a bug. */
export function stepRefund(
  from: RefundRecord,
  step: RefundStep,
  patch: Pick<RefundRecord, 'failureReason' | 'nextAttemptAt'>,
): RefundRecord {
  const transition = REFUND_TRANSITIONS[step];
  const state = refundStateOf(from);
  assert(state === transition.from, `a refund cannot ${step} in ${state}`);
  const status = transition.to === 'returning' ? 'succeeded' : transition.to;
  const to: RefundRecord = { ...from, ...patch, status, unsent: false, version: from.version + 1 };
  assert(refundStateOf(to) === transition.to, `a refund that is ${transition.to} says so`);
  return to;
}

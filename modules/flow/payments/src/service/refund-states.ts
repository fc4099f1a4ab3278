import { assert } from '@tpmall/kernel';
import { REFUND_TRANSITIONS, type RefundState } from '../contract/index.ts';
import type { RefundRecord } from './records.ts';

/** What can happen to a refund. */
export type RefundStep = keyof typeof REFUND_TRANSITIONS;

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
  const allowed: readonly RefundState[] = transition.from;
  assert(allowed.includes(state), `a refund cannot ${step} in ${state}`);
  const status = transition.to === 'returning' ? 'succeeded' : transition.to;
  const to: RefundRecord = { ...from, ...patch, status, unsent: false, version: from.version + 1 };
  assert(refundStateOf(to) === transition.to, `a refund that is ${transition.to} says so`);
  return to;
}

import { assert } from '@tpmall/kernel';
import { INTENT_TRANSITIONS, type IntentState, type IntentStatus, type Phase } from '../contract/index.ts';

/** What can happen to a payment. */
export type Step = keyof typeof INTENT_TRANSITIONS;

const PHASES: readonly string[] = ['authorising', 'incrementing', 'capturing', 'releasing'] satisfies Phase[];

/** Whether a step may happen in a state. */
export function mayTake(step: Step, state: IntentState): boolean {
  const from: readonly IntentState[] = INTENT_TRANSITIONS[step].from;
  return from.includes(state);
}

/** The state of a status and its phase. */
export function stateOf(at: { readonly status: IntentStatus; readonly phase: Phase | null }): IntentState {
  if (at.status !== 'processing') return at.status;
  assert(at.phase, 'a payment in work has a phase');
  return at.phase;
}

/** Status and phase after a step; a step that its state does not allow is a bug. */
export function take(
  step: Step,
  at: { readonly status: IntentStatus; readonly phase: Phase | null },
): { status: IntentStatus; phase: Phase | null } {
  const state = stateOf(at);
  assert(mayTake(step, state), `a payment cannot ${step} in ${state}`);
  return fields(INTENT_TRANSITIONS[step].to);
}

function fields(state: IntentState): { status: IntentStatus; phase: Phase | null } {
  if (PHASES.includes(state)) return { status: 'processing', phase: state as Phase };
  return { status: state as IntentStatus, phase: null };
}

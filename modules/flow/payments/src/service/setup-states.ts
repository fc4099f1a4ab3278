import { assert } from '@tpmall/kernel';
import { SETUP_TRANSITIONS, type SetupIntentStatus } from '../contract/index.ts';

/** What can happen to a setup intent. */
export type SetupStep = keyof typeof SETUP_TRANSITIONS;

/** Whether a step may happen in a state. */
export function mayTakeSetup(step: SetupStep, status: SetupIntentStatus): boolean {
  const from: readonly SetupIntentStatus[] = SETUP_TRANSITIONS[step].from;
  return from.includes(status);
}

/** The state after a step; a step that its state does not allow is a bug. */
export function takeSetup(step: SetupStep, status: SetupIntentStatus): SetupIntentStatus {
  assert(mayTakeSetup(step, status), `a setup intent cannot ${step} in ${status}`);
  return SETUP_TRANSITIONS[step].to;
}

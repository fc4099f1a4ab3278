import { assert } from '@tpmall/kernel';
import type { SetupIntentStatus } from '../contract/index.ts';

/** What can happen to a setup intent. */
export type SetupStep = keyof typeof SETUP_TRANSITIONS;

/** The whole state machine of setup intents; nothing else changes a status. */
export const SETUP_TRANSITIONS = {
  /** A payment method is given or taken away before it is tried. */
  equip: { from: ['requires_payment_method', 'requires_confirmation'], to: 'requires_confirmation' },
  strip: { from: ['requires_payment_method', 'requires_confirmation'], to: 'requires_payment_method' },
  /** Somebody confirms: the issuer is asked. */
  confirm: {
    from: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
    to: 'processing',
  },
  /** The cardholder must act. */
  challenge: { from: ['processing'], to: 'requires_action' },
  /** The cardholder has acted. */
  resume: { from: ['requires_action'], to: 'processing' },
  /** The authentication or the issuer said no, or nobody answered. */
  fail: { from: ['processing'], to: 'requires_payment_method' },
  /** The card is good, and saved where there is a customer. */
  save: { from: ['processing'], to: 'succeeded' },
  cancel: {
    from: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
    to: 'canceled',
  },
} as const satisfies Record<string, { from: readonly SetupIntentStatus[]; to: SetupIntentStatus }>;

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

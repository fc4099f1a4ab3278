import { assert } from '@tpmall/kernel';
import type { IntentStatus } from '../contract/index.ts';

/** What a payment in work is waiting for; null where nobody works on it. */
export type Phase = 'authorising' | 'incrementing' | 'capturing' | 'releasing';

/** Where a payment stands: its status on the wire, with `processing` told apart by its phase. */
export type State = Exclude<IntentStatus, 'processing'> | Phase;

/** What can happen to a payment. */
export type Step = keyof typeof TRANSITIONS;

/**
 * The whole state machine. A step that does not name a state cannot happen in it; nothing else changes a
 * status.
 *
 * `succeeded` and `canceled` are ends: refunds happen to the charge, not to the intent.
 */
export const TRANSITIONS = {
  /** A payment method is given or taken away before the payment is tried. */
  equip: { from: ['requires_payment_method', 'requires_confirmation'], to: 'requires_confirmation' },
  strip: { from: ['requires_payment_method', 'requires_confirmation'], to: 'requires_payment_method' },
  /** Somebody confirms: a charge is opened and worked on. */
  confirm: {
    from: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
    to: 'authorising',
  },
  /** The cardholder must act. */
  challenge: { from: ['authorising'], to: 'requires_action' },
  /** The cardholder has acted. */
  resume: { from: ['requires_action'], to: 'authorising' },
  /** The risk rules, the authentication or the issuer said no, or nothing was sent. */
  decline: { from: ['authorising'], to: 'requires_payment_method' },
  /** The issuer holds the amount. */
  hold: { from: ['authorising'], to: 'requires_capture' },
  /** The issuer holds the amount and it is taken at once. */
  sell: { from: ['authorising'], to: 'succeeded' },
  /** Somebody asks for more to be held. Whatever comes of it, what was held still is. */
  increment: { from: ['requires_capture'], to: 'incrementing' },
  incremented: { from: ['incrementing'], to: 'requires_capture' },
  /** Somebody captures: the amount is reserved on the intent. */
  capture: { from: ['requires_capture'], to: 'capturing' },
  /** The last capture: what is left of the hold falls away. */
  captured: { from: ['capturing'], to: 'succeeded' },
  /** A part was captured, and the rest is still held. */
  captured_part: { from: ['capturing'], to: 'requires_capture' },
  /** Somebody lets go of what is held. */
  release: { from: ['requires_capture'], to: 'releasing' },
  released: { from: ['releasing'], to: 'canceled' },
  /** What is let go of is the rest of a payment that was captured in part. */
  closed: { from: ['releasing'], to: 'succeeded' },
  /** Somebody cancels what was never held. */
  cancel: {
    from: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
    to: 'canceled',
  },
} as const satisfies Record<string, { from: readonly State[]; to: State }>;

const PHASES: readonly string[] = ['authorising', 'incrementing', 'capturing', 'releasing'] satisfies Phase[];

/** Whether a step may happen in a state. */
export function mayTake(step: Step, state: State): boolean {
  const from: readonly State[] = TRANSITIONS[step].from;
  return from.includes(state);
}

/** The state of a status and its phase. */
export function stateOf(at: { readonly status: IntentStatus; readonly phase: Phase | null }): State {
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
  return fields(TRANSITIONS[step].to);
}

function fields(state: State): { status: IntentStatus; phase: Phase | null } {
  if (PHASES.includes(state)) return { status: 'processing', phase: state as Phase };
  return { status: state as IntentStatus, phase: null };
}

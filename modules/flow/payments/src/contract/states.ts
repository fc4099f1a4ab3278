import type { SetupIntentStatus } from './setup-intent.ts';
import type { Charge, IntentStatus, RefundStatus } from './types.ts';

/** What a payment in work is waiting for; null where nobody works on it. */
export type Phase = 'authorising' | 'incrementing' | 'capturing' | 'releasing';

/** Where a payment stands: its status on the wire, with `processing` told apart by its phase. */
export type IntentState = Exclude<IntentStatus, 'processing'> | Phase;

/**
 * The whole state machine of payment intents. A step that does not name a state cannot happen in it; nothing
 * else changes a status.
 *
 * `succeeded` and `canceled` are ends: refunds happen to the charge, not to the intent.
 */
export const INTENT_TRANSITIONS = {
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
  /** The cardholder has acted, and the payment waits for the server, which confirms it itself. */
  await_server: { from: ['requires_action'], to: 'requires_confirmation' },
  /** The cardholder has acted, and somebody goes on. */
  resume: { from: ['requires_action', 'requires_confirmation'], to: 'authorising' },
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
} as const satisfies Record<string, { from: readonly IntentState[]; to: IntentState }>;

/** The whole state machine of a charge, one attempt at the issuer. It begins as `pending`. */
export const CHARGE_TRANSITIONS = {
  /** The issuer has approved, and the ledger has it. */
  succeed: { from: ['pending'], to: 'succeeded' },
  /** Somebody said no, nothing was sent, or nobody waits for the challenge any more. */
  fail: { from: ['pending'], to: 'failed' },
} as const satisfies Record<string, { from: readonly Charge['status'][]; to: Charge['status'] }>;

/** Where a refund stands: its status on the wire, with a `succeeded` one that has come back told apart. */
export type RefundState = RefundStatus | 'returning';

/** The whole state machine of a refund. It begins as `pending`, with its part of the charge reserved. */
export const REFUND_TRANSITIONS = {
  /** The acquirer has agreed and the ledger has it. */
  succeed: { from: ['pending'], to: 'succeeded' },
  /** The issuer said no, or the answer was lost and the refund taken back. */
  fail: { from: ['pending'], to: 'failed' },
  /** Called off before the acquirer had heard of it. */
  cancel: { from: ['pending'], to: 'canceled' },
  /** The issuer sends the money back; the ledger does not have it yet. */
  come_back: { from: ['succeeded'], to: 'returning' },
  /** It came back before we knew that it had succeeded. */
  bounce: { from: ['pending'], to: 'failed' },
  /** The ledger has the money back at the merchants. */
  unwind: { from: ['returning'], to: 'failed' },
} as const satisfies Record<string, { from: readonly RefundState[]; to: RefundState }>;

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

import { command, defineContract, query } from '@tpmall/platform/contract';
import { z } from 'zod';

/** What to do with a payment. */
export type RiskAction = 'allow' | 'step_up' | 'review' | 'refuse';

/** Why, in a form that a person and a later engine can read. */
export interface RiskReason {
  /** The rule, list or feature, for example `velocity.card.1h`. */
  readonly code: string;
  /** One sentence with the figures that decided. */
  readonly message: string;
  /** What this reason alone would have done. */
  readonly action: RiskAction;
  /** Its share of the score, 0 to 100. */
  readonly score: number;
}

/** A recorded decision. */
export interface RiskDecision {
  readonly id: string;
  readonly action: RiskAction;
  /** 0 (no concern) to 100. */
  readonly score: number;
  readonly reasons: readonly RiskReason[];
}

/** What is known of a payment before it is made. */
export const riskSubject = z.strictObject({
  /** The payment intent. */
  payment: z.string().min(1).max(64),
  amount: z.bigint().positive(),
  currency: z.string().regex(/^[a-z]{3}$/),
  /** Keyed fingerprint of the card. */
  cardFingerprint: z.string().min(1).max(128),
  cardCountry: z.string().max(2),
  cardBin: z.string().max(8),
  customer: z.string().max(64).optional(),
  email: z.string().max(320).optional(),
  ip: z.string().max(45).optional(),
  merchants: z.array(z.string().max(64)).max(100),
  /** The shopper is not present (a merchant-initiated payment). */
  offSession: z.boolean(),
});
/** See {@link riskSubject}. */
export type RiskSubject = z.infer<typeof riskSubject>;

/** An entry of a list. `block` beats `allow`. */
export interface ListEntry {
  readonly id: string;
  readonly list: 'block' | 'allow';
  readonly kind: 'card' | 'customer' | 'email' | 'ip' | 'bin' | 'country';
  readonly value: string;
  readonly reason: string;
  readonly createdAt: number;
}

const listKey = {
  list: z.enum(['block', 'allow']),
  kind: z.enum(['card', 'customer', 'email', 'ip', 'bin', 'country']),
  value: z.string().min(1).max(320),
};

/** Decides about payments. Later engines (features, models, cases) stand behind the same contract. */
export const riskContract = defineContract({
  module: 'risk',
  version: 1,
  operations: {
    /** Decides and records the decision; a repetition answers with the recorded one. */
    assess: command<RiskDecision>()({ input: riskSubject, callers: ['payments'] }),
    /** Tells what became of a payment, so that velocities and later labels know. */
    recordOutcome: command<{ readonly recorded: true }>()({
      input: z.strictObject({
        payment: z.string().min(1).max(64),
        outcome: z.enum(['authorised', 'declined', 'authentication_failed', 'refunded', 'cancelled']),
        at: z.number().int(),
      }),
      callers: ['payments'],
    }),
    /** A recorded decision with what it was decided on. */
    findDecision: query<RiskDecision & { readonly subject: RiskSubject; readonly at: number }>()({
      input: z.strictObject({ id: z.string().min(1).max(64) }),
      codes: ['not_found'],
      callers: ['gateway', 'payments'],
    }),
    addToList: command<ListEntry>()({
      input: z.strictObject({ ...listKey, reason: z.string().min(1).max(200) }),
      callers: ['gateway'],
    }),
    removeFromList: command<{ readonly removed: boolean }>()({
      input: z.strictObject({ ...listKey, reason: z.string().min(1).max(200) }),
      callers: ['gateway'],
    }),
    lists: query<readonly ListEntry[]>()({
      input: z.strictObject({ limit: z.number().int().min(1).max(1000) }),
      callers: ['gateway'],
    }),
  },
});

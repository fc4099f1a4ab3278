import type { Micros } from '@tpmall/kernel';
import type { MessageRecord } from './connector.ts';

/**
 * Something that was sent to an acquirer for a payment, and how it stands. An authorisation that was asked of
 * one acquirer after the other is a step for each.
 */
export interface TrailStep {
  readonly id: string;
  /**
   * `resolution` takes back, or asks about, what got no answer; `stand_in` tells of an approval on our own
   * risk; `capture` and `release` are advices too.
   */
  readonly kind: 'authorisation' | 'increment' | 'refund' | 'capture' | 'release' | 'resolution' | 'stand_in';
  /** The command of the caller that asked for it; of a resolution, what it resolves. */
  readonly commandId: string;
  /** `withdrawn`: people found out that what it would take back stands. */
  readonly state:
    | 'sent'
    /** The message never left. */
    | 'not_sent'
    | 'approved'
    | 'declined'
    | 'pending'
    | 'reversed'
    | 'returned'
    /** Sent once the acquirer has taken note of the approval on our own risk, and of captures before. */
    | 'waiting'
    | 'queued'
    | 'acknowledged'
    | 'refused'
    | 'withdrawn';
  readonly connector: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly networkCode: string | null;
  /** How often it was taken up; 1 for what is sent once. */
  readonly attempts: number;
  readonly createdAt: Micros;
  /** When it is sent again; null where it is not. */
  readonly nextAt: Micros | null;
}

/** A message of the log, with masked fields, and the id of the step it belongs to. */
export type TrailMessage = MessageRecord & { readonly subject: string };

/** What was tried for a payment at its acquirer, the oldest first. */
export interface Trail {
  readonly steps: readonly TrailStep[];
  /** The newest of them, at most {@link TRAIL_MESSAGES_MAX}. */
  readonly messages: readonly TrailMessage[];
}

/** Messages of one answer: a payment has some ten, one that waits for an acquirer that is away many more. */
export const TRAIL_MESSAGES_MAX = 200;

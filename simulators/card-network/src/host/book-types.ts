import type { Micros } from '@tpmall/kernel';

/** One thing that the host has booked or seen. The file of these is the host's state. */
export type Entry =
  | { readonly type: 'authorisation'; readonly at: Micros; readonly authorisation: NewAuthorisation }
  | {
      readonly type: 'increment';
      readonly at: Micros;
      readonly key: string;
      /** Key of the authorisation. */
      readonly of: string;
      readonly code: string;
      readonly approvalCode: string;
      readonly amount: string;
    }
  | {
      /** The issuer sends an approved refund back. */
      readonly type: 'return';
      readonly at: Micros;
      /** Key of the refund. */
      readonly of: string;
      readonly code: string;
    }
  /** The one who was told has taken note of it. */
  | { readonly type: 'return_noted'; readonly at: Micros; readonly of: string }
  | {
      readonly type: 'capture' | 'refund';
      readonly at: Micros;
      readonly key: string;
      /** Key of the authorisation. */
      readonly of: string;
      readonly code: string;
      readonly amount: string;
      readonly final: boolean;
    }
  | {
      readonly type: 'reversal';
      readonly at: Micros;
      readonly key: string;
      /** Key of the message that is taken back; it may be one that never came. */
      readonly of: string;
      readonly code: string;
      /** What remains of the original, in minor units. */
      readonly remaining: string;
    }
  | { readonly type: 'repeat'; readonly at: Micros; readonly key: string; readonly mti: string }
  | {
      readonly type: 'end_of_day';
      readonly at: Micros;
      readonly file: string;
      /**
       * Keys of the captures and refunds in the file, and of the refunds whose return is in it. Books of
       * earlier versions have none: the file held all there was.
       */
      readonly cleared?: { readonly movements: readonly string[]; readonly returns: readonly string[] };
    };

/** An authorisation request with its answer. */
export interface NewAuthorisation {
  readonly key: string;
  /** DE 37. */
  readonly reference: string;
  readonly stan: string;
  readonly terminal: string;
  readonly merchant: string;
  /** First six and last four digits. */
  readonly card: string;
  readonly amount: string;
  /** ISO 4217 number. */
  readonly currency: string;
  readonly code: string;
  readonly approvalCode: string;
  readonly authenticated: boolean;
  /** How much more than what is held may be captured, in hundredths of it. */
  readonly overcapturePercent?: number;
}

/** An increment of an authorisation. */
export interface Increment {
  readonly amount: bigint;
  readonly code: string;
  reversed: boolean;
}

/** A refund that came back. */
export interface Returned {
  readonly at: Micros;
  readonly code: string;
  noted: boolean;
  cleared: boolean;
}

/** A capture or refund of an authorisation. */
export interface Movement {
  readonly kind: 'capture' | 'refund';
  readonly key: string;
  readonly at: Micros;
  readonly amount: bigint;
  readonly code: string;
  readonly final: boolean;
  reversed: boolean;
  cleared: boolean;
  returned: Returned | null;
}

/** What the host knows of one authorisation. */
export interface BookedAuthorisation extends Omit<NewAuthorisation, 'amount'> {
  readonly at: Micros;
  readonly amount: bigint;
  /** The amount that may still stand after partial reversals. */
  remaining: bigint;
  state: 'approved' | 'declined' | 'reversed';
  readonly increments: Increment[];
  readonly movements: Movement[];
  /** Reversals booked; repeats of one are not counted again. */
  reversals: number;
}

/** What one message was answered with, so that its repeat is answered alike. */
export interface StoredAnswer {
  readonly code: string;
  readonly approvalCode: string | undefined;
  /** How many times the message came. */
  times: number;
}

import { type Clock, MINUTE, Redacted, SECOND } from '@tpmall/kernel';

/** A shopper who has not paid by then types the code again. */
const TIME_TO_LIVE = 15 * MINUTE;
/** After the hand-out the code lives on only for a repetition of the very command that took it. */
const REPEAT_GRACE = 60 * SECOND;
/** Shoppers between card form and authorisation, at most; beyond it the oldest code is dropped. */
const CAPACITY = 100_000;

/**
 * Security codes between the form and the first authorisation. In memory only: a restart forgets them all.
 */
export interface CvvMemory {
  put(cardId: string, cvv: Redacted<string>): void;
  /** Hands the code out once; a repetition of the same command within the grace gets it again. */
  take(cardId: string, commandId: string): string | null;
  /** Forgets the code of a card that is not to be paid with any more. */
  forget(cardId: string): void;
  /** Forgets what is too old. */
  sweep(): void;
  size(): number;
}

interface Held {
  readonly code: Redacted<Buffer>;
  readonly until: number;
  readonly takenBy: string | null;
}

/** PCI DSS 3.3.1: sensitive authentication data is never stored, encrypted or not. */
export function createCvvMemory(clock: Clock, capacity = CAPACITY): CvvMemory {
  const held = new Map<string, Held>();

  const forget = (cardId: string): void => {
    held.get(cardId)?.code.reveal().fill(0);
    held.delete(cardId);
  };
  const hold = (cardId: string, entry: Held): void => {
    held.delete(cardId);
    held.set(cardId, entry);
  };

  return {
    put(cardId, cvv) {
      forget(cardId);
      const oldest = held.keys().next().value;
      if (held.size >= capacity && oldest !== undefined) forget(oldest);
      const code = new Redacted(Buffer.from(cvv.reveal(), 'utf8'));
      hold(cardId, { code, until: clock.now() + TIME_TO_LIVE, takenBy: null });
    },
    take(cardId, commandId) {
      const entry = held.get(cardId);
      if (!entry) return null;
      if (clock.now() > entry.until) {
        forget(cardId);
        return null;
      }
      if (entry.takenBy !== null && entry.takenBy !== commandId) return null;
      if (entry.takenBy === null) {
        const until = Math.min(entry.until, clock.now() + REPEAT_GRACE);
        hold(cardId, { code: entry.code, until, takenBy: commandId });
      }
      return entry.code.reveal().toString('utf8');
    },
    forget,
    sweep() {
      const now = clock.now();
      for (const [cardId, entry] of held) if (now > entry.until) forget(cardId);
    },
    size: () => held.size,
  };
}

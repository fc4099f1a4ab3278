import {
  amountElement,
  type IsoMessage,
  MAX_STAN,
  originalElement,
  repeatMti,
  stanElement,
  timeElements,
} from '@tpmall/connector-iso8583';
import type { Clock, Micros } from '@tpmall/kernel';
import { findTestCard } from '../cards.ts';
import type { Book, Moved } from './book.ts';
import type { Entry } from './book-types.ts';
import type { Journal } from './journal.ts';

/** How long the host waits before it tells a return again, in milliseconds. */
const REPEAT_MS = 500;

/** Refunds that issuers send back: each is told as a reversal advice until it is acknowledged. */
export interface Returns {
  /** What a booked refund of a card that sends refunds back leads to. */
  booked(entry: Entry, pan: string | undefined): void;
  /**
   * Sends the last standing refund of a payment back.
   *
   * @returns false where there is none
   */
  order(reference: string, code: string): Promise<boolean>;
  /** Takes an answer (0430) to an advice. */
  acknowledge(answer: IsoMessage): Promise<void>;
  /** Tells again what nobody has taken note of, after a start. */
  start(): void;
  stop(): void;
}

/**
 * The returns of one host. `send` says nothing where the terminal is not signed on; the repeat reaches it.
 */
export function createReturns(options: {
  book: Book;
  journal: Journal;
  clock: Clock;
  send: (terminal: string, message: IsoMessage) => void;
}): Returns {
  const { book, journal, clock, send } = options;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  /** Key of the refund by the trace of the advice about it. */
  const told = new Map<string, string>();
  let stan = 0;
  let stopped = false;

  const later = (milliseconds: number, work: () => void): void => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, milliseconds);
    timer.unref();
    timers.add(timer);
  };

  const write = async (entry: Entry): Promise<void> => {
    book.apply(entry);
    await journal.append(entry);
  };

  const tell = (moved: Moved): void => {
    stan = (stan % MAX_STAN) + 1;
    const message = adviceOf(moved, stan, clock.now());
    told.set(stanElement(stan), moved.movement.key);
    const repeat = (each: IsoMessage): void => {
      if (moved.movement.returned?.noted !== false) return;
      send(moved.authorisation.terminal, each);
      later(REPEAT_MS, () => repeat({ ...each, mti: repeatMti('0420') }));
    };
    repeat(message);
  };

  const giveBack = async (key: string, code: string): Promise<boolean> => {
    const moved = book.movement(key);
    if (!moved || !isStanding(moved)) return false;
    await write({ type: 'return', at: clock.now(), of: key, code });
    tell(moved);
    return true;
  };

  return {
    booked(entry, pan) {
      if (entry.type !== 'refund' || entry.code !== '00') return;
      const plan = findTestCard(pan ?? '')?.refundReturn;
      if (plan) later(plan.milliseconds, () => void giveBack(entry.key, plan.code));
    },
    async order(reference, code) {
      const last = [...book.authorisations()]
        .filter((authorisation) => authorisation.reference === reference)
        .flatMap((authorisation) => authorisation.movements.map((movement) => ({ authorisation, movement })))
        .findLast(isStanding);
      return last ? giveBack(last.movement.key, code) : false;
    },
    async acknowledge({ fields }) {
      const key = told.get(fields[11] ?? '');
      if (key === undefined || fields[39] !== '00') return;
      told.delete(fields[11] ?? '');
      await write({ type: 'return_noted', at: clock.now(), of: key });
    },
    start() {
      for (const moved of book.unnotedReturns()) tell(moved);
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function isStanding({ movement }: Moved): boolean {
  const { kind, code, reversed, returned } = movement;
  return kind === 'refund' && code === '00' && !reversed && returned === null;
}

/** 0420: an issuer's reversal of a refund that it had approved; DE 39 says why. */
function adviceOf({ authorisation, movement }: Moved, stan: number, now: Micros): IsoMessage {
  const [, transmission = '', original = '', acquirer = '', terminal = ''] = movement.key.split('|');
  const { transmission: sent, time, date } = timeElements(now);
  return {
    mti: '0420',
    fields: {
      3: '200000',
      4: amountElement(movement.amount),
      7: sent,
      11: stanElement(stan),
      12: time,
      13: date,
      32: acquirer,
      37: authorisation.reference,
      39: movement.returned?.code ?? '',
      41: terminal,
      42: authorisation.merchant.padEnd(15, ' '),
      49: authorisation.currency,
      90: originalElement({ mti: '0200', stan: original, transmission, acquirer }),
    },
  };
}

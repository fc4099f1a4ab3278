import { answerMti, type IsoMessage } from '../codec/index.ts';
import type { Timer, Timers } from './timers.ts';

/** How one question ended. */
export type Exchange =
  | { readonly state: 'answered'; readonly answer: IsoMessage }
  /** It may have reached the host: its outcome is not known. */
  | { readonly state: 'lost'; readonly reason: string }
  /** No byte of it left this process. */
  | { readonly state: 'not_sent'; readonly reason: string };

/** Why an answer matched no open question; `forged`: its authentication code is missing or wrong. */
export type StrayKind = 'late' | 'duplicate' | 'stranger' | 'forged';

/** How many ended questions are remembered, to tell a late or double answer from a stranger's. */
const REMEMBERED = 10_000;

interface Open {
  readonly question: IsoMessage;
  readonly timer: Timer;
  resolve(exchange: Exchange): void;
}

/** The questions on their way, matched with answers on DE 7 + 11 + 32 + 41 and the message type. */
export interface InFlight {
  readonly size: number;
  /** Opens a question; undefined where one with the same key is open already. */
  open(question: IsoMessage, timeoutMs: number): Promise<Exchange> | undefined;
  /** Hands an answer to its question; says what it is where none waits for it. */
  settle(answer: IsoMessage): StrayKind | undefined;
  /** Forgets a question that could not be written. */
  withdraw(question: IsoMessage): void;
  /** Gives up every open question, because the connection broke. */
  loseAll(reason: string): void;
}

/** The registry of one client. */
export function createInFlight(timers: Timers): InFlight {
  const open = new Map<string, Open>();
  const ended = new Map<string, 'late' | 'duplicate'>();

  const end = (key: string, entry: Open, exchange: Exchange): void => {
    timers.clear(entry.timer);
    open.delete(key);
    ended.set(key, exchange.state === 'answered' ? 'duplicate' : 'late');
    const oldest = ended.size > REMEMBERED ? ended.keys().next().value : undefined;
    if (oldest !== undefined) ended.delete(oldest);
    entry.resolve(exchange);
  };

  return {
    get size() {
      return open.size;
    },
    open(question, timeoutMs) {
      const key = matchKey(answerMti(question.mti), question);
      if (open.has(key)) return undefined;
      return new Promise((resolve) => {
        const timer = timers.set(() => {
          const entry = open.get(key);
          if (entry) end(key, entry, { state: 'lost', reason: `no answer within ${timeoutMs} ms` });
        }, timeoutMs);
        open.set(key, { question, timer, resolve });
      });
    },
    settle(answer) {
      const key = matchKey(answer.mti, answer);
      const entry = open.get(key);
      if (!entry) return ended.get(key) ?? 'stranger';
      if (!echoes(entry.question, answer)) return 'stranger';
      end(key, entry, { state: 'answered', answer });
      return undefined;
    },
    withdraw(question) {
      const key = matchKey(answerMti(question.mti), question);
      const entry = open.get(key);
      if (!entry) return;
      timers.clear(entry.timer);
      open.delete(key);
    },
    loseAll(reason) {
      for (const [key, entry] of [...open]) end(key, entry, { state: 'lost', reason });
    },
  };
}

/** The trace number alone would not do: it wraps, and terminals and acquirers count for themselves. */
function matchKey(mti: string, message: IsoMessage): string {
  const { fields } = message;
  return `${mti}|${fields[7] ?? ''}|${fields[11] ?? ''}|${fields[32] ?? ''}|${fields[41] ?? ''}`;
}

/** An answer repeats what its question was about; one that speaks of another amount is not its answer. */
function echoes(question: IsoMessage, answer: IsoMessage): boolean {
  return [3, 4, 49].every((de) => {
    const said = answer.fields[de];
    return said === undefined || said === question.fields[de];
  });
}

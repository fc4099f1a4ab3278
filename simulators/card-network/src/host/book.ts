import { assert } from '@tpmall/kernel';
import type { BookedAuthorisation, Entry, Increment, Movement, StoredAnswer } from './book-types.ts';

/** The host's accounts of authorisations, as the sum of all entries so far. */
export interface Book {
  apply(entry: Entry): void;
  answerTo(key: string): StoredAnswer | undefined;
  authorisation(key: string): BookedAuthorisation | undefined;
  /** Whether a reversal came for a message that had not come yet. */
  reversedBefore(key: string): boolean;
  authorisations(): Iterable<BookedAuthorisation>;
  /** A refund or capture by the key of its message. */
  movement(key: string): Moved | undefined;
  /** The authorisation that an increment belongs to, by the key of its message. */
  increment(key: string): { authorisation: BookedAuthorisation; increment: Increment } | undefined;
  /** Approved captures and refunds that no clearing file holds yet. */
  uncleared(): Moved[];
  /** Refunds that came back, which no clearing file says yet. */
  unclearedReturns(): Moved[];
  /** Keys of what the next clearing file holds: of captures and refunds, and of refunds that came back. */
  keysToClear(): { readonly movements: readonly string[]; readonly returns: readonly string[] };
  /** Refunds that came back and of which nobody has taken note. */
  unnotedReturns(): Moved[];
  readonly endsOfDay: number;
}

/** A capture or refund and what it belongs to. */
export interface Moved {
  readonly authorisation: BookedAuthorisation;
  readonly movement: Movement;
}

/** An empty book. */
export function createBook(): Book {
  const authorisations = new Map<string, BookedAuthorisation>();
  const movements = new Map<string, Moved>();
  const increments = new Map<string, { authorisation: BookedAuthorisation; increment: Increment }>();
  const answers = new Map<string, StoredAnswer>();
  const orphans = new Set<string>();
  let endsOfDay = 0;

  const answered = (key: string, code: string, approvalCode?: string): void => {
    assert(!answers.has(key), 'a message is answered once; its repeat is answered from the book');
    answers.set(key, { code, approvalCode, times: 1 });
  };

  const uncleared = () =>
    [...movements.values()].filter(
      ({ movement }) => movement.code === '00' && !movement.reversed && !movement.cleared,
    );

  const unclearedReturns = () =>
    [...movements.values()].filter(({ movement: { returned } }) => returned !== null && !returned.cleared);

  const keysToClear = () => ({
    movements: uncleared().map(({ movement }) => movement.key),
    returns: unclearedReturns().map(({ movement }) => movement.key),
  });

  const clear = (keys: ReturnType<Book['keysToClear']>): void => {
    for (const key of keys.movements) {
      const moved = movements.get(key);
      if (moved) moved.movement.cleared = true;
    }
    for (const key of keys.returns) {
      const returned = movements.get(key)?.movement.returned;
      if (returned) returned.cleared = true;
    }
  };

  const addIncrement = (entry: Extract<Entry, { type: 'increment' }>): void => {
    answered(entry.key, entry.code, entry.approvalCode);
    const authorisation = authorisations.get(entry.of);
    if (!authorisation) return;
    const increment: Increment = { amount: BigInt(entry.amount), code: entry.code, reversed: false };
    authorisation.increments.push(increment);
    increments.set(entry.key, { authorisation, increment });
    if (entry.code === '00') authorisation.remaining += increment.amount;
  };

  const reverse = (entry: Extract<Entry, { type: 'reversal' }>): void => {
    answered(entry.key, entry.code);
    const moved = movements.get(entry.of);
    if (moved) moved.movement.reversed = entry.code === '00';
    const added = increments.get(entry.of);
    if (added && entry.code === '00' && added.increment.code === '00' && !added.increment.reversed) {
      added.increment.reversed = true;
      added.authorisation.remaining -= added.increment.amount;
    }
    const authorisation = authorisations.get(entry.of);
    if (!moved && !added && !authorisation) orphans.add(entry.of);
    if (!authorisation || entry.code !== '00') return;
    authorisation.reversals += 1;
    authorisation.remaining = BigInt(entry.remaining);
    if (authorisation.remaining === 0n && authorisation.state === 'approved')
      authorisation.state = 'reversed';
  };

  return {
    apply(entry) {
      switch (entry.type) {
        case 'authorisation': {
          const { authorisation: booked, at } = entry;
          const amount = BigInt(booked.amount);
          answered(booked.key, booked.code, booked.approvalCode);
          authorisations.set(booked.key, {
            ...booked,
            at,
            amount,
            remaining: amount,
            state: booked.code === '00' ? 'approved' : 'declined',
            increments: [],
            movements: [],
            reversals: 0,
          });
          return;
        }
        case 'capture':
        case 'refund': {
          answered(entry.key, entry.code);
          const authorisation = authorisations.get(entry.of);
          if (!authorisation) return;
          const { key, at, code, final } = entry;
          const amount = BigInt(entry.amount);
          const movement: Movement = {
            kind: entry.type,
            key,
            at,
            amount,
            code,
            final,
            reversed: false,
            cleared: false,
            returned: null,
          };
          authorisation.movements.push(movement);
          movements.set(key, { authorisation, movement });
          return;
        }
        case 'increment':
          return addIncrement(entry);
        case 'return': {
          const moved = movements.get(entry.of);
          if (!moved) return;
          moved.movement.returned = { at: entry.at, code: entry.code, noted: false, cleared: false };
          return;
        }
        case 'return_noted': {
          const returned = movements.get(entry.of)?.movement.returned;
          if (returned) returned.noted = true;
          return;
        }
        case 'reversal':
          return reverse(entry);
        case 'repeat': {
          const answer = answers.get(entry.key);
          if (answer) answer.times += 1;
          return;
        }
        case 'end_of_day':
          clear(entry.cleared ?? keysToClear());
          endsOfDay += 1;
      }
    },
    answerTo: (key) => answers.get(key),
    authorisation: (key) => authorisations.get(key),
    reversedBefore: (key) => orphans.has(key),
    authorisations: () => authorisations.values(),
    movement: (key) => movements.get(key),
    increment: (key) => increments.get(key),
    uncleared,
    unclearedReturns,
    keysToClear,
    unnotedReturns: () =>
      [...movements.values()].filter(({ movement: { returned } }) => returned !== null && !returned.noted),
    get endsOfDay() {
      return endsOfDay;
    },
  };
}

/** The most that may be captured of an authorisation in all. What was let go of is not captured beyond. */
export function captureLimit({ remaining, reversals, overcapturePercent = 0 }: BookedAuthorisation): bigint {
  return reversals > 0 ? remaining : remaining + (remaining * BigInt(overcapturePercent)) / 100n;
}

/** What has been captured or refunded of an authorisation, and stands. */
export function sumOf(authorisation: BookedAuthorisation, kind: Movement['kind']): bigint {
  return authorisation.movements
    .filter((movement) => movement.kind === kind && movement.code === '00')
    .filter((movement) => !movement.reversed && movement.returned === null)
    .reduce((sum, movement) => sum + movement.amount, 0n);
}

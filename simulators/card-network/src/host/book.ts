import { assert } from '@tpmall/kernel';
import type { BookedAuthorisation, Entry, Movement, StoredAnswer } from './book-types.ts';

/** The host's accounts of authorisations, as the sum of all entries so far. */
export interface Book {
  apply(entry: Entry): void;
  answerTo(key: string): StoredAnswer | undefined;
  authorisation(key: string): BookedAuthorisation | undefined;
  /** Whether a reversal came for a message that had not come yet. */
  reversedBefore(key: string): boolean;
  authorisations(): Iterable<BookedAuthorisation>;
  /** Approved captures and refunds that no clearing file holds yet. */
  uncleared(): { authorisation: BookedAuthorisation; movement: Movement }[];
  readonly endsOfDay: number;
}

/** An empty book. */
export function createBook(): Book {
  const authorisations = new Map<string, BookedAuthorisation>();
  const movements = new Map<string, { authorisation: BookedAuthorisation; movement: Movement }>();
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

  const reverse = (entry: Extract<Entry, { type: 'reversal' }>): void => {
    answered(entry.key, entry.code);
    const moved = movements.get(entry.of);
    if (moved) moved.movement.reversed = entry.code === '00';
    const authorisation = authorisations.get(entry.of);
    if (!moved && !authorisation) orphans.add(entry.of);
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
          };
          authorisation.movements.push(movement);
          movements.set(key, { authorisation, movement });
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
          for (const { movement } of uncleared()) movement.cleared = true;
          endsOfDay += 1;
      }
    },
    answerTo: (key) => answers.get(key),
    authorisation: (key) => authorisations.get(key),
    reversedBefore: (key) => orphans.has(key),
    authorisations: () => authorisations.values(),
    uncleared,
    get endsOfDay() {
      return endsOfDay;
    },
  };
}

/** What has been captured of an authorisation, without refused and reversed captures. */
export function sumOf(authorisation: BookedAuthorisation, kind: Movement['kind']): bigint {
  return authorisation.movements
    .filter((movement) => movement.kind === kind && movement.code === '00' && !movement.reversed)
    .reduce((sum, movement) => sum + movement.amount, 0n);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '@tpmall/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Acquirer, openAcquirer } from './acquirer.ts';
import type { Entry } from './book-types.ts';
import { createRules } from './faults.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'acquirer-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const open = (): Promise<Acquirer> =>
  openAcquirer({
    ...{ name: 'one', dataDir, clock: systemClock, mac: undefined },
    rules: createRules(),
    onProblem: () => undefined,
  });

const authorisation = (key: string): Entry => ({
  ...{ type: 'authorisation', at: systemClock.now() },
  authorisation: {
    ...{
      key,
      reference: key,
      stan: '000001',
      terminal: 'TERM0001',
      merchant: 'MALL',
      card: '424242••••••4242',
    },
    ...{ amount: '1000', currency: '978', code: '00', approvalCode: '123456', authenticated: false },
  },
});

function move(book: Acquirer['book'], type: 'capture' | 'refund', of: string): void {
  book.apply(authorisation(of));
  const amount = '1000';
  book.apply({
    ...{ type, at: systemClock.now(), key: `${type} ${of}`, of },
    code: '00',
    amount,
    final: true,
  });
}

/** Types and references of a clearing file's records. */
const records = ({ text }: { text: string }): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('D,'))
    .map((line) => line.split(',').slice(1, 3).join(' '));

/** Books one thing after the other until the work is over; answers what the files must hold. */
async function bookDuring(book: Acquirer['book'], work: Promise<unknown>): Promise<string[]> {
  const booked: string[] = [];
  let isOver = false;
  const end = work.finally(() => (isOver = true));
  for (let n = 0; !isOver; n += 1) {
    move(book, 'capture', `c${n}`);
    move(book, 'refund', `r${n}`);
    book.apply({ type: 'return', at: systemClock.now(), of: `refund r${n}`, code: '25' });
    booked.push(`capture c${n}`, `refund r${n}`, `refund_return r${n}`);
    await setImmediate();
  }
  await end;
  return booked;
}

it('clears what stands in the file; what is booked while it is written is in the next one', async () => {
  const { book, endOfDay, close } = await open();
  const first = endOfDay();
  const booked = await bookDuring(book, first);
  const both = [...records(await first), ...records(await endOfDay())];
  expect(both.sort()).toEqual(booked.sort());
  expect(records(await endOfDay())).toEqual([]);
  await close();
});

it('makes one file after the other', async () => {
  const { book, endOfDay, close } = await open();
  move(book, 'capture', 'early');
  const [one, other] = await Promise.all([endOfDay(), endOfDay()]);
  expect([records(one), records(other)]).toEqual([['capture early'], []]);
  expect(other.name).not.toBe(one.name);
  await close();
});

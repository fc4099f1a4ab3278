import { AMOUNT_MAX, type NewTransfer, TRANSFER_FLAGS } from '@tpmall/ledger/contract';
import { expect, test } from 'vitest';
import { type Evidence, findProblems, type LogLine } from './ledger/check.ts';
import type { Acknowledged, Balances } from './ledger/wire.ts';

const SECOND = 1_000_000_000n;

function sent(id: bigint, rest: Partial<NewTransfer> = {}): NewTransfer {
  const accounts = { debitAccountId: 1n, creditAccountId: 2n, amount: 10n, pendingId: 0n };
  const data = { userData128: 0n, userData64: 0n, userData32: 0 };
  return { id, ...accounts, ...data, timeout: 0, ledger: 1, code: 1, flags: 0, timestamp: 0n, ...rest };
}

function line(position: bigint, kind: number, id: bigint, rest: Partial<LogLine> = {}): LogLine {
  const accounts = { debitAccountId: 1n, creditAccountId: 2n, pendingId: 0n, amount: 10n };
  return {
    position,
    timestamp: position * SECOND,
    kind,
    id,
    ...accounts,
    timeout: 0n,
    refusal: null,
    ...rest,
  };
}

function told(transfer: NewTransfer, status: string, second: bigint): Acknowledged {
  return { transfers: [transfer], results: [{ status, timestamp: second * SECOND }] };
}

/** 10 posted, 10 pending and posted by half, 10 pending and expired, one refused. */
const post = { pendingId: 20n, flags: TRANSFER_FLAGS.postPendingTransfer };
const pending = { flags: TRANSFER_FLAGS.pending };
const sound: Evidence = {
  acknowledged: [
    told(sent(10n), 'created', 1n),
    told(sent(20n, pending), 'created', 2n),
    told(sent(21n, { ...post, amount: 5n }), 'created', 3n),
    told(sent(30n, { ...pending, timeout: 2 }), 'created', 4n),
    told(sent(40n, { amount: 99n }), 'exceeds_credits', 5n),
    told(sent(10n), 'exists', 1n),
  ],
  log: [
    line(1n, 1, 10n),
    line(2n, 2, 20n),
    line(3n, 3, 21n, { pendingId: 20n, amount: 5n }),
    line(4n, 2, 30n, { timeout: 2n }),
    line(5n, 6, 40n, { refusal: 'exceeds_credits' }),
    line(6n, 5, 0n, { pendingId: 30n, amount: 0n }),
  ],
  limited: [],
  balances: [balance(1n, 15n, 0n), balance(2n, 0n, 15n)],
  sums: [balance(1n, 15n, 0n), balance(2n, 0n, 15n)],
};

function balance(id: bigint, debitsPosted: bigint, creditsPosted: bigint): Balances {
  return { id, debitsPending: 0n, debitsPosted, creditsPending: 0n, creditsPosted };
}

function withLine(index: number, change: Partial<LogLine>): Partial<Evidence> {
  return { log: sound.log.map((item, at) => (at === index ? { ...item, ...change } : item)) };
}

const withTold = (call: Acknowledged): Partial<Evidence> => ({ acknowledged: [...sound.acknowledged, call] });

test('sound evidence has no problems', () => {
  expect(findProblems(sound)).toEqual([]);
});

test('a chain that exists may be answered item by item or as a failed chain', () => {
  const first = sent(10n, { flags: TRANSFER_FLAGS.linked });
  const again = { transfers: [first, sent(21n, { ...post, amount: 5n })] };
  const results = [
    { status: 'exists', timestamp: SECOND },
    { status: 'linked_event_failed', timestamp: 9n },
  ];
  expect(findProblems({ ...sound, ...withTold({ ...again, results }) })).toEqual([]);
});

const faults: readonly [string, Partial<Evidence>][] = [
  ['10 was acknowledged, and is not in the log', { log: sound.log.slice(1) }],
  ['id 10 is there twice', { log: [...sound.log, line(7n, 1, 10n)] }],
  ['position 6 is there twice', { log: [...sound.log, line(6n, 1, 50n)] }],
  ['time runs backwards at 2', withLine(1, { timestamp: 1n })],
  ['10 was acknowledged with 10, and logged with 11', withLine(0, { amount: 11n })],
  ['10 was acknowledged at 1000000000, and logged at 1', withLine(0, { timestamp: 1n })],
  [
    '21 was made, and later answered pending_transfer_already_posted',
    withTold(told(sent(21n, post), 'pending_transfer_already_posted', 8n)),
  ],
  ['10 was made, and later answered created', withTold(told(sent(10n), 'created', 1n))],
  [
    '40 was answered exceeds_credits, and the log says exceeds_debits',
    withLine(4, { refusal: 'exceeds_debits' }),
  ],
  ['40 was used up, and later answered created', withTold(told(sent(40n), 'created', 8n))],
  [
    '50 was answered exceeds_debits, and the log does not say so',
    withTold(told(sent(50n), 'exceeds_debits', 8n)),
  ],
  ['50 is in the log, and nobody was told', { log: [...sound.log, line(7n, 1, 50n)] }],
  [
    '10 is in the log, but was refused',
    { acknowledged: [told(sent(10n), 'exists_with_different_code', 1n)] },
  ],
  ['entry 6 resolves 20, which is not open', withLine(5, { pendingId: 20n })],
  ['21 posts more than was held', withLine(2, { amount: 11n })],
  ['30 expired before its time', withLine(3, { timeout: 3n })],
  ['20 was resolved after its time', withLine(1, { timeout: 1n })],
  ['entry 1 overdraws account 1', { limited: [1n] }],
  [
    'account 1 stands at 0/15/0/0 in the log and at 0/14/0/0 in the machine',
    { balances: [balance(1n, 14n, 0n), balance(2n, 0n, 15n)] },
  ],
  [
    'account 2 stands at 0/0/0/14 in SQL and at 0/0/0/15 in the machine',
    { sums: [balance(1n, 15n, 0n), balance(2n, 0n, 14n)] },
  ],
];

test.each(faults)('reports: %s', (problem, change) => {
  expect(findProblems({ ...sound, ...change })).toContain(problem);
});

test('a whole post is compared with what was held', () => {
  const whole = told(sent(21n, { ...post, amount: AMOUNT_MAX }), 'created', 3n);
  const acknowledged = sound.acknowledged.map((call, index) => (index === 2 ? whole : call));
  expect(findProblems({ ...sound, acknowledged })).toContain(
    '21 was acknowledged with 10, and logged with 5',
  );
});

import { TRANSFER_FLAGS as F } from '../../src/contract/types.ts';
import { a, MAX, open, send, t, twoAccounts, type Vector } from './vector.ts';

const three = open([a(1n), a(2n), a(3n), a(4n)], 'created', 'created', 'created', 'created');
const pendingMost = t(1n, { amount: MAX - 5n, flags: F.pending });
const postedMost = t(1n, { amount: MAX - 5n });
const because = 'One side stands at 2^128 − 6; 5 more fit and 6 do not.';
const from3 = { debitAccountId: 3n };
const to3 = { creditAccountId: 3n };
const fits = { 1: [MAX, 0n, 0n, 0n], 2: [0n, 0n, MAX, 0n] } as const;

/**
 * 2^128 − 1 is the most that a balance, and pending and posted together, can hold; the order is the
 * reference's.
 */
export const overflowVectors: readonly Vector[] = [
  {
    shows: 'overflows_debits_pending',
    because,
    steps: [
      three,
      send([pendingMost], 'created'),
      send(
        [
          t(2n, { ...to3, amount: 6n, flags: F.pending }),
          t(3n, { ...from3, amount: 6n, flags: F.pending }),
          t(2n, { amount: 5n, flags: F.pending }),
        ],
        'overflows_debits_pending',
        'overflows_credits_pending',
        'created',
      ),
    ],
    balances: fits,
  },
  {
    shows: 'overflows_credits_pending',
    because,
    steps: [
      three,
      send([pendingMost], 'created'),
      send([t(3n, { ...from3, amount: 6n, flags: F.pending })], 'overflows_credits_pending'),
    ],
  },
  {
    shows: 'overflows_debits_posted',
    because,
    steps: [
      three,
      send([postedMost], 'created'),
      send(
        [
          t(2n, { ...to3, amount: 6n }),
          t(3n, { ...to3, amount: 6n, flags: F.pending }),
          t(2n, { ...to3, amount: 5n }),
        ],
        'overflows_debits_posted',
        'overflows_debits_posted',
        'created',
      ),
    ],
    balances: { 1: [0n, MAX, 0n, 0n], 2: [0n, 0n, 0n, MAX - 5n], 3: [0n, 0n, 0n, 5n] },
  },
  {
    shows: 'overflows_credits_posted',
    because,
    steps: [
      three,
      send([postedMost], 'created'),
      send([t(2n, { ...from3, amount: 6n })], 'overflows_credits_posted'),
    ],
  },
  {
    shows: 'overflows_debits',
    because: 'Pending and posted together: 2^128 − 6 pending, 1 posted, 5 more are one too many.',
    steps: [
      three,
      send([pendingMost, t(2n, { ...to3, amount: 1n })], 'created', 'created'),
      send(
        [t(3n, { creditAccountId: 4n, amount: 5n }), t(4n, { creditAccountId: 4n, amount: 4n })],
        'overflows_debits',
        'created',
      ),
    ],
    balances: { 1: [MAX - 5n, 5n, 0n, 0n], 4: [0n, 0n, 0n, 4n] },
  },
  {
    shows: 'overflows_credits',
    because: 'The same on the credit side.',
    steps: [
      three,
      send([pendingMost, t(2n, { ...from3, amount: 1n })], 'created', 'created'),
      send(
        [t(3n, { debitAccountId: 4n, amount: 5n }), t(4n, { debitAccountId: 4n, amount: 4n })],
        'overflows_credits',
        'created',
      ),
    ],
    balances: { 2: [0n, 0n, MAX - 5n, 5n], 4: [0n, 4n, 0n, 0n] },
  },
  {
    shows: 'overflows_timeout',
    because:
      'In the year 2128 the longest time-out ends after 2^63 ns; three thousand million seconds do not.',
    steps: [
      { waitSeconds: 5_000_000_000 },
      twoAccounts,
      send(
        [
          t(1n, { flags: F.pending, timeout: 0xffff_ffff }),
          t(2n, { flags: F.pending, timeout: 3_000_000_000 }),
        ],
        'overflows_timeout',
        'created',
      ),
    ],
    balances: { 1: [10n, 0n, 0n, 0n], 2: [0n, 0n, 10n, 0n] },
  },
];

import { TRANSFER_FLAGS as F } from '../../src/contract/types.ts';
import { a, MAX, open, send, t, twoAccounts, type Vector } from './vector.ts';

const fund = t(90n, { debitAccountId: 2n, creditAccountId: 1n, amount: 100n });

/** Examples of transfers whose amount follows from a balance. */
export const balancingVectors: readonly Vector[] = [
  {
    shows: 'created',
    because:
      '100 credited, 30 pending and 20 posted leave 50 to debit; 2^128 − 1 asks for as much as there is.',
    steps: [
      twoAccounts,
      send(
        [fund, t(91n, { amount: 30n, flags: F.pending }), t(92n, { amount: 20n })],
        'created',
        'created',
        'created',
      ),
      send([t(1n, { amount: 15n, flags: F.balancingDebit })], 'created'),
      send([t(2n, { amount: MAX, flags: F.balancingDebit })], 'created'),
      send([t(3n, { amount: MAX, flags: F.balancingDebit })], 'created'),
    ],
    balances: { 1: [30n, 70n, 0n, 100n], 2: [0n, 100n, 30n, 70n] },
    amounts: { 1: 15n, 2: 35n, 3: 0n },
  },
  {
    shows: 'exists_with_different_amount',
    because: 'A repeated balancing transfer may ask for any limit that covers what was moved.',
    steps: [
      twoAccounts,
      send([fund], 'created'),
      send([t(1n, { amount: 150n, flags: F.balancingDebit })], 'created'),
      send(
        [100n, MAX, 99n].map((amount) => t(1n, { amount, flags: F.balancingDebit })),
        'exists',
        'exists',
        'exists_with_different_amount',
      ),
    ],
    amounts: { 1: 100n },
  },
  {
    shows: 'created',
    because: 'Both balancing flags: the smaller of what the debit account and the credit account can take.',
    steps: [
      open([a(1n), a(2n), a(3n)], 'created', 'created', 'created'),
      send([fund, t(93n, { debitAccountId: 3n, creditAccountId: 2n, amount: 60n })], 'created', 'created'),
      send(
        [
          t(1n, { creditAccountId: 3n, amount: MAX, flags: F.balancingDebit | F.balancingCredit }),
          t(2n, { creditAccountId: 3n, amount: MAX, flags: F.balancingCredit | F.pending }),
          t(3n, { debitAccountId: 3n, creditAccountId: 1n, amount: 0n, flags: F.balancingDebit }),
        ],
        'created',
        'created',
        'created',
      ),
    ],
    balances: { 1: [0n, 60n, 0n, 100n], 3: [0n, 60n, 0n, 60n] },
    amounts: { 1: 60n, 2: 0n, 3: 0n },
  },
  {
    shows: 'created',
    because: 'An account that owes already (debits above credits) balances to 0, never below.',
    steps: [
      twoAccounts,
      send([t(1n, { amount: 5n })], 'created'),
      send([t(2n, { amount: MAX, flags: F.balancingDebit })], 'created'),
    ],
    balances: { 1: [0n, 5n, 0n, 0n] },
    amounts: { 2: 0n },
  },
];

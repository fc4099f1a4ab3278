import { TRANSFER_FLAGS as F, type NewTransfer } from '../../src/contract/types.ts';
import type { TransferStatus } from '../statuses.ts';
import { a, MAX, open, type Step, send, settle, t, twoAccounts, type Vector } from './vector.ts';

type Cures = readonly (readonly [TransferStatus, Partial<NewTransfer>])[];

const threeAccounts = open(
  [a(11n, { ledger: 5 }), a(12n, { ledger: 5 }), a(13n, { ledger: 6 })],
  'created',
  'created',
  'created',
);
const between = { debitAccountId: 11n, creditAccountId: 12n, ledger: 5 };
const plainAndPending = send(
  [t(20n, between), t(21n, { ...between, flags: F.pending })],
  'created',
  'created',
);

/** Faults that are seen in the fields alone, or beside the accounts' ledgers; the worst first. */
const plainCures: Cures = [
  ['reserved_flag', { flags: F.closingDebit }],
  ['id_must_not_be_zero', { id: MAX }],
  ['id_must_not_be_int_max', { id: 1n }],
  ['debit_account_id_must_not_be_zero', { debitAccountId: MAX }],
  ['debit_account_id_must_not_be_int_max', { debitAccountId: 1n }],
  ['credit_account_id_must_not_be_zero', { creditAccountId: MAX }],
  ['credit_account_id_must_not_be_int_max', { creditAccountId: 1n }],
  ['accounts_must_be_different', { creditAccountId: 2n }],
  ['pending_id_must_be_zero', { pendingId: 0n }],
  ['timeout_reserved_for_pending_transfer', { timeout: 0 }],
  ['closing_transfer_must_be_pending', { flags: 0 }],
  ['ledger_must_not_be_zero', { ledger: 7 }],
  ['code_must_not_be_zero', { code: 1 }],
  ['debit_account_not_found', { debitAccountId: 11n }],
  ['credit_account_not_found', { creditAccountId: 13n }],
  ['accounts_must_have_the_same_ledger', { creditAccountId: 12n }],
  ['transfer_must_have_the_same_ledger_as_accounts', { ledger: 5 }],
  ['created', {}],
];

/** Faults of a post or void, the worst first. */
const settleCures: Cures = [
  ['flags_are_mutually_exclusive', { flags: F.voidPendingTransfer | F.pending }],
  ['flags_are_mutually_exclusive', { flags: F.voidPendingTransfer | F.balancingDebit }],
  ['flags_are_mutually_exclusive', { flags: F.postPendingTransfer | F.balancingCredit }],
  ['flags_are_mutually_exclusive', { flags: F.postPendingTransfer | F.closingDebit }],
  ['flags_are_mutually_exclusive', { flags: F.voidPendingTransfer | F.closingCredit }],
  ['flags_are_mutually_exclusive', { flags: F.voidPendingTransfer }],
  ['pending_id_must_not_be_zero', { pendingId: MAX }],
  ['pending_id_must_not_be_int_max', { pendingId: 1n }],
  ['pending_id_must_be_different', { pendingId: 99n }],
  ['timeout_reserved_for_pending_transfer', { timeout: 0 }],
  ['pending_transfer_not_found', { pendingId: 20n }],
  ['pending_transfer_not_pending', { pendingId: 21n }],
  ['pending_transfer_has_different_debit_account_id', { debitAccountId: 0n }],
  ['pending_transfer_has_different_credit_account_id', { creditAccountId: 12n }],
  ['pending_transfer_has_different_ledger', { ledger: 5 }],
  ['pending_transfer_has_different_code', { code: 0 }],
  ['exceeds_pending_transfer_amount', { amount: 9n }],
  ['pending_transfer_has_different_amount', { amount: 10n }],
  ['created', {}],
];

const existingPlainCures: Cures = [
  ['exists_with_different_flags', { flags: 0 }],
  ['exists_with_different_pending_id', { pendingId: 0n }],
  ['exists_with_different_timeout', { timeout: 0 }],
  ['exists_with_different_debit_account_id', { debitAccountId: 1n }],
  ['exists_with_different_credit_account_id', { creditAccountId: 2n }],
  ['exists_with_different_amount', { amount: 10n }],
  ['exists_with_different_user_data_128', { userData128: 0n }],
  ['exists_with_different_user_data_64', { userData64: 0n }],
  ['exists_with_different_user_data_32', { userData32: 0 }],
  ['exists_with_different_ledger', { ledger: 1 }],
  ['exists_with_different_code', { code: 1 }],
  ['exists', {}],
];

/**
 * The stored one posted 4 of 10 and took user data 64 from the pending one; a zero asks for the pending's
 * value.
 */
const existingPostCures: Cures = [
  ['exists_with_different_timeout', { timeout: 0 }],
  ['exists_with_different_debit_account_id', { debitAccountId: 1n }],
  ['exists_with_different_credit_account_id', { creditAccountId: 0n }],
  ['exists_with_different_amount', { amount: MAX }],
  ['exists_with_different_amount', { amount: 4n }],
  ['exists_with_different_user_data_128', { userData128: 0n }],
  ['exists_with_different_user_data_64', { userData64: 0n }],
  ['exists_with_different_user_data_32', { userData32: 0 }],
  ['exists_with_different_ledger', { ledger: 0 }],
  ['exists_with_different_code', { code: 1 }],
  ['exists', {}],
];

const allWrong = t(0n, {
  debitAccountId: 0n,
  creditAccountId: 0n,
  pendingId: 1n,
  timeout: 1,
  ledger: 0,
  code: 0,
  flags: F.closingDebit | 512,
});
const settleWrong = t(1n, {
  debitAccountId: 13n,
  creditAccountId: 11n,
  amount: 11n,
  timeout: 1,
  ledger: 6,
  code: 9,
  flags: F.postPendingTransfer | F.voidPendingTransfer,
});
const allDifferent = t(1n, {
  debitAccountId: 3n,
  creditAccountId: 4n,
  amount: 11n,
  pendingId: 5n,
  userData128: 9n,
  userData64: 9n,
  userData32: 9,
  timeout: 9,
  ledger: 9,
  code: 9,
  flags: F.pending,
});
const pendingWithData = t(50n, { flags: F.pending, userData64: 64n });
const partialPost = settle(1n, 50n, F.postPendingTransfer, { amount: 4n });

/** Examples for results that the fields decide, alone or beside the transfer that has the id already. */
export const fieldVectors: readonly Vector[] = [
  ...rungs(allWrong, plainCures, [threeAccounts]),
  ...rungs(settleWrong, settleCures, [threeAccounts, plainAndPending]),
  ...rungs(allDifferent, existingPlainCures, [twoAccounts, send([t(1n)], 'created')]),
  ...rungs({ ...allDifferent, flags: F.postPendingTransfer, pendingId: 50n }, existingPostCures, [
    twoAccounts,
    send([pendingWithData], 'created'),
    send([partialPost], 'created'),
  ]),
  {
    shows: 'exists',
    because: 'A whole post is repeated as it was sent, or with the amount it came to.',
    steps: [
      twoAccounts,
      send([t(50n, { flags: F.pending })], 'created'),
      send([settle(1n, 50n, F.postPendingTransfer, { amount: MAX })], 'created'),
      send(
        [
          settle(1n, 50n, F.postPendingTransfer, { amount: MAX }),
          settle(1n, 50n, F.postPendingTransfer, { amount: 10n }),
          settle(1n, 50n, F.postPendingTransfer, { amount: 0n }),
        ],
        'exists',
        'exists',
        'exists_with_different_amount',
      ),
    ],
    balances: { 1: [0n, 10n, 0n, 0n], 2: [0n, 0n, 0n, 10n] },
    amounts: { 1: 10n },
  },
  {
    shows: 'exists_with_different_amount',
    because: 'A void is repeated with 0 or the whole amount, and with nothing else.',
    steps: [
      twoAccounts,
      send([t(50n, { flags: F.pending })], 'created'),
      send([settle(1n, 50n, F.voidPendingTransfer)], 'created'),
      send(
        [
          settle(1n, 50n, F.voidPendingTransfer),
          settle(1n, 50n, F.voidPendingTransfer, { amount: 10n }),
          settle(1n, 50n, F.voidPendingTransfer, { amount: 9n }),
        ],
        'exists',
        'exists',
        'exists_with_different_amount',
      ),
    ],
    balances: { 1: [0n, 0n, 0n, 0n], 2: [0n, 0n, 0n, 0n] },
    amounts: { 1: 10n },
  },
];

/** A transfer with everything wrong, put right one fault at a time: each refusal hides those after it. */
function rungs(faulty: NewTransfer, cures: Cures, before: readonly Step[]): Vector[] {
  let next = faulty;
  return cures.map(([shows, cure]) => {
    const current = next;
    next = { ...next, ...cure };
    return {
      shows,
      because: 'Of several faults the one that comes first in the reference is answered.',
      steps: [...before, send([current], shows)],
    };
  });
}

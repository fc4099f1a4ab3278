import { ACCOUNT_FLAGS as A, TRANSFER_FLAGS as F } from '../../src/contract/types.ts';
import { overflowVectors } from './overflows.ts';
import { a, MAX, open, send, settle, t, twoAccounts, type Vector } from './vector.ts';

const imported = (id: bigint, timestamp: bigint, rest = {}) =>
  t(id, { flags: F.imported, timestamp, ...rest });
const oldAccounts = open(
  [a(1n, { flags: A.imported, timestamp: 100n }), a(2n, { flags: A.imported, timestamp: 200n })],
  'created',
  'created',
);

/** Examples of chains, imports, limits and overflows. */
export const transferVectors: readonly Vector[] = [
  {
    shows: 'created',
    because: 'Debits and credits of one transfer are posted at once; since 0.16 an amount may be 0.',
    steps: [twoAccounts, send([t(1n), t(2n, { amount: 0n })], 'created', 'created')],
    balances: { 1: [0n, 10n, 0n, 0n], 2: [0n, 0n, 0n, 10n] },
    amounts: { 2: 0n },
  },
  {
    shows: 'linked_event_failed',
    because: 'The chain 1–2–3 fails at 2 and leaves nothing; 4 and the chain 5–6 stand alone.',
    steps: [
      twoAccounts,
      send(
        [
          t(1n, { flags: F.linked }),
          t(2n, { flags: F.linked, code: 0 }),
          t(3n),
          t(4n, { amount: 4n }),
          t(5n, { flags: F.linked, amount: 5n }),
          t(6n, { amount: 6n }),
        ],
        'linked_event_failed',
        'code_must_not_be_zero',
        'linked_event_failed',
        'created',
        'created',
        'created',
      ),
      send([t(1n, { amount: 1n })], 'created'),
    ],
    balances: { 1: [0n, 16n, 0n, 0n], 2: [0n, 0n, 0n, 16n] },
  },
  {
    shows: 'linked_event_failed',
    because: 'A repetition inside a chain breaks it: exists is not created.',
    steps: [
      twoAccounts,
      send([t(1n)], 'created'),
      send([t(2n, { flags: F.linked }), t(1n)], 'linked_event_failed', 'exists'),
    ],
    balances: { 1: [0n, 10n, 0n, 0n] },
  },
  {
    shows: 'linked_event_chain_open',
    because: 'The batch ends inside the chain.',
    steps: [
      twoAccounts,
      send([t(1n), t(2n, { flags: F.linked })], 'created', 'linked_event_chain_open'),
      send(
        [t(3n, { flags: F.linked, code: 0 }), t(4n, { flags: F.linked })],
        'code_must_not_be_zero',
        'linked_event_chain_open',
      ),
    ],
    balances: { 1: [0n, 10n, 0n, 0n] },
  },
  {
    shows: 'id_already_failed',
    because:
      'Only the id that met the transient refusal is used up, not those of its chain; and it stays so.',
    steps: [
      twoAccounts,
      send(
        [t(1n, { flags: F.linked }), t(2n, { creditAccountId: 3n })],
        'linked_event_failed',
        'credit_account_not_found',
      ),
      open([a(3n)], 'created'),
      send(
        [t(1n), t(2n, { creditAccountId: 3n }), t(2n)],
        'created',
        'id_already_failed',
        'id_already_failed',
      ),
    ],
    balances: { 1: [0n, 10n, 0n, 0n], 3: [0n, 0n, 0n, 0n] },
  },
  {
    shows: 'imported_event_expected',
    because: 'The first event decides for the batch.',
    steps: [oldAccounts, send([imported(1n, 300n), t(2n)], 'created', 'imported_event_expected')],
  },
  {
    shows: 'imported_event_not_expected',
    because: 'The first event decides for the batch.',
    steps: [oldAccounts, send([t(2n), imported(1n, 300n)], 'created', 'imported_event_not_expected')],
  },
  {
    shows: 'timestamp_must_be_zero',
    because: 'The ledger gives the time of what is not imported.',
    steps: [twoAccounts, send([t(1n, { timestamp: 1n, flags: 512 })], 'timestamp_must_be_zero')],
  },
  {
    shows: 'imported_event_timestamp_out_of_range',
    because: 'Greater than 0 and less than 2^63.',
    steps: [
      oldAccounts,
      send(
        [imported(1n, 0n), imported(1n, 1n << 63n)],
        'imported_event_timestamp_out_of_range',
        'imported_event_timestamp_out_of_range',
      ),
    ],
  },
  {
    shows: 'imported_event_timestamp_must_not_advance',
    because: 'A past instant only.',
    steps: [oldAccounts, send([imported(1n, (1n << 63n) - 1n)], 'imported_event_timestamp_must_not_advance')],
  },
  {
    shows: 'imported_event_timestamp_must_not_regress',
    because: 'After every transfer, at the instant of no account; a post of a pending one as well.',
    steps: [
      oldAccounts,
      open([a(3n, { flags: A.imported, timestamp: 400n })], 'created'),
      send(
        [
          imported(1n, 300n),
          imported(2n, 300n),
          imported(3n, 299n),
          imported(4n, 400n),
          imported(5n, 500n, { flags: F.imported | F.pending }),
          settle(6n, 5n, F.postPendingTransfer | F.imported, { amount: MAX, timestamp: 500n }),
          settle(6n, 5n, F.postPendingTransfer | F.imported, { amount: MAX, timestamp: 600n }),
        ],
        'created',
        'imported_event_timestamp_must_not_regress',
        'imported_event_timestamp_must_not_regress',
        'imported_event_timestamp_must_not_regress',
        'created',
        'imported_event_timestamp_must_not_regress',
        'created',
      ),
    ],
    balances: { 1: [0n, 20n, 0n, 0n], 2: [0n, 0n, 0n, 20n] },
  },
  {
    shows: 'imported_event_timestamp_must_postdate_debit_account',
    because: 'After the debit account, then after the credit account; account 2 was opened at 200.',
    steps: [
      oldAccounts,
      send(
        [
          imported(1n, 50n),
          imported(2n, 150n),
          imported(3n, 150n, { debitAccountId: 2n, creditAccountId: 1n }),
          imported(4n, 201n),
        ],
        'imported_event_timestamp_must_postdate_debit_account',
        'imported_event_timestamp_must_postdate_credit_account',
        'imported_event_timestamp_must_postdate_debit_account',
        'created',
      ),
    ],
    balances: { 1: [0n, 10n, 0n, 0n], 2: [0n, 0n, 0n, 10n] },
  },
  {
    shows: 'imported_event_timestamp_must_postdate_credit_account',
    because: 'The same for the credit account alone.',
    steps: [oldAccounts, send([imported(2n, 150n)], 'imported_event_timestamp_must_postdate_credit_account')],
  },
  {
    shows: 'imported_event_timeout_must_be_zero',
    because: 'What was not timed by this clock cannot expire by it.',
    steps: [
      oldAccounts,
      send(
        [imported(1n, 300n, { flags: F.imported | F.pending, timeout: 1 })],
        'imported_event_timeout_must_be_zero',
      ),
    ],
  },
  ...overflowVectors,
  {
    shows: 'exceeds_credits',
    because: 'Pending debits count against the limit: 10 credited, 6 pending, 4 posted, nothing left.',
    steps: [
      open([a(1n, { flags: A.debitsMustNotExceedCredits }), a(2n)], 'created', 'created'),
      send([t(1n, { debitAccountId: 2n, creditAccountId: 1n })], 'created'),
      send(
        [
          t(2n, { amount: 6n, flags: F.pending }),
          t(3n, { amount: 5n }),
          t(4n, { amount: 4n }),
          t(5n, { amount: 1n }),
        ],
        'created',
        'exceeds_credits',
        'created',
        'exceeds_credits',
      ),
      send([settle(6n, 2n, F.voidPendingTransfer)], 'created'),
      send([t(3n, { amount: 5n }), t(7n, { amount: 6n })], 'id_already_failed', 'created'),
    ],
    balances: { 1: [0n, 10n, 0n, 10n], 2: [0n, 10n, 0n, 10n] },
  },
  {
    shows: 'exceeds_debits',
    because: 'Pending credits count against the limit; a pending debit of the account gives no room.',
    steps: [
      open([a(1n), a(2n, { flags: A.creditsMustNotExceedDebits })], 'created', 'created'),
      send(
        [
          t(1n, { debitAccountId: 2n, creditAccountId: 1n, flags: F.pending }),
          t(2n, { amount: 1n }),
          t(3n, { amount: 0n }),
        ],
        'created',
        'exceeds_debits',
        'created',
      ),
    ],
    balances: { 1: [0n, 0n, 10n, 0n], 2: [10n, 0n, 0n, 0n] },
  },
];

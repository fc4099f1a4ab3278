import { ACCOUNT_FLAGS as A, TRANSFER_FLAGS as F } from '../../src/contract/types.ts';
import { balancingVectors } from './balancing.ts';
import { a, MAX, open, send, settle, t, twoAccounts, type Vector } from './vector.ts';

const hold = (rest = {}) => t(50n, { flags: F.pending, ...rest });
const post = (id: bigint, amount: bigint) => settle(id, 50n, F.postPendingTransfer, { amount });
const cancel = (id: bigint) => settle(id, 50n, F.voidPendingTransfer);
const NONE = [0n, 0n, 0n, 0n] as const;

/** Examples of pending transfers, of closing and of balancing. */
export const twoPhaseVectors: readonly Vector[] = [
  {
    shows: 'pending_transfer_already_posted',
    because: 'Posting 4 of 10 gives the other 6 back, and a pending transfer resolves at most once.',
    steps: [
      twoAccounts,
      send([hold()], 'created'),
      send(
        [post(1n, 4n), post(2n, 6n), cancel(3n)],
        'created',
        'pending_transfer_already_posted',
        'pending_transfer_already_posted',
      ),
    ],
    balances: { 1: [0n, 4n, 0n, 0n], 2: [0n, 0n, 0n, 4n] },
    amounts: { 1: 4n, 50: 10n },
  },
  {
    shows: 'pending_transfer_already_posted',
    because: 'A post of 0 posts nothing, and resolves the pending transfer all the same.',
    steps: [
      twoAccounts,
      send([hold()], 'created'),
      send([post(1n, 0n), post(2n, MAX)], 'created', 'pending_transfer_already_posted'),
    ],
    balances: { 1: NONE, 2: NONE },
    amounts: { 1: 0n },
  },
  {
    shows: 'exceeds_pending_transfer_amount',
    because: 'At most the pending amount; 2^128 − 1 stands for all of it.',
    steps: [
      twoAccounts,
      send([hold()], 'created'),
      send([post(1n, 11n), post(1n, MAX)], 'exceeds_pending_transfer_amount', 'created'),
    ],
    balances: { 1: [0n, 10n, 0n, 0n], 2: [0n, 0n, 0n, 10n] },
    amounts: { 1: 10n },
  },
  {
    shows: 'pending_transfer_already_voided',
    because: 'A void gives back all that was held.',
    steps: [
      twoAccounts,
      send([hold()], 'created'),
      send(
        [cancel(1n), cancel(2n), post(3n, MAX)],
        'created',
        'pending_transfer_already_voided',
        'pending_transfer_already_voided',
      ),
    ],
    balances: { 1: NONE, 2: NONE },
  },
  {
    shows: 'pending_transfer_expired',
    because: 'It expires at its timestamp plus the time-out, not before; then the hold is given back.',
    steps: [
      twoAccounts,
      send([hold({ timeout: 10 }), t(60n, { flags: F.pending, timeout: 12 })], 'created', 'created'),
      { waitSeconds: 11 },
      send(
        [post(1n, MAX), cancel(2n), settle(3n, 60n, F.postPendingTransfer, { amount: MAX })],
        'pending_transfer_expired',
        'pending_transfer_expired',
        'created',
      ),
    ],
    balances: { 1: [0n, 10n, 0n, 0n], 2: [0n, 0n, 0n, 10n] },
  },
  {
    shows: 'pending_transfer_not_found',
    because: 'A transient refusal: the id is used up even where the pending transfer comes later.',
    steps: [
      twoAccounts,
      send([post(1n, MAX)], 'pending_transfer_not_found'),
      send([hold()], 'created'),
      send([post(1n, MAX), post(2n, MAX)], 'id_already_failed', 'created'),
    ],
    balances: { 1: [0n, 10n, 0n, 0n] },
  },
  {
    shows: 'linked_event_failed',
    because: 'A post that its chain takes back leaves the transfer pending.',
    steps: [
      twoAccounts,
      send([hold()], 'created'),
      send(
        [settle(1n, 50n, F.postPendingTransfer | F.linked, { amount: 3n }), t(2n, { ledger: 0 })],
        'linked_event_failed',
        'ledger_must_not_be_zero',
      ),
      send([post(1n, 5n)], 'created'),
    ],
    balances: { 1: [0n, 5n, 0n, 0n], 2: [0n, 0n, 0n, 5n] },
  },
  {
    shows: 'debit_account_already_closed',
    because: 'A closed account takes nothing but voids; voiding the closing transfer opens it again.',
    steps: [
      twoAccounts,
      send([hold(), t(51n, { amount: 0n, flags: F.pending | F.closingDebit })], 'created', 'created'),
      send(
        [t(1n), post(2n, MAX), cancel(3n), settle(4n, 51n, F.postPendingTransfer)],
        'debit_account_already_closed',
        'debit_account_already_closed',
        'created',
        'debit_account_already_closed',
      ),
      send(
        [settle(5n, 51n, F.voidPendingTransfer), t(6n, { amount: 1n }), t(1n)],
        'created',
        'created',
        'id_already_failed',
      ),
    ],
    balances: { 1: [0n, 1n, 0n, 0n], 2: [0n, 0n, 0n, 1n] },
  },
  {
    shows: 'credit_account_already_closed',
    because: 'Of two closed accounts the debit account is named first.',
    steps: [
      open([a(1n), a(2n), a(3n, { flags: A.closed })], 'created', 'created', 'created'),
      send([t(50n, { amount: 7n, flags: F.pending | F.closingCredit })], 'created'),
      send(
        [t(1n), t(2n, { debitAccountId: 3n }), t(3n, { creditAccountId: 3n })],
        'credit_account_already_closed',
        'debit_account_already_closed',
        'credit_account_already_closed',
      ),
    ],
    balances: { 1: [7n, 0n, 0n, 0n], 2: [0n, 0n, 7n, 0n, 'closed'], 3: [0n, 0n, 0n, 0n, 'closed'] },
  },
  {
    shows: 'created',
    because:
      'The time-out of a closing transfer opens the account again; so closes and opens a chain that fails.',
    steps: [
      twoAccounts,
      send([hold({ timeout: 1, flags: F.pending | F.closingDebit | F.closingCredit })], 'created'),
      send([t(1n)], 'debit_account_already_closed'),
      { waitSeconds: 2 },
      send([t(2n)], 'created'),
      send(
        [t(3n, { flags: F.linked | F.pending | F.closingDebit }), t(4n)],
        'linked_event_failed',
        'debit_account_already_closed',
      ),
      send([t(5n)], 'created'),
    ],
    balances: { 1: [0n, 20n, 0n, 0n], 2: [0n, 0n, 0n, 20n] },
  },
  {
    shows: 'exists_with_different_flags',
    because: 'An account that was closed since has the flag closed, which the repetition lacks.',
    steps: [
      twoAccounts,
      send([hold({ flags: F.pending | F.closingCredit })], 'created'),
      open([a(1n), a(2n), a(2n, { flags: A.closed })], 'exists', 'exists_with_different_flags', 'exists'),
    ],
  },
  ...balancingVectors,
];

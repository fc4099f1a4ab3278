import { ACCOUNT_FLAGS as A } from '../../src/contract/types.ts';
import type { AccountStatus } from '../statuses.ts';
import { a, MAX, open, send, t, type Vector } from './vector.ts';

const NONE = [0n, 0n, 0n, 0n] as const;
const bothLimits = A.debitsMustNotExceedCredits | A.creditsMustNotExceedDebits;

/** One example for each result of `create_accounts`. */
export const accountVectors: readonly Vector[] = [
  {
    shows: 'created',
    because: 'An account that did not exist is opened with zero balances.',
    steps: [open([a(1n, { userData128: 5n, userData64: 6n, userData32: 7, ledger: 8, code: 9 })], 'created')],
    balances: { 1: NONE },
  },
  {
    shows: 'created',
    because:
      'flags.closed may be set from the start; the smallest and largest legal ids are 1 and 2^128 − 2.',
    steps: [open([a(1n, { flags: A.closed }), a(MAX - 1n, { flags: A.history })], 'created', 'created')],
    balances: { 1: [0n, 0n, 0n, 0n, 'closed'], [`${MAX - 1n}`]: NONE },
  },
  {
    shows: 'linked_event_failed',
    because: 'One bad account fails the chain of three; the account after the chain is on its own.',
    steps: [
      open(
        [a(1n, { flags: A.linked }), a(2n, { flags: A.linked, code: 0 }), a(3n), a(4n)],
        'linked_event_failed',
        'code_must_not_be_zero',
        'linked_event_failed',
        'created',
      ),
      open([a(1n, { flags: A.linked }), a(2n, { code: 2 })], 'created', 'created'),
    ],
    balances: { 1: NONE, 2: NONE, 4: NONE },
  },
  {
    shows: 'linked_event_chain_open',
    because: 'The last event of a batch must not be linked; the whole open chain fails.',
    steps: [
      open(
        [a(1n), a(2n, { flags: A.linked }), a(3n, { flags: A.linked })],
        'created',
        'linked_event_failed',
        'linked_event_chain_open',
      ),
    ],
    balances: { 1: NONE },
  },
  {
    shows: 'linked_event_chain_open',
    because: 'It is said of the last event even where an earlier one already failed the chain.',
    steps: [
      open(
        [a(0n, { flags: A.linked }), a(2n, { flags: A.linked })],
        'id_must_not_be_zero',
        'linked_event_chain_open',
      ),
    ],
  },
  {
    shows: 'imported_event_expected',
    because: 'The first event says whether the batch is imported; the second is not.',
    steps: [
      open([a(1n, { flags: A.imported, timestamp: 100n }), a(2n)], 'created', 'imported_event_expected'),
    ],
    balances: { 1: NONE },
  },
  {
    shows: 'imported_event_not_expected',
    because: 'The first event is not imported, so none may be.',
    steps: [
      open([a(1n), a(2n, { flags: A.imported, timestamp: 100n })], 'created', 'imported_event_not_expected'),
    ],
    balances: { 1: NONE },
  },
  {
    shows: 'timestamp_must_be_zero',
    because: 'The ledger gives the time of what is not imported.',
    steps: [open([a(1n, { timestamp: 1n })], 'timestamp_must_be_zero')],
  },
  {
    shows: 'imported_event_timestamp_out_of_range',
    because: 'An imported timestamp is greater than 0 and less than 2^63.',
    steps: [
      open(
        [a(1n, { flags: A.imported, timestamp: 0n }), a(2n, { flags: A.imported, timestamp: 1n << 63n })],
        'imported_event_timestamp_out_of_range',
        'imported_event_timestamp_out_of_range',
      ),
    ],
  },
  {
    shows: 'imported_event_timestamp_must_not_advance',
    because: 'An imported timestamp lies in the past; 2^63 − 1 is in range but not there yet.',
    steps: [
      open(
        [a(1n, { flags: A.imported, timestamp: (1n << 63n) - 1n })],
        'imported_event_timestamp_must_not_advance',
      ),
    ],
  },
  ...ladder(),
  ...existing(),
  {
    shows: 'flags_are_mutually_exclusive',
    because: 'Both limits at once would let an account never move.',
    steps: [open([a(1n, { flags: bothLimits })], 'flags_are_mutually_exclusive')],
  },
  {
    shows: 'imported_event_timestamp_must_not_regress',
    because: 'After every account of the ledger, and at the instant of no transfer.',
    steps: [
      open(
        [
          a(1n, { flags: A.imported, timestamp: 100n }),
          a(2n, { flags: A.imported, timestamp: 200n }),
          a(3n, { flags: A.imported, timestamp: 200n }),
          a(4n, { flags: A.imported, timestamp: 150n }),
        ],
        'created',
        'created',
        'imported_event_timestamp_must_not_regress',
        'imported_event_timestamp_must_not_regress',
      ),
      send([t(1n, { flags: 256, timestamp: 300n })], 'created'),
      open(
        [a(5n, { flags: A.imported, timestamp: 300n }), a(6n, { flags: A.imported, timestamp: 299n })],
        'imported_event_timestamp_must_not_regress',
        'created',
      ),
    ],
    balances: { 1: [0n, 10n, 0n, 0n], 2: [0n, 0n, 0n, 10n], 6: NONE },
  },
];

/** An account with everything wrong, put right one fault at a time: each refusal hides those after it. */
function ladder(): Vector[] {
  const faults = {
    reserved: 1,
    id: 0n,
    flags: 64 | bothLimits,
    debitsPending: 1n,
    debitsPosted: 1n,
    creditsPending: 1n,
    creditsPosted: 1n,
    ledger: 0,
    code: 0,
  };
  const cures: readonly [AccountStatus, object][] = [
    ['reserved_field', { reserved: 0 }],
    ['reserved_flag', { flags: bothLimits }],
    ['id_must_not_be_zero', { id: MAX }],
    ['id_must_not_be_int_max', { id: 1n }],
    ['flags_are_mutually_exclusive', { flags: A.debitsMustNotExceedCredits }],
    ['debits_pending_must_be_zero', { debitsPending: 0n }],
    ['debits_posted_must_be_zero', { debitsPosted: 0n }],
    ['credits_pending_must_be_zero', { creditsPending: 0n }],
    ['credits_posted_must_be_zero', { creditsPosted: 0n }],
    ['ledger_must_not_be_zero', { ledger: 1 }],
    ['code_must_not_be_zero', { code: 1 }],
  ];
  let account = a(0n, faults);
  return cures.map(([shows, cure]) => {
    const faulty = account;
    account = { ...account, ...cure };
    return {
      shows,
      because: 'Of several faults the one that comes first in the reference is answered.',
      steps: [open([faulty], shows)],
    };
  });
}

/** An account that differs from the stored one in every field, made alike one field at a time. */
function existing(): Vector[] {
  const stored = a(1n, { userData128: 1n, userData64: 1n, userData32: 1, ledger: 1, code: 1 });
  const cures: readonly [AccountStatus, object][] = [
    ['exists_with_different_flags', { flags: 0 }],
    ['exists_with_different_user_data_128', { userData128: 1n }],
    ['exists_with_different_user_data_64', { userData64: 1n }],
    ['exists_with_different_user_data_32', { userData32: 1 }],
    ['exists_with_different_ledger', { ledger: 1 }],
    ['exists_with_different_code', { code: 1 }],
    ['exists', {}],
  ];
  let asked = {
    ...stored,
    userData128: 2n,
    userData64: 2n,
    userData32: 2,
    ledger: 0,
    code: 0,
    flags: bothLimits,
  };
  return cures.map(([shows, cure]) => {
    const different = asked;
    asked = { ...asked, ...cure };
    return {
      shows,
      because: 'An id that is taken is compared before anything else about the fields is judged.',
      steps: [open([stored], 'created'), open([different], shows)],
      balances: { 1: NONE },
    };
  });
}

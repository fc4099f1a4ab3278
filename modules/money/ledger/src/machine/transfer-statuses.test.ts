import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX, CREATE_TRANSFER_STATUSES, type CreateTransferStatus } from '../contract/index.ts';
import { A, type Bench, ledgerBench, resolving, T, transfer } from './fixtures.ts';

type Vector = (bench: Bench) => CreateTransferStatus | undefined;

const CLOSE = { flags: T.pending | T.closingDebit, amount: 0n };
const post = (fields: object) =>
  resolving({ id: 200n, pendingId: 100n, amount: AMOUNT_MAX, flags: T.postPendingTransfer, ...fields });
const voiding = (fields: object) =>
  resolving({ id: 200n, pendingId: 100n, flags: T.voidPendingTransfer, ...fields });

/** Sends one transfer against accounts 1 and 2. */
const one =
  (fields: object): Vector =>
  (bench) =>
    bench.transfers(fields)[0];
/** Sends one transfer, then another. */
const after =
  (first: object, second: object): Vector =>
  (bench) => {
    expect(bench.transfers(first)).toEqual(['created']);
    return bench.transfers(second)[0];
  };
const BALANCE_NEAR_MAX = AMOUNT_MAX - 5n;

/** One way, at least, to every status there is. */
const vectors: Record<CreateTransferStatus, Vector> = {
  created: one({}),
  linked_event_failed: (bench) => bench.transfers({ flags: T.linked }, { id: 101n, ledger: 0 })[0],
  linked_event_chain_open: one({ flags: T.linked }),
  imported_event_expected: (bench) => bench.transfers({ flags: T.imported, timestamp: 5n }, { id: 101n })[1],
  imported_event_not_expected: (bench) =>
    bench.transfers({}, { id: 101n, flags: T.imported, timestamp: 5n })[1],
  timestamp_must_be_zero: one({ timestamp: 1n }),
  imported_event_timestamp_out_of_range: one({ flags: T.imported, timestamp: 1n << 63n }),
  imported_event_timestamp_must_not_advance: one({ flags: T.imported, timestamp: (1n << 63n) - 1n }),
  reserved_flag: one({ flags: 512 }),
  id_must_not_be_zero: one({ id: 0n }),
  id_must_not_be_int_max: one({ id: AMOUNT_MAX }),
  exists_with_different_flags: after({}, { flags: T.pending }),
  exists_with_different_pending_id: after({}, { pendingId: 7n }),
  exists_with_different_timeout: after({ flags: T.pending, timeout: 1 }, { flags: T.pending, timeout: 2 }),
  exists_with_different_debit_account_id: after({}, { debitAccountId: 3n }),
  exists_with_different_credit_account_id: after({}, { creditAccountId: 3n }),
  exists_with_different_amount: after({}, { amount: 11n }),
  exists_with_different_user_data_128: after({}, { userData128: 1n }),
  exists_with_different_user_data_64: after({}, { userData64: 1n }),
  exists_with_different_user_data_32: after({}, { userData32: 1 }),
  exists_with_different_ledger: after({}, { ledger: 1 }),
  exists_with_different_code: after({}, { code: 2 }),
  exists: after({}, {}),
  id_already_failed: (bench) => {
    expect(bench.transfers({ debitAccountId: 9n })).toEqual(['debit_account_not_found']);
    bench.accounts({ id: 9n });
    return bench.transfers({ debitAccountId: 9n })[0];
  },
  flags_are_mutually_exclusive: one({ flags: T.pending | T.postPendingTransfer, pendingId: 1n }),
  debit_account_id_must_not_be_zero: one({ debitAccountId: 0n }),
  debit_account_id_must_not_be_int_max: one({ debitAccountId: AMOUNT_MAX }),
  credit_account_id_must_not_be_zero: one({ creditAccountId: 0n }),
  credit_account_id_must_not_be_int_max: one({ creditAccountId: AMOUNT_MAX }),
  accounts_must_be_different: one({ creditAccountId: 1n }),
  pending_id_must_be_zero: one({ pendingId: 1n }),
  pending_id_must_not_be_zero: one(post({ pendingId: 0n })),
  pending_id_must_not_be_int_max: one(post({ pendingId: AMOUNT_MAX })),
  pending_id_must_be_different: one(post({ pendingId: 200n })),
  timeout_reserved_for_pending_transfer: one({ timeout: 1 }),
  closing_transfer_must_be_pending: one({ flags: T.closingCredit }),
  ledger_must_not_be_zero: one({ ledger: 0 }),
  code_must_not_be_zero: one({ code: 0 }),
  debit_account_not_found: one({ debitAccountId: 9n }),
  credit_account_not_found: one({ creditAccountId: 9n }),
  accounts_must_have_the_same_ledger: one({ creditAccountId: 4n }),
  transfer_must_have_the_same_ledger_as_accounts: one({ ledger: 840 }),
  pending_transfer_not_found: one(post({ pendingId: 999n })),
  pending_transfer_not_pending: after({}, post({})),
  pending_transfer_has_different_debit_account_id: after({ flags: T.pending }, post({ debitAccountId: 3n })),
  pending_transfer_has_different_credit_account_id: after(
    { flags: T.pending },
    post({ creditAccountId: 3n }),
  ),
  pending_transfer_has_different_ledger: after({ flags: T.pending }, post({ ledger: 1 })),
  pending_transfer_has_different_code: after({ flags: T.pending }, post({ code: 2 })),
  exceeds_pending_transfer_amount: after({ flags: T.pending }, post({ amount: 11n })),
  pending_transfer_has_different_amount: after({ flags: T.pending }, voiding({ amount: 9n })),
  pending_transfer_already_posted: (bench) => {
    expect(bench.transfers({ flags: T.pending }, post({}))).toEqual(['created', 'created']);
    return bench.transfers(post({ id: 201n }))[0];
  },
  pending_transfer_already_voided: (bench) => {
    expect(bench.transfers({ flags: T.pending }, voiding({}))).toEqual(['created', 'created']);
    return bench.transfers(post({ id: 201n }))[0];
  },
  pending_transfer_expired: (bench) => {
    bench.transfers({ flags: T.pending, timeout: 1 });
    bench.pass(2);
    return bench.transfers(post({}))[0];
  },
  imported_event_timestamp_must_not_regress: (bench) => {
    const at = bench.account(4n).timestamp + 10n;
    bench.pass(1);
    expect(bench.transfers({ flags: T.imported, timestamp: at })).toEqual(['created']);
    return bench.transfers({ id: 101n, flags: T.imported, timestamp: at })[0];
  },
  imported_event_timestamp_must_postdate_debit_account: one({ flags: T.imported, timestamp: 1n }),
  imported_event_timestamp_must_postdate_credit_account: (bench) => {
    bench.pass(1);
    bench.accounts({ id: 5n });
    bench.pass(1);
    const at = bench.account(5n).timestamp - 1n;
    return bench.transfers({ creditAccountId: 5n, flags: T.imported, timestamp: at })[0];
  },
  imported_event_timeout_must_be_zero: (bench) => {
    bench.pass(1);
    const at = bench.account(4n).timestamp + 100n;
    return bench.transfers({ flags: T.imported | T.pending, timeout: 1, timestamp: at })[0];
  },
  debit_account_already_closed: after(CLOSE, { id: 101n }),
  credit_account_already_closed: after({ ...CLOSE, flags: T.pending | T.closingCredit }, { id: 101n }),
  overflows_debits_pending: after(
    { flags: T.pending, amount: BALANCE_NEAR_MAX },
    { id: 101n, flags: T.pending, creditAccountId: 3n },
  ),
  overflows_credits_pending: after(
    { flags: T.pending, amount: BALANCE_NEAR_MAX },
    { id: 101n, flags: T.pending, debitAccountId: 3n },
  ),
  overflows_debits_posted: after({ amount: BALANCE_NEAR_MAX }, { id: 101n, creditAccountId: 3n }),
  overflows_credits_posted: after({ amount: BALANCE_NEAR_MAX }, { id: 101n, debitAccountId: 3n }),
  overflows_debits: after({ flags: T.pending, amount: BALANCE_NEAR_MAX }, { id: 101n, creditAccountId: 3n }),
  overflows_credits: after({ flags: T.pending, amount: BALANCE_NEAR_MAX }, { id: 101n, debitAccountId: 3n }),
  overflows_timeout: (bench) => {
    bench.pass(9_223_372_030);
    return bench.transfers({ flags: T.pending, timeout: 0xffff_ffff })[0];
  },
  exceeds_credits: one({ debitAccountId: 6n }),
  exceeds_debits: one({ creditAccountId: 7n }),
};

function accounts(): Bench {
  const bench = ledgerBench();
  const opened = bench.accounts(
    { id: 1n },
    { id: 2n },
    { id: 3n },
    { id: 4n, ledger: 840 },
    { id: 6n, flags: A.debitsMustNotExceedCredits },
    { id: 7n, flags: A.creditsMustNotExceedDebits },
  );
  expect(new Set(opened)).toEqual(new Set(['created']));
  return bench;
}

describe('TigerBeetle create_transfers', () => {
  it.each(CREATE_TRANSFER_STATUSES)('%s', (status) => {
    expect(vectors[status](accounts())).toBe(status);
  });

  it('answers the status of higher precedence first', () => {
    const bench = accounts();
    expect(bench.transfers({ flags: 512 | T.linked, id: 0n })).toEqual(['linked_event_chain_open']);
    expect(bench.transfers({ timestamp: 1n, flags: 512, id: 0n })).toEqual(['timestamp_must_be_zero']);
    expect(bench.transfers({ flags: 512, id: 0n })).toEqual(['reserved_flag']);
    expect(bench.transfers({ id: 0n, debitAccountId: 0n })).toEqual(['id_must_not_be_zero']);
    expect(bench.transfers({ debitAccountId: 0n, creditAccountId: 0n, ledger: 0, code: 0 })).toEqual([
      'debit_account_id_must_not_be_zero',
    ]);
    expect(bench.transfers({ ledger: 0, code: 0, debitAccountId: 9n })).toEqual(['ledger_must_not_be_zero']);
    expect(bench.transfers(transfer({ debitAccountId: 9n, creditAccountId: 8n }))).toEqual([
      'debit_account_not_found',
    ]);
  });
});

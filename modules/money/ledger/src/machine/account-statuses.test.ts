import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX, CREATE_ACCOUNT_STATUSES, type CreateAccountStatus } from '../contract/index.ts';
import { A, type Bench, ledgerBench, T } from './fixtures.ts';

type Vector = (bench: Bench) => CreateAccountStatus | undefined;

const one =
  (fields: object): Vector =>
  (bench) =>
    bench.accounts(fields)[0];
const again =
  (fields: object): Vector =>
  (bench) => {
    expect(bench.accounts({ id: 1n })).toEqual(['created']);
    return bench.accounts({ id: 1n, ...fields })[0];
  };

const vectors: Record<CreateAccountStatus, Vector> = {
  created: one({}),
  linked_event_failed: (bench) => bench.accounts({ flags: A.linked }, { id: 2n, code: 0 })[0],
  linked_event_chain_open: one({ flags: A.linked }),
  imported_event_expected: (bench) => bench.accounts({ flags: A.imported, timestamp: 1n }, { id: 2n })[1],
  imported_event_not_expected: (bench) => bench.accounts({}, { id: 2n, flags: A.imported, timestamp: 1n })[1],
  timestamp_must_be_zero: one({ timestamp: 1n }),
  imported_event_timestamp_out_of_range: one({ flags: A.imported }),
  imported_event_timestamp_must_not_advance: one({ flags: A.imported, timestamp: (1n << 63n) - 1n }),
  reserved_field: one({ reserved: 1 }),
  reserved_flag: one({ flags: 64 }),
  id_must_not_be_zero: one({ id: 0n }),
  id_must_not_be_int_max: one({ id: AMOUNT_MAX }),
  exists_with_different_flags: again({ flags: A.history }),
  exists_with_different_user_data_128: again({ userData128: 1n }),
  exists_with_different_user_data_64: again({ userData64: 1n }),
  exists_with_different_user_data_32: again({ userData32: 1 }),
  exists_with_different_ledger: again({ ledger: 1 }),
  exists_with_different_code: again({ code: 2 }),
  exists: again({}),
  flags_are_mutually_exclusive: one({ flags: A.debitsMustNotExceedCredits | A.creditsMustNotExceedDebits }),
  debits_pending_must_be_zero: one({ debitsPending: 1n }),
  debits_posted_must_be_zero: one({ debitsPosted: 1n }),
  credits_pending_must_be_zero: one({ creditsPending: 1n }),
  credits_posted_must_be_zero: one({ creditsPosted: 1n }),
  ledger_must_not_be_zero: one({ ledger: 0 }),
  code_must_not_be_zero: one({ code: 0 }),
  imported_event_timestamp_must_not_regress: (bench) => {
    expect(bench.accounts({ flags: A.imported, timestamp: 5n })).toEqual(['created']);
    return bench.accounts({ id: 2n, flags: A.imported, timestamp: 5n })[0];
  },
};

describe('TigerBeetle create_accounts', () => {
  it.each(CREATE_ACCOUNT_STATUSES)('%s', (status) => {
    expect(vectors[status](ledgerBench())).toBe(status);
  });

  it('refuses an imported account at the instant of a transfer', () => {
    const bench = ledgerBench();
    bench.accounts(
      { id: 1n, flags: A.imported, timestamp: 1n },
      { id: 2n, flags: A.imported, timestamp: 2n },
    );
    expect(bench.transfers({ flags: T.imported, timestamp: 9n })).toEqual(['created']);
    expect(bench.accounts({ id: 3n, flags: A.imported, timestamp: 9n })).toEqual([
      'imported_event_timestamp_must_not_regress',
    ]);
    expect(bench.accounts({ id: 3n, flags: A.imported, timestamp: 10n })).toEqual(['created']);
  });
});

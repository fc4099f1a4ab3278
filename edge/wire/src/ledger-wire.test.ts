import { AMOUNT_MAX, BATCH_MAX, TRANSFER_FLAGS, type Transfer } from '@tpmall/ledger/contract';
import { InvalidInput } from '@tpmall/platform/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsFromWire } from './ledger-account.ts';
import { accountFilterFromWire, idsFromWire, queryFilterFromWire } from './ledger-filter.ts';
import { resultsToWire, transfersFromWire, transfersToWire } from './ledger-transfer.ts';

const u128 = fc.bigInt({ min: 0n, max: AMOUNT_MAX });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const transfer: fc.Arbitrary<Transfer> = fc.record({
  id: u128,
  debitAccountId: u128,
  creditAccountId: u128,
  amount: u128,
  pendingId: u128,
  userData128: u128,
  userData64: u64,
  userData32: u32,
  timeout: u32,
  ledger: u32,
  code: fc.integer({ min: 0, max: 0xffff }),
  flags: fc.integer({ min: 0, max: 511 }),
  timestamp: u64,
});

function fieldOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidInput) return error.field;
    throw error;
  }
  throw new Error('was not refused');
}

describe('transfers on the wire', () => {
  it('survive a round trip exactly, up to 2^128 − 1', () => {
    fc.assert(
      fc.property(fc.array(transfer, { maxLength: 5 }), (transfers) => {
        expect(transfersFromWire(JSON.parse(transfersToWire(transfers)))).toEqual(transfers);
      }),
    );
  });

  it('take flags by name or by number, and absent fields as zero', () => {
    const byName = transfersFromWire({
      transfers: [{ id: '1', flags: ['linked', 'post_pending_transfer'] }],
    });
    const byNumber = transfersFromWire({ transfers: [{ id: '1', flags: 5 }] });
    expect(byName).toEqual(byNumber);
    expect(byName[0]).toMatchObject({
      flags: TRANSFER_FLAGS.linked | TRANSFER_FLAGS.postPendingTransfer,
      amount: 0n,
      timeout: 0,
    });
  });

  it.each([
    [{ transfers: [{}, { amount: 5 }] }, 'transfers[1].amount'],
    [{ transfers: [{ id: '-1' }] }, 'transfers[0].id'],
    [{ transfers: [{ id: '01' }] }, 'transfers[0].id'],
    [{ transfers: [{ id: '1e3' }] }, 'transfers[0].id'],
    [{ transfers: [{ id: '' }] }, 'transfers[0].id'],
    [{ transfers: [{ id: String(AMOUNT_MAX + 1n) }] }, 'transfers[0].id'],
    [{ transfers: [{ user_data_64: '18446744073709551616' }] }, 'transfers[0].user_data_64'],
    [{ transfers: [{ code: 65_536 }] }, 'transfers[0].code'],
    [{ transfers: [{ code: '1' }] }, 'transfers[0].code'],
    [{ transfers: [{ flags: ['pending', 'nope'] }] }, 'transfers[0].flags'],
    [{ transfers: [{ colour: 1 }] }, 'transfers[0].colour'],
    [{ transfers: [null] }, 'transfers[0]'],
    [{ transfers: 1 }, 'transfers'],
    [{ transfer: [] }, 'transfer'],
    [{}, 'transfers'],
    [{ transfers: Array.from({ length: BATCH_MAX + 1 }, () => ({})) }, 'transfers'],
  ])('are refused by field: %j is wrong in %s', (body, field) => {
    expect(fieldOf(() => transfersFromWire(body))).toBe(field);
  });
});

describe('the other bodies of the ledger', () => {
  it('accounts must be opened with zero balances', () => {
    expect(accountsFromWire({ accounts: [{ id: '7', debits_posted: '0', ledger: 978, code: 1 }] })).toEqual([
      {
        id: 7n,
        userData128: 0n,
        userData64: 0n,
        userData32: 0,
        ledger: 978,
        code: 1,
        flags: 0,
        timestamp: 0n,
      },
    ]);
    expect(fieldOf(() => accountsFromWire({ accounts: [{ id: '7', debits_posted: '1' }] }))).toBe(
      'accounts[0].debits_posted',
    );
  });

  it('ids and filters name what is wrong', () => {
    expect(idsFromWire({ ids: ['1', '2'] })).toEqual([1n, 2n]);
    expect(fieldOf(() => idsFromWire({ ids: ['1', 2] }))).toBe('ids[1]');
    expect(fieldOf(() => queryFilterFromWire({ limit: 0 }))).toBe('limit');
    expect(fieldOf(() => queryFilterFromWire({ account_id: '1' }))).toBe('account_id');
    expect(fieldOf(() => accountFilterFromWire({}))).toBe('account_id');
  });

  it('a filter of an account takes both sides unless it names one', () => {
    expect(accountFilterFromWire({ account_id: '1' })).toMatchObject({ debits: true, credits: true });
    expect(accountFilterFromWire({ account_id: '1', flags: ['debits', 'reversed'] })).toMatchObject({
      debits: true,
      credits: false,
      reversed: true,
    });
  });

  it('results stand one per item and in order', () => {
    const text = resultsToWire([
      { status: 'created', timestamp: 5n },
      { status: 'exists', timestamp: 2n },
    ]);
    expect(JSON.parse(text)).toEqual({
      results: [
        { status: 'created', timestamp: '5' },
        { status: 'exists', timestamp: '2' },
      ],
    });
  });
});

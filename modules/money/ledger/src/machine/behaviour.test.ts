import { describe, expect, it } from 'vitest';
import { AMOUNT_MAX } from '../contract/index.ts';
import { A, account, dump, ledgerBench, resolving, T, transfer } from './fixtures.ts';
import {
  AccountState,
  apply,
  createState,
  KIND,
  nextTimestamp,
  replay,
  replayAccount,
  undo,
} from './index.ts';

function bench() {
  const ledger = ledgerBench();
  ledger.accounts({ id: 1n }, { id: 2n }, { id: 3n }, { id: 4n, flags: A.debitsMustNotExceedCredits });
  return ledger;
}

const post = (amount: bigint, id = 200n) =>
  resolving({ id, pendingId: 100n, amount, flags: T.postPendingTransfer });
const voiding = (id = 201n) => resolving({ id, pendingId: 100n, flags: T.voidPendingTransfer });

describe('two-phase transfers', () => {
  it('hold, then post part and let go of the rest', () => {
    const ledger = bench();
    ledger.transfers({ flags: T.pending, amount: 10n });
    expect([ledger.balances(1n), ledger.balances(2n)]).toEqual(['10/0/0/0', '0/0/10/0']);
    expect(ledger.transfers(post(4n))).toEqual(['created']);
    expect([ledger.balances(1n), ledger.balances(2n)]).toEqual(['0/4/0/0', '0/0/0/4']);
    expect(ledger.transfers(post(4n), post(AMOUNT_MAX), post(5n, 300n))).toEqual([
      'exists',
      'exists_with_different_amount',
      'pending_transfer_already_posted',
    ]);
  });

  it('take what they leave zero from the pending transfer', () => {
    const ledger = bench();
    ledger.transfers({ flags: T.pending, userData128: 5n, userData64: 6n, userData32: 7, code: 8 });
    ledger.transfers({ ...post(AMOUNT_MAX), userData64: 60n });
    expect(ledger.state.known.get(200n)).toMatchObject({
      amount: 10n,
      userData128: 5n,
      userData64: 60n,
      userData32: 7,
      code: 8,
    });
    expect(ledger.transfers(post(AMOUNT_MAX))).toEqual(['exists_with_different_user_data_64']);
  });

  it('expire at their instant, with the batch that comes then or later', () => {
    const ledger = bench();
    ledger.transfers({ flags: T.pending, timeout: 5 }, { id: 101n, flags: T.pending, timeout: 1 });
    ledger.pass(2);
    ledger.transfers();
    expect(ledger.balances(1n)).toBe('10/0/0/0');
    ledger.pass(5);
    expect(ledger.transfers(post(10n), voiding())).toEqual([
      'pending_transfer_expired',
      'pending_transfer_expired',
    ]);
    expect(ledger.balances(1n)).toBe('0/0/0/0');
    expect(ledger.state.openPendings).toBe(0);
  });

  it('post of amount zero and pending of amount zero are allowed', () => {
    const ledger = bench();
    expect(ledger.transfers({ flags: T.pending, amount: 0n }, post(0n))).toEqual(['created', 'created']);
    expect(ledger.transfers({ id: 5n, amount: 0n })).toEqual(['created']);
  });
});

describe('linked chains', () => {
  it('fail as a whole and leave nothing but the used-up id', () => {
    const ledger = bench();
    const before = ledger.balances(1n);
    expect(
      ledger.transfers(
        { id: 10n, flags: T.linked },
        { id: 11n, flags: T.linked, debitAccountId: 99n },
        { id: 12n },
        { id: 13n },
      ),
    ).toEqual(['linked_event_failed', 'debit_account_not_found', 'linked_event_failed', 'created']);
    expect(before).toBe('0/0/0/0');
    expect(ledger.balances(1n)).toBe('0/10/0/0');
    expect(ledger.transfers({ id: 10n }, { id: 11n }, { id: 12n })).toEqual([
      'created',
      'id_already_failed',
      'created',
    ]);
  });

  it('see what their earlier items did', () => {
    const ledger = bench();
    expect(
      ledger.transfers(
        { id: 10n, creditAccountId: 4n, flags: T.linked },
        { id: 11n, debitAccountId: 4n, creditAccountId: 2n, flags: T.linked },
        { id: 12n, debitAccountId: 4n, creditAccountId: 2n, amount: 0n },
      ),
    ).toEqual(['created', 'created', 'created']);
  });
});

describe('balancing, limits and closing', () => {
  it('balance up to the limit and no further', () => {
    const ledger = bench();
    ledger.transfers({ id: 10n, creditAccountId: 4n, amount: 30n });
    const drain = { debitAccountId: 4n, creditAccountId: 2n, flags: T.balancingDebit, amount: AMOUNT_MAX };
    expect(ledger.transfers({ id: 11n, ...drain }, { id: 11n, ...drain }, { id: 12n, ...drain })).toEqual([
      'created',
      'exists',
      'created',
    ]);
    expect(ledger.balances(4n)).toBe('0/30/0/30');
    expect(ledger.transfers({ id: 11n, ...drain, amount: 29n })).toEqual(['exists_with_different_amount']);
  });

  it('balance the credit side', () => {
    const ledger = bench();
    ledger.transfers({ id: 10n, debitAccountId: 3n, amount: 7n });
    ledger.transfers({ id: 11n, creditAccountId: 3n, flags: T.balancingCredit, amount: 100n });
    expect(ledger.balances(3n)).toBe('0/7/0/7');
  });

  it('count pending debits against the limit', () => {
    const ledger = bench();
    ledger.transfers({ id: 10n, creditAccountId: 4n, amount: 10n });
    const spend = { debitAccountId: 4n, creditAccountId: 2n };
    expect(ledger.transfers({ id: 11n, ...spend, amount: 6n, flags: T.pending })).toEqual(['created']);
    expect(ledger.transfers({ id: 12n, ...spend, amount: 5n })).toEqual(['exceeds_credits']);
    expect(ledger.transfers({ id: 13n, ...spend, amount: 4n })).toEqual(['created']);
  });

  it('close with a pending transfer and open again when it is voided', () => {
    const ledger = bench();
    ledger.transfers({ id: 50n, flags: T.pending });
    ledger.transfers({ flags: T.pending | T.closingDebit | T.closingCredit, amount: 0n });
    expect(
      ledger.transfers({ id: 51n }, resolving({ id: 52n, pendingId: 50n, flags: T.postPendingTransfer })),
    ).toEqual(['debit_account_already_closed', 'debit_account_already_closed']);
    expect(
      ledger.transfers(resolving({ id: 53n, pendingId: 50n, flags: T.voidPendingTransfer }), voiding()),
    ).toEqual(['created', 'created']);
    expect(ledger.transfers({ id: 54n })).toEqual(['created']);
  });
});

describe('undo and replay', () => {
  const story = () => {
    const ledger = bench();
    ledger.transfers({ flags: T.pending, timeout: 3 }, { id: 101n, flags: T.pending }, { id: 102n });
    ledger.pass(5);
    return ledger;
  };
  const batch = [
    transfer({ id: 300n }),
    transfer({ id: 301n, flags: T.pending | T.closingDebit, debitAccountId: 3n }),
    transfer({ id: 302n, debitAccountId: 3n }),
    transfer({ id: 303n, flags: T.pending, timeout: 9 }),
    transfer({ id: 304n, flags: T.linked }),
    transfer({ id: 305n, code: 0 }),
    resolving({ id: 306n, pendingId: 101n, amount: 3n, flags: T.postPendingTransfer }),
    resolving({ id: 307n, pendingId: 301n, flags: T.voidPendingTransfer }),
  ];

  it('undo brings every balance, flag, id and counter back, and the batch can be applied again', () => {
    const { state, now } = story();
    const before = dump(state);
    const first = apply(
      state,
      { kind: 'transfers', transfers: batch },
      nextTimestamp(state, now(), batch.length),
    );
    const done = dump(state);
    expect(first.entries[0]?.kind).toBe(KIND.expiry);
    undo(state, { ...first, entries: [...first.entries] });
    expect(dump(state)).toBe(before);
    const second = apply(
      state,
      { kind: 'transfers', transfers: batch },
      nextTimestamp(state, now(), batch.length),
    );
    expect(second.results).toEqual(first.results);
    expect(dump(state)).toBe(done);
    const opened = apply(
      state,
      { kind: 'accounts', accounts: [account({ id: 77n })], owner: 'payments' },
      nextTimestamp(state, now(), 1),
    );
    undo(state, opened);
    expect(dump(state)).toBe(done);
  });

  it('replaying the entries gives the same state', () => {
    const log: Parameters<typeof replay>[1][] = [];
    const copy = createState();
    const state = createState();
    const accounts = [account({ id: 1n }), account({ id: 2n }), account({ id: 3n })];
    for (const opened of apply(state, { kind: 'accounts', accounts, owner: 'operator' }, 1_000n).accounts) {
      replayAccount(copy, new AccountState(opened, 'operator', opened.timestamp));
    }
    const again = structuredCopy(batch);
    log.push(...apply(state, { kind: 'transfers', transfers: again }, 2_000n).entries);
    log.push(...apply(state, { kind: 'transfers', transfers: [] }, 20_000_000_000n).entries);
    const copied = new Map<unknown, unknown>();
    for (const entry of log) replay(copy, relink(copy, entry, copied));
    expect(dump(copy)).toBe(dump(state));
  });
});

type Entry = Parameters<typeof replay>[1];

/** The entry as recovery builds it from a row: pointing at the copy's accounts and pending transfers. */
function relink(copy: ReturnType<typeof createState>, entry: Entry, copied: Map<unknown, unknown>): Entry {
  if (entry.kind === KIND.refusal) return entry;
  if (entry.kind === KIND.expiry)
    return { ...entry, pending: copied.get(entry.pending) as typeof entry.pending };
  const debit = copy.accounts.get(entry.debit.id);
  const credit = copy.accounts.get(entry.credit.id);
  if (!debit || !credit) throw new Error('no account');
  const pending = entry.pending ? (copied.get(entry.pending) as typeof entry.pending) : null;
  const made = { ...entry, debit, credit, pending, resolution: 0 };
  copied.set(entry, made);
  return made;
}

function structuredCopy<T>(items: readonly T[]): T[] {
  return items.map((item) => ({ ...item }));
}

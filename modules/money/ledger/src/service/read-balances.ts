import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { ACCOUNT_FLAGS, type BalanceAt, type TrialBalance, type TrialBalanceRow } from '../contract/index.ts';
import type { AccountState } from '../machine/index.ts';
import { addSums, balancesOfAccountAt, type Sums, sumLog } from '../store/balance-queries.ts';
import type { LedgerDeps } from './deps.ts';

/** Balances of accounts at an instant: from their history where they keep one, else added up from the log. */
export async function balancesAt(
  { db, writer }: LedgerDeps,
  context: CallContext,
  { ids, timestamp }: { readonly ids: readonly bigint[]; readonly timestamp: bigint },
): Promise<Result<readonly BalanceAt[], 'unavailable'>> {
  const known = await writer.read(context.deadlineAt, (state) =>
    ids.flatMap((id) => {
      const account = state.accounts.get(id);
      return account && account.timestamp <= timestamp ? [{ id, flags: account.flags }] : [];
    }),
  );
  if (!known.ok) return known;
  const found: BalanceAt[] = [];
  for (const { id, flags } of known.value) {
    const keepsHistory = (flags & ACCOUNT_FLAGS.history) !== 0;
    found.push({ ...(await balancesOfAccountAt(db, id, keepsHistory, timestamp)), accountId: id, timestamp });
  }
  return ok(found);
}

/**
 * The trial balance, from the state, or from the log where an instant is given; of an instant to come, as it
 * is now.
 */
export async function trialBalance(
  { db, writer }: LedgerDeps,
  context: CallContext,
  { at }: { readonly at?: bigint },
): Promise<Result<TrialBalance, 'unavailable'>> {
  const now = await writer.read(context.deadlineAt, (state, position) => ({
    position,
    timestamp: state.lastTimestamp,
    // With an instant only the accounts are wanted; copying the balances costs no more.
    accounts: state.opened.map((account) => ({ ...placeOf(account), ...sumsOf(account) })),
  }));
  if (!now.ok) return now;
  const { position, timestamp, accounts } = now.value;
  if (at === undefined) return ok(summarise(timestamp, accounts));
  const sums = await sumLog(db, position, at);
  const then = accounts
    .filter((account) => account.opened <= at)
    .map((account) => ({ ...account, ...(sums.get(account.id) ?? NOTHING) }));
  // What is yet to come may change it: it is the balance as of the last event.
  return ok(summarise(at < timestamp ? at : timestamp, then));
}

const NOTHING: Sums = { debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n };

function placeOf(account: AccountState) {
  return { id: account.id, ledger: account.ledger, code: account.code, opened: account.timestamp };
}

function sumsOf(account: AccountState): Sums {
  const { debitsPending, debitsPosted, creditsPending, creditsPosted } = account;
  return { debitsPending, debitsPosted, creditsPending, creditsPosted };
}

type Placed = Sums & { readonly ledger: number; readonly code: number };

function summarise(timestamp: bigint, accounts: readonly Placed[]): TrialBalance {
  const rows = [...group(accounts, (account) => `${account.ledger}/${account.code}`)].sort(byPlace);
  const totals = [...group(rows, (row) => String(row.ledger))].map((group) => {
    const { code: _, ...total } = group;
    const accountsOfLedger = rows
      .filter((row) => row.ledger === total.ledger)
      .reduce((sum, row) => sum + row.accounts, 0);
    const balanced =
      total.debitsPosted === total.creditsPosted && total.debitsPending === total.creditsPending;
    return { ...total, accounts: accountsOfLedger, balanced };
  });
  return { timestamp, rows, totals };
}

function group(items: readonly Placed[], keyOf: (item: Placed) => string): TrialBalanceRow[] {
  const groups = new Map<string, TrialBalanceRow>();
  for (const item of items) {
    const key = keyOf(item);
    const { ledger, code } = item;
    const before = groups.get(key) ?? { ledger, code, accounts: 0, ...NOTHING };
    groups.set(key, { ledger, code, accounts: before.accounts + 1, ...addSums(before, item) });
  }
  return [...groups.values()];
}

function byPlace(a: TrialBalanceRow, b: TrialBalanceRow): number {
  return a.ledger - b.ledger || a.code - b.code;
}

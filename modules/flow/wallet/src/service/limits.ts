import { err, type Result } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import { type Counted, openCurrency, readLimitUse } from '../store/limits.ts';
import { type Behalf, type WalletDeps } from './deps.ts';
import { openAccounts } from './ledger.ts';

/** What the limits of a wallet can refuse. */
export type LimitCode = 'currency_not_offered' | 'limit_exceeded' | 'unavailable';

/** Wallets and currencies remembered as open; beyond it all are asked for again, which is harmless. */
const OPEN_MAX = 100_000;
const open = new WeakMap<WalletDeps['db'], Set<string>>();

/**
 * Sees to it that a wallet can take a currency: the ledger has its account, and the limits their row.
 *
 * @returns undefined where all is well
 */
export async function ensureCurrency(
  deps: WalletDeps,
  behalf: Behalf,
  wallet: string,
  currency: string,
): Promise<Result<never, LimitCode> | undefined> {
  const known = open.get(deps.db) ?? new Set();
  open.set(deps.db, known);
  const key = `${wallet} ${currency}`;
  if (known.has(key)) return undefined;
  const now = deps.clock.now();
  if (!(await readLimitUse(deps.db, wallet, currency, now))) return notOffered(currency);
  if (!(await openAccounts(deps, behalf, wallet, currency))) {
    return err('unavailable', 'the ledger cannot be asked now; try again');
  }
  await openCurrency(deps.db, wallet, currency, now);
  if (known.size > OPEN_MAX) known.clear();
  known.add(key);
  return undefined;
}

function notOffered(currency: string): Result<never, 'currency_not_offered'> {
  return err('currency_not_offered', `wallets of this tier hold no ${currency.toUpperCase()}`, {
    field: 'currency',
  });
}

/**
 * Why nothing was reserved. Read right after the refusal, so that where others have let go in between the
 * caller is asked to try again.
 */
export async function explainLimits(
  tx: Queryable,
  counted: Counted,
): Promise<Result<never, LimitCode | 'insufficient_funds'>> {
  const against = await limitAgainst(tx, counted);
  return against ?? err('unavailable', 'the limits of this wallet are just changing; try again');
}

/** The first limit that speaks against something now, with what is left of it. */
export async function limitAgainst(
  tx: Queryable,
  counted: Counted,
): Promise<Result<never, LimitCode | 'insufficient_funds'> | undefined> {
  const { wallet, currency, at, out = 0n, in: incoming = 0n, transaction = 0n } = counted;
  const use = await readLimitUse(tx, wallet, currency, at);
  if (!use) return notOffered(currency);
  const { limit } = use;
  const caps = [
    { name: 'transaction', asked: transaction, max: limit.transactionMax, used: 0n },
    { name: 'day', asked: out, max: limit.dayMax, used: use.dayUsed },
    { name: 'month', asked: out, max: limit.monthMax, used: use.monthUsed },
    { name: 'year', asked: out, max: limit.yearMax, used: use.yearUsed },
    { name: 'balance', asked: incoming, max: limit.balanceMax, used: use.balanceBound },
  ];
  for (const { name, asked, max, used } of caps) {
    if (max === null || asked === 0n || used + asked <= max) continue;
    const left = max > used ? max - used : 0n;
    return err('limit_exceeded', `the limit per ${name} of this wallet leaves less than was asked for`, {
      field: 'amount',
      detail: { limit: name, maximum: max.toString(), left: left.toString(), currency },
    });
  }
  if (out > 0n && !use.opened) {
    // Nothing ever came into it, so that the ledger need not be asked.
    const detail = { currency, missing: out.toString(), available: '0' };
    return err('insufficient_funds', 'the balance of this wallet is too small', { field: 'amount', detail });
  }
  return undefined;
}

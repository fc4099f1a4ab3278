import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { LimitUse, Wallet, WalletBalance } from '../contract/index.ts';
import { currenciesOf, readLimitUse } from '../store/limits.ts';
import { findWallet, findWalletOf } from '../store/wallets.ts';
import type { WalletDeps } from './deps.ts';
import { readBalance } from './ledger.ts';
import { missingWallet } from './open-wallet.ts';

/** A wallet by its id, or a person's. */
export async function showWallet(
  { db }: WalletDeps,
  { tenant }: CallContext,
  input: { readonly id: string } | { readonly person: string },
): Promise<Result<Wallet, 'not_found'>> {
  const isById = 'id' in input;
  const wallet = isById
    ? await findWallet(db, tenant, input.id)
    : await findWalletOf(db, tenant, input.person);
  if (wallet) return ok(wallet);
  if (isById) return missingWallet(input.id);
  return err('not_found', `${input.person} has no wallet`, { field: 'person' });
}

/** What is in a wallet, by currency, as the ledger has it. */
export async function readBalances(
  deps: WalletDeps,
  context: CallContext,
  { wallet }: { readonly wallet: string },
): Promise<Result<readonly WalletBalance[], 'not_found' | 'unavailable'>> {
  if (!(await findWallet(deps.db, context.tenant, wallet))) return missingWallet(wallet);
  const currencies = await currenciesOf(deps.db, wallet);
  const balances = await readBalance(deps, context, wallet, currencies);
  if (!balances) return err('unavailable', 'balances cannot be read now');
  return ok([...balances].map(([currency, balance]) => ({ currency, ...balance })));
}

/** What limits a wallet in a currency, and how much of it is used. */
export async function readLimits(
  deps: WalletDeps,
  context: CallContext,
  { wallet, currency }: { readonly wallet: string; readonly currency: string },
): Promise<Result<LimitUse, 'not_found' | 'currency_not_offered'>> {
  if (!(await findWallet(deps.db, context.tenant, wallet))) return missingWallet(wallet);
  const use = await readLimitUse(deps.db, wallet, currency, deps.clock.now());
  if (use) {
    const { opened: _opened, ...shown } = use;
    return ok(shown);
  }
  return err('currency_not_offered', `wallets of this tier hold no ${currency}`, { field: 'currency' });
}

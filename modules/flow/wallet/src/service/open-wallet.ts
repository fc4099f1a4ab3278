import { assert, base32, err, hash128, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Wallet } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { findWalletOf, insertWallet } from '../store/wallets.ts';
import { readContext, type WalletDeps } from './deps.ts';

/** Opens a person's wallet, or answers the one there is. Its id derives from whose it is. */
export async function openWallet(
  deps: WalletDeps,
  context: CallContext,
  { person }: { readonly person: string },
): Promise<Result<Wallet, 'person_not_found' | 'unavailable'>> {
  const there = await findWalletOf(deps.db, context.tenant, person);
  if (there) return ok(there);
  const found = await deps.ports.identity.findPerson(readContext(context), { id: person });
  if (!found.ok) {
    return found.error.code === 'not_found'
      ? err('person_not_found', `there is no person ${person}`, { field: 'person' })
      : err('unavailable', `people cannot be looked up now: ${found.error.message}`);
  }
  return ok(await makeWallet(deps, context.tenant, person));
}

/** The wallet of a person who is known to exist; opens it where there is none yet. */
export async function makeWallet(deps: WalletDeps, tenant: string, person: string): Promise<Wallet> {
  const now = deps.clock.now();
  const wallet: Wallet = {
    id: `wal_${base32(hash128('wallet', tenant, person))}`,
    tenant,
    person,
    tier: deps.config.firstTier,
    status: 'active',
    createdAt: now,
  };
  await deps.db.transaction(async (tx) => {
    if (await insertWallet(tx, wallet)) await tell(tx, 'wallet.opened', wallet, now);
  });
  const stored = await findWalletOf(deps.db, tenant, person);
  assert(stored, 'a wallet that was opened is there');
  return stored;
}

/** There is no such wallet of this tenant. */
export function missingWallet(id: string): Result<never, 'not_found'> {
  return err('not_found', `No such wallet: '${id}'`, { field: 'wallet' });
}

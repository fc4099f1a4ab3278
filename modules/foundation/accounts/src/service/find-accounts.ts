import { type Clock, type Micros, SECOND } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { PartyAccount } from '../contract/index.ts';
import { findAccountsById } from '../store/accounts.ts';

/** How long a change in another process may go unnoticed on the payment path. */
const TIME_TO_LIVE = 5 * SECOND;
/** Accounts kept; the one read longest ago leaves first. */
const CAPACITY = 10_000;

/**
 * Finds several accounts of a tenant at once; those that do not exist are left out, the order is that of the
 * ids.
 */
export type FindAccounts = (tenant: string, ids: readonly string[]) => Promise<PartyAccount[]>;

/** Creates the lookup with its memory: it is on the path of every payment, and accounts change rarely. */
export function createFindAccounts(db: Database, clock: Clock): FindAccounts {
  const known = new Map<string, { account: PartyAccount; until: Micros }>();

  const fresh = (tenant: string, id: string, now: Micros): PartyAccount | undefined => {
    const entry = known.get(id);
    return entry && entry.until > now && entry.account.tenant === tenant ? entry.account : undefined;
  };
  return async (tenant, ids) => {
    const now = clock.now();
    const found = new Map<string, PartyAccount>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const account = fresh(tenant, id, now);
      if (account) found.set(id, account);
      else missing.push(id);
    }
    for (const account of missing.length > 0 ? await findAccountsById(db, tenant, missing) : []) {
      const oldest = known.keys().next().value;
      if (known.size >= CAPACITY && oldest !== undefined) known.delete(oldest);
      known.delete(account.id);
      known.set(account.id, { account, until: now + TIME_TO_LIVE });
      found.set(account.id, account);
    }
    return [...new Set(ids)].flatMap((id) => found.get(id) ?? []);
  };
}

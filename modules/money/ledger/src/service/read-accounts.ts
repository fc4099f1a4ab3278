import type { Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Account, QueryFilter } from '../contract/index.ts';
import type { AccountState, State } from '../machine/index.ts';
import type { LedgerDeps } from './deps.ts';

/** Accounts by id, in the order asked for. */
export function lookupAccounts(
  { writer }: LedgerDeps,
  context: CallContext,
  { ids }: { readonly ids: readonly bigint[] },
): Promise<Result<readonly Account[], 'unavailable'>> {
  return writer.read(context.deadlineAt, (state) =>
    ids.flatMap((id) => {
      const account = state.accounts.get(id);
      return account ? [accountOf(account)] : [];
    }),
  );
}

/** Accounts by their data; they are all in memory, so this looks at each. */
export function queryAccounts(
  { writer }: LedgerDeps,
  context: CallContext,
  filter: QueryFilter,
): Promise<Result<readonly Account[], 'unavailable'>> {
  return writer.read(context.deadlineAt, (state) => select(state, filter));
}

function select(state: State, filter: QueryFilter): Account[] {
  const found: Account[] = [];
  const accounts = filter.reversed ? state.opened.toReversed() : state.opened;
  for (const account of accounts) {
    if (!matches(account, filter)) continue;
    found.push(accountOf(account));
    if (found.length === filter.limit) break;
  }
  return found;
}

function matches(account: AccountState, filter: QueryFilter): boolean {
  return (
    (filter.userData128 === 0n || account.userData128 === filter.userData128) &&
    (filter.userData64 === 0n || account.userData64 === filter.userData64) &&
    (filter.userData32 === 0 || account.userData32 === filter.userData32) &&
    (filter.ledger === 0 || account.ledger === filter.ledger) &&
    (filter.code === 0 || account.code === filter.code) &&
    account.timestamp >= filter.timestampMin &&
    (filter.timestampMax === 0n || account.timestamp <= filter.timestampMax)
  );
}

function accountOf(account: AccountState): Account {
  return {
    id: account.id,
    userData128: account.userData128,
    userData64: account.userData64,
    userData32: account.userData32,
    ledger: account.ledger,
    code: account.code,
    flags: account.flags,
    timestamp: account.timestamp,
    debitsPending: account.debitsPending,
    debitsPosted: account.debitsPosted,
    creditsPending: account.creditsPending,
    creditsPosted: account.creditsPosted,
    owner: account.owner,
  };
}

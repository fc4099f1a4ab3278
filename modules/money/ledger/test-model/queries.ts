import {
  ACCOUNT_FLAGS,
  type Account,
  type AccountBalance,
  type AccountFilter,
  BATCH_MAX,
  type QueryFilter,
  TRANSFER_FLAGS,
  type Transfer,
} from '../src/contract/types.ts';
import { findAccount, findTransfer, has, INT_MAX, TIMESTAMP_MAX, type World } from './world.ts';

/** Transfers of one account (`get_account_transfers`); nothing when the filter breaks a constraint. */
export function accountTransfers(world: World, filter: AccountFilter): Transfer[] {
  if (filter.accountId === 0n || filter.accountId === INT_MAX || !(filter.debits || filter.credits))
    return [];
  const transfers = world.transfers
    .map((entry) => entry.transfer)
    .filter(
      (transfer) =>
        (filter.debits && transfer.debitAccountId === filter.accountId) ||
        (filter.credits && transfer.creditAccountId === filter.accountId),
    );
  return page(transfers, { ...filter, ledger: 0 });
}

/** Balances of one account after each of its transfers (`get_account_balances`); time-outs leave no trace. */
export function accountBalances(world: World, filter: AccountFilter): AccountBalance[] {
  const account = findAccount(world, filter.accountId);
  if (!account || !has(account.flags, ACCOUNT_FLAGS.history)) return [];
  return accountTransfers(world, filter).map((transfer) => {
    const entry = world.history.find(
      (item) => item.accountId === filter.accountId && item.balance.timestamp === transfer.timestamp,
    );
    return (entry as World['history'][number]).balance;
  });
}

/**
 * Balances of one account after each of its events, expiries included: more than the reference's
 * {@link accountBalances} has, which leaves out time-outs.
 */
export function accountEvents(world: World, filter: AccountFilter): AccountBalance[] {
  const account = findAccount(world, filter.accountId);
  if (!account || !has(account.flags, ACCOUNT_FLAGS.history)) return [];
  const expiries = world.expiries.flatMap(({ debit, credit, timestamp }) =>
    [debit, credit]
      .filter((side) => side.id === filter.accountId)
      .map(({ debitsPending, debitsPosted, creditsPending, creditsPosted }) => ({
        ...{ debitsPending, debitsPosted, creditsPending, creditsPosted, timestamp },
      })),
  );
  const events = world.history
    .filter((item) => item.accountId === filter.accountId)
    .map((item) => item.balance)
    .concat(expiries)
    .filter(({ timestamp }) => timestamp >= filter.timestampMin)
    .filter(({ timestamp }) => filter.timestampMax === 0n || timestamp <= filter.timestampMax)
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  if (filter.reversed) events.reverse();
  return events.slice(0, filter.limit);
}

/** Balances of one account after everything up to and including an instant, added up from the beginning. */
export function balancesAt(world: World, id: bigint, instant: bigint): Omit<AccountBalance, 'timestamp'> {
  const sums = { debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n };
  const add = (transfer: Transfer, field: 'Pending' | 'Posted', amount: bigint): void => {
    if (transfer.debitAccountId === id) sums[`debits${field}`] += amount;
    if (transfer.creditAccountId === id) sums[`credits${field}`] += amount;
  };
  for (const { transfer } of world.transfers.filter((entry) => entry.transfer.timestamp <= instant)) {
    const resolved = findTransfer(world, transfer.pendingId)?.transfer;
    if (resolved) add(resolved, 'Pending', -resolved.amount);
    if (has(transfer.flags, TRANSFER_FLAGS.pending)) add(transfer, 'Pending', transfer.amount);
    else if (!has(transfer.flags, TRANSFER_FLAGS.voidPendingTransfer))
      add(transfer, 'Posted', transfer.amount);
  }
  for (const { pending } of world.expiries.filter((expiry) => expiry.timestamp <= instant)) {
    add(pending, 'Pending', -pending.amount);
  }
  return sums;
}

/** Accounts by their data and time (`query_accounts`). */
export function queryAccounts(world: World, filter: QueryFilter): Account[] {
  return page(world.accounts, filter);
}

/** Transfers by their data and time (`query_transfers`). */
export function queryTransfers(world: World, filter: QueryFilter): Transfer[] {
  return page(
    world.transfers.map((entry) => entry.transfer),
    filter,
  );
}

function page<Item extends Account | Transfer>(items: readonly Item[], filter: QueryFilter): Item[] {
  if (filter.limit === 0) return [];
  if (filter.timestampMin > TIMESTAMP_MAX || filter.timestampMax > TIMESTAMP_MAX) return [];
  if (filter.timestampMax !== 0n && filter.timestampMin > filter.timestampMax) return [];
  const found = items
    .filter((item) => filter.userData128 === 0n || item.userData128 === filter.userData128)
    .filter((item) => filter.userData64 === 0n || item.userData64 === filter.userData64)
    .filter((item) => filter.userData32 === 0 || item.userData32 === filter.userData32)
    .filter((item) => filter.ledger === 0 || item.ledger === filter.ledger)
    .filter((item) => filter.code === 0 || item.code === filter.code)
    .filter((item) => item.timestamp >= filter.timestampMin)
    .filter((item) => filter.timestampMax === 0n || item.timestamp <= filter.timestampMax)
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  if (filter.reversed) found.reverse();
  return found.slice(0, Math.min(filter.limit, BATCH_MAX));
}

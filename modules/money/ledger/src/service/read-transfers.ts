import { ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { AccountBalance, AccountFilter, QueryFilter, Transfer } from '../contract/index.ts';
import { KIND } from '../machine/index.ts';
import { findHistory, historyOfEvents } from '../store/balance-queries.ts';
import { transferFromRow } from '../store/entry-from-row.ts';
import { fromUuid, readByIds } from '../store/log-store.ts';
import { findAccountTransfers, findTransfers } from '../store/transfer-queries.ts';
import type { LedgerDeps } from './deps.ts';

/** Transfers by id, in the order asked for. Whatever was acknowledged is in the log, so this reads there. */
export async function lookupTransfers(
  { db }: LedgerDeps,
  ids: readonly bigint[],
): Promise<Result<readonly Transfer[], never>> {
  const rows = await readByIds(db, ids);
  const found = new Map(
    rows.filter((row) => row.kind !== KIND.refusal).map((row) => [fromUuid(row.id), transferFromRow(row)]),
  );
  return ok(ids.flatMap((id) => found.get(id) ?? []));
}

/** Transfers by their data. */
export async function queryTransfers(
  deps: LedgerDeps,
  context: CallContext,
  filter: QueryFilter,
): Promise<Result<readonly Transfer[], 'unavailable'>> {
  const end = await endOfLog(deps, context);
  return end.ok ? ok(await findTransfers(deps.db, filter, end.value)) : end;
}

/** Transfers of one account. */
export async function accountTransfers(
  deps: LedgerDeps,
  context: CallContext,
  filter: AccountFilter,
): Promise<Result<readonly Transfer[], 'unavailable'>> {
  const end = await endOfLog(deps, context);
  return end.ok ? ok(await findAccountTransfers(deps.db, filter, end.value)) : end;
}

/**
 * Balances of an account that keeps its history, after each of its events; where the filter selects by more
 * than time, after each transfer that it selects.
 */
export async function accountHistory(
  deps: LedgerDeps,
  context: CallContext,
  filter: AccountFilter,
): Promise<Result<readonly AccountBalance[], 'unavailable'>> {
  const isByTimeOnly =
    filter.debits &&
    filter.credits &&
    filter.code === 0 &&
    filter.userData128 === 0n &&
    filter.userData64 === 0n &&
    filter.userData32 === 0;
  if (isByTimeOnly) return ok(await findHistory(deps.db, filter));
  const transfers = await accountTransfers(deps, context, filter);
  if (!transfers.ok) return transfers;
  const timestamps = transfers.value.map((transfer) => transfer.timestamp);
  const balances = await historyOfEvents(deps.db, filter.accountId, timestamps);
  return ok(filter.reversed ? balances.reverse() : balances);
}

/** The last committed position: everything acknowledged so far is at or before it. */
function endOfLog({ writer }: LedgerDeps, context: CallContext): Promise<Result<bigint, 'unavailable'>> {
  return writer.read(context.deadlineAt, (_state, position) => position);
}

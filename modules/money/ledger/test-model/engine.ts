import type {
  Account,
  AccountBalance,
  AccountFilter,
  EventResult,
  NewAccount,
  NewTransfer,
  QueryFilter,
  Transfer,
} from '../src/contract/types.ts';
import { createModel } from './model.ts';
import { accountBalances, accountTransfers, queryAccounts, queryTransfers } from './queries.ts';
import type { AccountStatus, TransferStatus } from './statuses.ts';
import { findAccount, findTransfer, type PendingState } from './world.ts';

/** What the model and the machine have in common, so that the same examples run on both. */
export interface Engine {
  readonly name: string;
  /**
   * Expires what is due before the first event, then opens accounts; `timestamp` is the instant of the last
   * event.
   */
  createAccounts(events: readonly NewAccount[], timestamp: bigint): readonly EventResult<AccountStatus>[];
  /**
   * Expires what is due before the first event, then makes transfers; `timestamp` is the instant of the last
   * event.
   */
  createTransfers(events: readonly NewTransfer[], timestamp: bigint): readonly EventResult<TransferStatus>[];
  account(id: bigint): Account | undefined;
  transfer(id: bigint): Transfer | undefined;
  pendingState(id: bigint): PendingState | undefined;
}

/** The queries of an engine that keeps everything in memory. */
export interface QueryEngine extends Engine {
  accountTransfers(filter: AccountFilter): readonly Transfer[];
  accountBalances(filter: AccountFilter): readonly AccountBalance[];
  queryAccounts(filter: QueryFilter): readonly Account[];
  queryTransfers(filter: QueryFilter): readonly Transfer[];
}

/** The owner of every account in these tests. */
export const OWNER = 'operator';

/** The model as an engine. */
export function modelEngine(): QueryEngine {
  const model = createModel();
  const { world } = model;
  return {
    name: 'model',
    createAccounts: (events, timestamp) => {
      model.expire(timestamp - BigInt(events.length) + 1n);
      return model.createAccounts(events, timestamp, OWNER);
    },
    createTransfers: (events, timestamp) => {
      model.expire(timestamp - BigInt(events.length) + 1n);
      return model.createTransfers(events, timestamp);
    },
    account: (id) => findAccount(world, id),
    transfer: (id) => findTransfer(world, id)?.transfer,
    pendingState: (id) => findTransfer(world, id)?.state,
    accountTransfers: (filter) => accountTransfers(world, filter),
    accountBalances: (filter) => accountBalances(world, filter),
    queryAccounts: (filter) => queryAccounts(world, filter),
    queryTransfers: (filter) => queryTransfers(world, filter),
  };
}

import {
  ACCOUNT_FLAGS,
  type Account,
  type EventResult,
  type NewAccount,
  type NewTransfer,
  TRANSFER_FLAGS,
  type Transfer,
} from '../src/contract/types.ts';
import { createAccount } from './account-rules.ts';
import { release } from './post-or-void.ts';
import { type AccountStatus, TRANSIENT_STATUSES, type TransferStatus } from './statuses.ts';
import { createTransfer } from './transfer-rules.ts';
import {
  deadline,
  emptyWorld,
  findAccount,
  findTransfer,
  has,
  replaceAccount,
  settlePending,
  TIMESTAMP_MAX,
  type World,
} from './world.ts';

/** A ledger that is too simple to be wrong in a clever way: TigerBeetle's reference, sentence by sentence. */
export interface Model {
  /** The lists themselves, for queries and comparison. */
  readonly world: World;
  /**
   * Opens accounts. `timestamp` is the instant of the last event; each event before it is one nanosecond
   * earlier.
   */
  createAccounts(
    events: readonly NewAccount[],
    timestamp: bigint,
    owner: string,
  ): EventResult<AccountStatus>[];
  /** Makes transfers; for `timestamp` see {@link Model.createAccounts}. Expires nothing by itself. */
  createTransfers(events: readonly NewTransfer[], timestamp: bigint): EventResult<TransferStatus>[];
  /**
   * Expires what is due, in the order of expiry, then of creation; answers what expired. The expiries take
   * the instants just before `first`, which is the first event of the batch that follows, and none of them
   * may take one that lies before its own expiry: what is due only in that narrow gap waits for the next
   * batch.
   */
  expire(first: bigint): Transfer[];
}

interface Rules<Event extends { id: bigint; flags: number; timestamp: bigint }, Status extends string> {
  readonly linked: number;
  readonly imported: number;
  readonly judge: (world: World, event: Event, now: bigint) => Status | BatchStatus;
  readonly existing: (world: World, id: bigint) => bigint | undefined;
}

type BatchStatus =
  | 'created'
  | 'exists'
  | 'linked_event_failed'
  | 'linked_event_chain_open'
  | 'imported_event_expected'
  | 'imported_event_not_expected'
  | 'timestamp_must_be_zero'
  | 'imported_event_timestamp_out_of_range'
  | 'imported_event_timestamp_must_not_advance';

/** A model of an empty ledger. */
export function createModel(): Model {
  const world = emptyWorld();
  return {
    world,
    createAccounts: (events, timestamp, owner) =>
      runBatch<NewAccount, AccountStatus>(world, events, timestamp, {
        linked: ACCOUNT_FLAGS.linked,
        imported: ACCOUNT_FLAGS.imported,
        judge: (current, event, now) => createAccount(current, event, now, owner),
        existing: (current, id) => findAccount(current, id)?.timestamp,
      }),
    createTransfers: (events, timestamp) =>
      runBatch<NewTransfer, TransferStatus>(world, events, timestamp, {
        linked: TRANSFER_FLAGS.linked,
        imported: TRANSFER_FLAGS.imported,
        judge: createTransfer,
        existing: (current, id) => findTransfer(current, id)?.transfer.timestamp,
      }),
    expire: (first) => expireDue(world, first),
  };
}

/** Cuts a batch into chains; each chain happens whole or not at all. */
function runBatch<Event extends NewAccount | NewTransfer, Status extends string>(
  world: World,
  events: readonly Event[],
  timestamp: bigint,
  rules: Rules<Event, Status>,
): EventResult<Status>[] {
  const results: EventResult<Status>[] = [];
  let start = 0;
  while (start < events.length) {
    let end = start;
    while (end < events.length - 1 && has((events[end] as Event).flags, rules.linked)) end += 1;
    results.push(...runChain(world, events, start, end, timestamp, rules));
    start = end + 1;
  }
  return results;
}

function runChain<Event extends NewAccount | NewTransfer, Status extends string>(
  world: World,
  events: readonly Event[],
  start: number,
  end: number,
  timestamp: bigint,
  rules: Rules<Event, Status>,
): EventResult<Status>[] {
  // The whole world is kept: its lists are replaced and never changed in place, so one level is a full copy.
  const before = { ...world };
  const statuses: (Status | BatchStatus)[] = [];
  const timestamps: bigint[] = [];
  let broken = false;
  for (let index = start; index <= end; index += 1) {
    const event = events[index] as Event;
    const now = timestamp - BigInt(events.length) + BigInt(index) + 1n;
    let status: Status | BatchStatus;
    if (index === events.length - 1 && has(event.flags, rules.linked)) status = 'linked_event_chain_open';
    else if (broken) status = 'linked_event_failed';
    else status = judgeImportFlag(events, event, timestamp, rules.imported) ?? rules.judge(world, event, now);

    const imported = has(event.flags, rules.imported);
    const created = imported ? event.timestamp : now;
    timestamps.push(
      status === 'created'
        ? created
        : status === 'exists'
          ? (rules.existing(world, event.id) as bigint)
          : now,
    );
    if (status !== 'created' && !broken) {
      broken = true;
      Object.assign(world, before);
      for (let earlier = start; earlier < index; earlier += 1) {
        statuses[earlier - start] = 'linked_event_failed';
      }
      if ((TRANSIENT_STATUSES as readonly string[]).includes(status)) {
        world.failedIds = [...world.failedIds, event.id];
      }
    }
    statuses.push(status);
  }
  return statuses.map((status, index) => ({
    status: status as Status,
    timestamp: timestamps[index] as bigint,
  }));
}

function judgeImportFlag(
  events: readonly (NewAccount | NewTransfer)[],
  event: NewAccount | NewTransfer,
  timestamp: bigint,
  flag: number,
): BatchStatus | undefined {
  const expected = has((events[0] as NewAccount | NewTransfer).flags, flag);
  const imported = has(event.flags, flag);
  if (expected && !imported) return 'imported_event_expected';
  if (!expected && imported) return 'imported_event_not_expected';
  if (!imported) return event.timestamp === 0n ? undefined : 'timestamp_must_be_zero';
  if (event.timestamp < 1n || event.timestamp > TIMESTAMP_MAX) return 'imported_event_timestamp_out_of_range';
  if (event.timestamp >= timestamp) return 'imported_event_timestamp_must_not_advance';
  return undefined;
}

function expireDue(world: World, first: bigint): Transfer[] {
  const candidates = dueAt(world, first - 1n);
  if (candidates.length === 0) return [];
  const due = dueAt(world, first - BigInt(candidates.length));
  due.forEach((pending, index) => {
    const debit = findAccount(world, pending.debitAccountId) as Account;
    const credit = findAccount(world, pending.creditAccountId) as Account;
    const freed = release(pending, debit, credit, true);
    replaceAccount(world, freed.debit);
    replaceAccount(world, freed.credit);
    settlePending(world, pending.id, 'expired');
    const timestamp = first - BigInt(due.length - index);
    world.expiries = [...world.expiries, { pending, timestamp, ...freed }];
  });
  return due;
}

function dueAt(world: World, at: bigint): Transfer[] {
  return world.transfers
    .filter((entry) => entry.state === 'pending' && entry.transfer.timeout !== 0)
    .map((entry) => entry.transfer)
    .filter((transfer) => deadline(transfer) <= at)
    .sort((a, b) => compare(deadline(a), deadline(b)) || compare(a.timestamp, b.timestamp));
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

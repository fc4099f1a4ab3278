import { expect } from 'vitest';
import {
  ACCOUNT_FLAGS,
  type EventResult,
  type NewAccount,
  type NewTransfer,
  TRANSFER_FLAGS,
} from '../../src/contract/types.ts';
import { type Applied, apply, KIND, nextTimestamp, type State, undo } from '../../src/machine/index.ts';
import { type Engine, OWNER } from '../engine.ts';
import { type MachineEngine, machineEngine, replayed } from '../machine-engine.ts';
import { createModel, type Model } from '../model.ts';
import { deadline, has } from '../world.ts';
import { describeMachine, describeResults, describeWorld } from './describe.ts';
import { type BatchDraw, type Dice, diceOf, type HistoryDraw } from './draw.ts';
import { firstAccounts, makeAccount } from './make-accounts.ts';
import { makeTransfer } from './make-transfers.ts';
import { transfer } from './plain.ts';

/** One batch of a history, ready for any engine. */
export type Step =
  | { readonly accounts: readonly NewAccount[]; readonly timestamp: bigint }
  | { readonly transfers: readonly NewTransfer[]; readonly timestamp: bigint };

/** What a history did, for counting. */
export interface Played {
  readonly model: Model;
  readonly machine: MachineEngine;
  readonly steps: readonly Step[];
  readonly accountStatuses: readonly string[];
  readonly transferStatuses: readonly string[];
}

const STARTS = [1_000_000_000_000n, 1_790_000_000_000_000_000n, 5_500_000_000_000_000_000n] as const;
const MILLISECOND = 1_000_000n;
const PAUSES = [
  1n,
  1_000n,
  MILLISECOND,
  500n * MILLISECOND,
  1_000n * MILLISECOND,
  3_000n * MILLISECOND,
] as const;

/**
 * Plays a history on the model, on a machine that gets each batch whole, and on a second machine that gets
 * each batch tried, undone and then in pieces. After each batch answers and states must be the same; now and
 * then the first machine is thrown away for one that its log makes.
 *
 * @param tick nanoseconds between instants that batches may have
 */
export function playHistory(draw: HistoryDraw, tick = 1n): Played {
  const model = createModel();
  let machine = machineEngine();
  const pieces = machineEngine();
  const steps: Step[] = [];
  const sent: NewTransfer[] = [];
  const statuses = { accounts: [] as string[], transfers: [] as string[] };
  let clock = STARTS[draw.start % STARTS.length] as bigint;

  const perform = (step: Step, dice: Dice): void => {
    steps.push(step);
    tryAndUndo(model, pieces.state, step, dice);
    const expected = performOnModel(model, step);
    expect(describeResults(performOn(machine, step))).toEqual(describeResults(expected));
    const inPieces = cut(step, dice, model).flatMap((piece) => [...performOn(pieces, piece)]);
    expect(describeResults(inPieces)).toEqual(describeResults(expected));
    statuses['accounts' in step ? 'accounts' : 'transfers'].push(...expected.map((result) => result.status));
    clock = step.timestamp;
  };

  clock += 1_000n;
  perform({ accounts: firstAccounts, timestamp: clock }, diceOf(0));
  for (const batch of draw.batches) {
    const dice = diceOf(batch.seed);
    const wanted = wantedTimestamp(batch, dice, model, clock, tick);
    const timestamp = nextTimestamp(machine.state, wanted, batch.items.length);
    const step = makeStep(batch, dice, model, sent, timestamp);
    perform(step, dice);
    if ('transfers' in step) sent.push(...step.transfers);
    if (dice.percent(4)) machine = replayed(machine);
    expectSame(model, machine, pieces);
  }
  const { accounts: accountStatuses, transfers: transferStatuses } = statuses;
  return { model, machine, steps, accountStatuses, transferStatuses };
}

function expectSame(model: Model, machine: MachineEngine, pieces: MachineEngine): void {
  const expected = describeWorld(model.world);
  expectLines(describeMachine(machine), expected);
  expectLines(describeMachine(pieces), expected);
  const open = model.world.transfers.filter((entry) => entry.state === 'pending').length;
  expect(machine.state.openPendings).toBe(open);
  for (const entry of machine.log) {
    if (entry.kind !== KIND.expiry) continue;
    const due = entry.pending.timestamp + BigInt(entry.pending.timeout) * 1_000_000_000n;
    if (entry.timestamp < due) expect.fail(`transfer ${entry.pending.id} expired before its time`);
  }
}

/** Compares as one string first, which is a hundred times faster than line by line. */
function expectLines(actual: readonly string[], expected: readonly string[]): void {
  if (actual.join('\n') !== expected.join('\n')) expect(actual).toEqual(expected);
}

function wantedTimestamp(batch: BatchDraw, dice: Dice, model: Model, clock: bigint, tick: bigint): bigint {
  const soonest = model.world.transfers
    .filter((entry) => entry.state === 'pending' && entry.transfer.timeout !== 0)
    .map((entry) => deadline(entry.transfer))
    .reduce<bigint | undefined>((least, at) => (least === undefined || at < least ? at : least), undefined);
  // One batch in eight happens in the nanoseconds around an expiry.
  if (soonest !== undefined && tick === 1n && dice.percent(12))
    return soonest + BigInt(dice.below(batch.items.length + 4)) - 2n;
  const wanted = clock + BigInt(batch.items.length) + dice.pick(PAUSES);
  if (tick === 1n) return wanted;
  // A writer's clock ticks in microseconds, and leaves room for the expiries that come before a batch.
  return ((wanted + tick / 2n) / tick + 1n) * tick;
}

function makeStep(
  batch: BatchDraw,
  dice: Dice,
  model: Model,
  sent: readonly NewTransfer[],
  timestamp: bigint,
): Step {
  const { world } = model;
  const imported = dice.percent(16);
  if (dice.percent(16)) {
    const accounts = batch.items.map((item) => makeAccount(diceOf(item), world, imported, timestamp));
    return { accounts: closeChain(accounts, ACCOUNT_FLAGS.linked, dice), timestamp };
  }
  const transfers: NewTransfer[] = [];
  for (const item of batch.items) {
    transfers.push(makeTransfer(diceOf(item), { world, sent, batch: transfers, imported, timestamp }));
  }
  return { transfers: closeChain(transfers, TRANSFER_FLAGS.linked, dice), timestamp };
}

/** Most batches end outside a chain. */
function closeChain<Event extends NewAccount | NewTransfer>(
  events: Event[],
  linked: number,
  dice: Dice,
): Event[] {
  const last = events.at(-1);
  if (!last || dice.percent(20)) return events;
  return [...events.slice(0, -1), { ...last, flags: last.flags & ~linked }];
}

/** Does on the model what the machine does with a batch: first the expiries, then the batch. */
export function performOnModel(model: Model, step: Step): EventResult<string>[] {
  if ('accounts' in step) {
    model.expire(step.timestamp - BigInt(step.accounts.length) + 1n);
    return model.createAccounts(step.accounts, step.timestamp, OWNER);
  }
  model.expire(step.timestamp - BigInt(step.transfers.length) + 1n);
  return model.createTransfers(step.transfers, step.timestamp);
}

function performOn(engine: Engine, step: Step): readonly EventResult<string>[] {
  return 'accounts' in step
    ? engine.createAccounts(step.accounts, step.timestamp)
    : engine.createTransfers(step.transfers, step.timestamp);
}

/**
 * What the writer does when a commit fails: batches that were applied are taken back, the last one first.
 * What is tried here resolves every open pending transfer as well, and is then forgotten; nobody may notice.
 */
function tryAndUndo(model: Model, state: State, step: Step, dice: Dice): void {
  if (!dice.percent(30)) return;
  const applied: Applied<string>[] = [];
  if ('accounts' in step) {
    const batch = { kind: 'accounts', accounts: step.accounts, owner: OWNER } as const;
    applied.push(apply(state, batch, step.timestamp));
  } else {
    const flag = dice.percent(50) ? TRANSFER_FLAGS.voidPendingTransfer : TRANSFER_FLAGS.postPendingTransfer;
    const resolving = model.world.transfers
      .filter((entry) => entry.state === 'pending')
      .map(({ transfer: { id } }, index) => ({
        ...transfer(10_000n + BigInt(index), 0n, 0n),
        ...{ pendingId: id, ledger: 0, code: 0, flags: flag },
      }));
    const transfers = [...resolving, ...step.transfers];
    const timestamp = nextTimestamp(state, step.timestamp, transfers.length);
    applied.push(apply(state, { kind: 'transfers', transfers }, timestamp));
  }
  const later = nextTimestamp(state, step.timestamp + 100_000_000_000n, 0);
  if (dice.percent(70)) applied.push(apply(state, { kind: 'transfers', transfers: [] }, later));
  for (const done of applied.reverse()) undo(state, done);
}

/**
 * Cuts a batch into smaller ones that must come to the same: between chains, and where nothing expires
 * between.
 */
function cut(step: Step, dice: Dice, model: Model): Step[] {
  if ('accounts' in step) return [step];
  const { transfers, timestamp } = step;
  const first = timestamp - BigInt(transfers.length);
  const near = model.world.transfers.some(
    (entry) =>
      entry.transfer.timeout !== 0 &&
      deadline(entry.transfer) > first - 100n &&
      deadline(entry.transfer) <= timestamp,
  );
  const imported = transfers.some(({ flags }) => has(flags, TRANSFER_FLAGS.imported));
  if (near || imported) return [step];
  const steps: Step[] = [];
  let start = 0;
  for (let index = 0; index < transfers.length; index += 1) {
    const isLast = index === transfers.length - 1;
    const linked = has((transfers[index] as NewTransfer).flags, TRANSFER_FLAGS.linked);
    if (!isLast && (linked || dice.percent(50))) continue;
    const end = index + 1;
    steps.push({ transfers: transfers.slice(start, end), timestamp: first + BigInt(end) });
    start = end;
  }
  return steps;
}

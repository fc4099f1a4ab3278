import type { Micros } from '@tpmall/kernel';
import { apply, type LogEntry, nextTimestamp, type State, undo } from '../machine/index.ts';
import { type Call, type CallResult } from './calls.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import { STATEMENT } from './log-connection.ts';
import { writeAccount, writeEntry, writeHistory } from './log-rows.ts';
import { ownershipRefusal } from './ownership.ts';

/** Calls that commit together. */
export interface Flight {
  readonly calls: readonly Call[];
  /** Positions of the log: the flight's own entries are those after `from`, up to and including `to`. */
  readonly from: number;
  readonly to: number;
  readonly buffer: CopyBuffer;
  /** Answered with it, having changed nothing themselves: they may rest on what it changes. */
  readonly followers: Call[];
}

/** Applies calls to the state one after the other; a call refused whole is undone at once. */
export function applyCalls(state: State, calls: readonly Call[], now: Micros): void {
  const instant = BigInt(now) * 1_000n;
  for (const call of calls) {
    const { batch } = call;
    const applied = apply(state, batch, nextTimestamp(state, instant, call.size));
    call.refusal = ownershipRefusal(state, batch, call.owner, applied);
    if (call.refusal) {
      undo(state, applied);
      call.applied = undefined;
    } else call.applied = applied;
  }
}

/** How many positions these calls take in the log. */
export function countWrites(calls: readonly Call[]): number {
  let writes = 0;
  for (const { applied } of calls) if (applied) writes += applied.entries.length + applied.accounts.length;
  return writes;
}

/** Writes everything that the calls did as one batch of messages: rows, the writer's advance, commit. */
export function encodeFlight(
  buffer: CopyBuffer,
  calls: readonly Call[],
  epoch: bigint,
  from: number,
  to: number,
): void {
  buffer.reset();
  let position = from;
  let accounts = 0;
  let history = 0;
  let entries = 0;
  for (const { applied } of calls) {
    if (!applied) continue;
    accounts += applied.accounts.length;
    history += applied.history.length;
    entries += applied.entries.length;
  }
  if (accounts > 0) {
    buffer.beginCopy(STATEMENT.account);
    for (const { applied } of calls)
      for (const account of applied?.accounts ?? []) writeAccount(buffer, account);
    buffer.endCopy();
    position += accounts;
  }
  if (entries > 0) {
    buffer.beginCopy(STATEMENT.log);
    for (const { applied } of calls) {
      if (!applied) continue;
      const list = applied.entries;
      for (let index = 0; index < list.length; index += 1) {
        position += 1;
        writeEntry(buffer, list[index] as LogEntry, position);
      }
    }
    buffer.endCopy();
  }
  if (history > 0) {
    buffer.beginCopy(STATEMENT.history);
    for (const { applied } of calls) for (const entry of applied?.history ?? []) writeHistory(buffer, entry);
    buffer.endCopy();
  }
  buffer.execute(STATEMENT.advance, [epoch.toString(), from.toString(), to.toString()]);
  buffer.sync();
}

/** Takes a flight's calls back out of the state. */
export function undoCalls(state: State, calls: readonly Call[]): void {
  for (let index = calls.length - 1; index >= 0; index -= 1) {
    const call = calls[index];
    if (!call?.applied) continue;
    undo(state, call.applied);
    call.applied = undefined;
  }
}

/** What a committed call is answered. */
export function resultOf(call: Call): CallResult {
  if (call.refusal) return call.refusal;
  return { ok: true, value: { results: call.applied?.results ?? [] } };
}

/** The ids under which a flight's calls may find themselves repeated. */
export function idsOf(calls: readonly Call[]): bigint[] {
  const ids: bigint[] = [];
  for (const { batch } of calls) {
    if (batch.kind === 'transfers') for (const transfer of batch.transfers) ids.push(transfer.id);
  }
  return ids;
}

import {
  type CreateTransferStatus,
  type NewTransfer,
  TRANSFER_FLAGS,
  TRANSIENT_STATUSES,
  type TransientStatus,
} from '../contract/index.ts';
import { createTransfer } from './create-transfer.ts';
import { perform, revert } from './effects.ts';
import { KIND, type LogEntry, type TransferEntry } from './entries.ts';
import { recordHistory } from './history.ts';
import { checkTimestamp } from './imported.ts';
import { type Applied, enter, type Marks, marks, type State } from './state.ts';

const transient: ReadonlySet<string> = new Set(TRANSIENT_STATUSES);

/** A linked chain under way: where it began, and whether one of its items has failed. */
interface Chain {
  readonly start: number;
  readonly entries: number;
  readonly history: number;
  readonly before: Marks;
  broken: boolean;
}

/**
 * Judges and performs transfers one after the other, chains as a whole; item i has the timestamp first + i.
 */
export function applyTransfers(
  state: State,
  transfers: readonly NewTransfer[],
  first: bigint,
  applied: Applied<CreateTransferStatus>,
): void {
  const { results } = applied;
  const length = transfers.length;
  const batchImported = ((transfers[0]?.flags ?? 0) & TRANSFER_FLAGS.imported) !== 0;
  const now = first + BigInt(length - 1);
  let chain: Chain | undefined;
  let timestamp = first;
  for (let index = 0; index < length; index += 1, timestamp += 1n) {
    const transfer = transfers[index] as NewTransfer;
    const linked = (transfer.flags & TRANSFER_FLAGS.linked) !== 0;
    if (linked && !chain) {
      chain = {
        start: index,
        entries: applied.entries.length,
        history: applied.history.length,
        before: marks(state),
        broken: false,
      };
    }
    let outcome: TransferEntry | CreateTransferStatus;
    if (linked && index === length - 1) outcome = 'linked_event_chain_open';
    else if (chain?.broken) outcome = 'linked_event_failed';
    else outcome = judge(state, transfer, batchImported, timestamp, now);

    if (typeof outcome === 'object') {
      perform(state, outcome);
      state.lastTransfer = outcome.timestamp;
      enter(applied, outcome);
      recordHistory(outcome.debit, outcome.timestamp, applied);
      recordHistory(outcome.credit, outcome.timestamp, applied);
      results[index] = { status: 'created', timestamp: outcome.timestamp };
    } else {
      // Asked before the chain is taken back: what exists may be an earlier item of it.
      const existing = existingTimestamp(state, transfer, outcome);
      if (chain && !chain.broken) {
        breakChain(state, chain, index, applied);
        chain.broken = true;
      }
      results[index] = { status: outcome, timestamp: existing ?? timestamp };
      if (transient.has(outcome)) refuse(state, transfer.id, outcome as TransientStatus, timestamp, applied);
    }
    if (chain && (!linked || outcome === 'linked_event_chain_open')) chain = undefined;
  }
}

function judge(
  state: State,
  transfer: NewTransfer,
  batchImported: boolean,
  timestamp: bigint,
  now: bigint,
): TransferEntry | CreateTransferStatus {
  const imported = (transfer.flags & TRANSFER_FLAGS.imported) !== 0;
  const untimely = checkTimestamp(imported, batchImported, transfer.timestamp, now);
  if (untimely) return untimely;
  return createTransfer(state, transfer, imported ? transfer.timestamp : timestamp, timestamp);
}

/** Takes back what the chain has done so far; its earlier items failed because of the one at `failed`. */
function breakChain(
  state: State,
  chain: Chain,
  failed: number,
  applied: Applied<CreateTransferStatus>,
): void {
  takeBack(state, applied.entries, chain.entries);
  if (applied.history.length > chain.history) applied.history.length = chain.history;
  state.lastTransfer = chain.before.lastTransfer;
  for (let index = chain.start; index < failed; index += 1) {
    const result = applied.results[index];
    if (result) result.status = 'linked_event_failed';
  }
}

/** Reverts entries from the end down to (and including) position `downTo`. */
export function takeBack(state: State, entries: LogEntry[], downTo: number): void {
  while (entries.length > downTo) {
    const entry = entries.pop();
    if (entry) revert(state, entry);
  }
}

/** Uses the id up, so that a repetition cannot succeed where the first try was refused. */
function refuse(
  state: State,
  id: bigint,
  status: TransientStatus,
  timestamp: bigint,
  applied: Applied<CreateTransferStatus>,
): void {
  const entry: LogEntry = { kind: KIND.refusal, id, status, timestamp };
  perform(state, entry);
  enter(applied, entry);
}

function existingTimestamp(
  state: State,
  transfer: NewTransfer,
  status: CreateTransferStatus,
): bigint | undefined {
  return status === 'exists' ? state.known.get(transfer.id)?.timestamp : undefined;
}

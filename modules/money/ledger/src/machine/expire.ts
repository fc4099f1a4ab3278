import { perform } from './effects.ts';
import { type ExpiryEntry, KIND } from './entries.ts';
import { recordHistory } from './history.ts';
import { type Applied, enter, type State } from './state.ts';

/** Most expiries of one batch, so that a backlog after an outage does not make one batch endless. */
const EXPIRIES_MAX = 8_190;

/** How many pending transfers a batch at this instant would expire first. */
export function countDue(state: State, at: bigint): number {
  const next = state.expiries.next();
  return next === undefined || next > at ? 0 : state.expiries.countDue(at, EXPIRIES_MAX);
}

/**
 * Expires the pending transfers that are due, earliest first. They get the timestamps that end just before
 * `first`, the timestamp of the batch's first event, and none gets one before its own expiry: what runs out
 * within those few nanoseconds, or during the batch, waits for the next batch.
 */
export function expireDue(state: State, first: bigint, applied: Applied<string>): void {
  const atMost = countDue(state, first - 1n);
  if (atMost === 0) return;
  const due = state.expiries.takeDue(first - BigInt(atMost), EXPIRIES_MAX);
  let timestamp = first - BigInt(due.length);
  for (const pending of due) {
    const entry: ExpiryEntry = { kind: KIND.expiry, pending, timestamp };
    perform(state, entry);
    enter(applied, entry);
    // An imported transfer may not go before it, or balances of the past would change.
    state.lastTransfer = timestamp;
    recordHistory(pending.debit, timestamp, applied);
    recordHistory(pending.credit, timestamp, applied);
    timestamp += 1n;
  }
}

import { assert } from '@tpmall/kernel';
import type {
  CreateAccountStatus,
  CreateTransferStatus,
  NewAccount,
  NewTransfer,
} from '../contract/index.ts';
import { applyAccounts, removeAccounts } from './apply-accounts.ts';
import { applyTransfers, takeBack } from './apply-transfers.ts';
import { countDue, expireDue } from './expire.ts';
import { type Applied, marks, NO_ACCOUNTS, NO_ENTRIES, NO_HISTORY, type State } from './state.ts';

/** What one call asks for. An empty list of transfers only expires what is due. */
export type Batch =
  | { readonly kind: 'transfers'; readonly transfers: readonly NewTransfer[] }
  | {
      readonly kind: 'accounts';
      readonly accounts: readonly NewAccount[];
      /** The module that opens them, or `operator`. */
      readonly owner: string;
      /** Timestamps of forgotten transfers; needed for imported accounts only. */
      readonly takenTimestamps?: ReadonlySet<bigint>;
    };

const NOTHING_TAKEN: ReadonlySet<bigint> = new Set();

/**
 * The whole ledger as a function: first expires the pending transfers that are due, then judges and performs
 * the items of the batch in order. Changes `state` in place; {@link undo} takes it back. Pure otherwise:
 * equal states, batches and timestamps give equal results and entries.
 *
 * @param timestamp nanoseconds; the last item's. Items have consecutive timestamps that end with it,
 *   expiries the ones before. At least {@link nextTimestamp}'s answer.
 */
export function apply(
  state: State,
  batch: Extract<Batch, { kind: 'transfers' }>,
  timestamp: bigint,
): Applied<CreateTransferStatus>;
export function apply(
  state: State,
  batch: Extract<Batch, { kind: 'accounts' }>,
  timestamp: bigint,
): Applied<CreateAccountStatus>;
export function apply(state: State, batch: Batch, timestamp: bigint): Applied<string>;
export function apply(state: State, batch: Batch, timestamp: bigint): Applied<string> {
  const length = batch.kind === 'transfers' ? batch.transfers.length : batch.accounts.length;
  const first = timestamp - BigInt(length) + 1n;
  const applied: Applied<never> = {
    // Exactly as long as it will be: an empty list would grow to seventeen places.
    results: new Array<{ status: never; timestamp: bigint }>(length),
    entries: NO_ENTRIES,
    accounts: batch.kind === 'accounts' ? [] : NO_ACCOUNTS,
    history: NO_HISTORY,
    before: marks(state),
  };
  expireDue(state, first, applied);
  assert(
    first - BigInt(applied.entries.length) > state.lastTimestamp,
    'the ledger’s time does not run backwards',
  );
  if (batch.kind === 'transfers') applyTransfers(state, batch.transfers, first, applied);
  else {
    const taken = batch.takenTimestamps ?? NOTHING_TAKEN;
    applyAccounts(state, batch.accounts, batch.owner, first, taken, applied);
  }
  state.lastTimestamp = timestamp;
  return applied;
}

/**
 * The earliest timestamp for a batch of this many items: `now`, or later where the ledger's time is ahead of
 * the clock. Leaves room for the expiries that come first.
 */
export function nextTimestamp(state: State, now: bigint, length: number): bigint {
  let timestamp = now;
  for (;;) {
    const earliest = state.lastTimestamp + BigInt(length + countDue(state, timestamp));
    if (timestamp >= earliest) return timestamp;
    timestamp = earliest;
  }
}

/** Takes an applied batch back; batches are taken back in reverse order. */
export function undo(state: State, applied: Applied<string>): void {
  takeBack(state, applied.entries, 0);
  removeAccounts(state, applied.accounts, 0);
  state.lastTimestamp = applied.before.lastTimestamp;
  state.lastAccount = applied.before.lastAccount;
  state.lastTransfer = applied.before.lastTransfer;
}

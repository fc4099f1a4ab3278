import { assert, unreachable } from '@tpmall/kernel';
import { ACCOUNT_FLAGS, TRANSFER_FLAGS } from '../contract/index.ts';
import { KIND, type LogEntry, RESOLUTION, type TransferEntry } from './entries.ts';
import { canExpire } from './expiries.ts';
import type { State } from './state.ts';

/**
 * Does to balances what an entry says. No checks: those were made before the entry was made, and a replayed
 * log is not judged again.
 */
export function perform(state: State, entry: LogEntry): void {
  switch (entry.kind) {
    case KIND.posted:
      entry.debit.debitsPosted += entry.amount;
      entry.credit.creditsPosted += entry.amount;
      state.known.set(entry.id, entry);
      return;
    case KIND.pending:
      hold(state, entry);
      state.known.set(entry.id, entry);
      if (canExpire(entry)) state.expiries.add(entry);
      return;
    case KIND.post:
      release(state, pendingOf(entry), RESOLUTION.posted);
      entry.debit.debitsPosted += entry.amount;
      entry.credit.creditsPosted += entry.amount;
      state.known.set(entry.id, entry);
      return;
    case KIND.void:
      release(state, pendingOf(entry), RESOLUTION.voided);
      state.known.set(entry.id, entry);
      return;
    case KIND.expiry:
      release(state, entry.pending, RESOLUTION.expired);
      return;
    case KIND.refusal:
      state.known.set(entry.id, entry);
      return;
    default:
      unreachable(entry);
  }
}

/** Takes {@link perform} back. Entries are taken back in reverse order. */
export function revert(state: State, entry: LogEntry): void {
  switch (entry.kind) {
    case KIND.posted:
      entry.debit.debitsPosted -= entry.amount;
      entry.credit.creditsPosted -= entry.amount;
      state.known.delete(entry.id);
      return;
    case KIND.pending:
      release(state, entry, RESOLUTION.open);
      state.known.delete(entry.id);
      return;
    case KIND.post:
      entry.debit.debitsPosted -= entry.amount;
      entry.credit.creditsPosted -= entry.amount;
      reopen(state, pendingOf(entry));
      state.known.delete(entry.id);
      return;
    case KIND.void:
      reopen(state, pendingOf(entry));
      state.known.delete(entry.id);
      return;
    case KIND.expiry:
      reopen(state, entry.pending);
      return;
    case KIND.refusal:
      state.known.delete(entry.id);
      return;
    default:
      unreachable(entry);
  }
}

function pendingOf(entry: TransferEntry): TransferEntry {
  assert(entry.pending, 'a posting or voiding transfer has its pending one');
  return entry.pending;
}

/** Takes a resolution back. The expiry may have been dropped as stale meanwhile, so it is added again. */
function reopen(state: State, pending: TransferEntry): void {
  hold(state, pending);
  if (canExpire(pending)) state.expiries.add(pending);
}

function hold(state: State, pending: TransferEntry): void {
  pending.debit.debitsPending += pending.amount;
  pending.credit.creditsPending += pending.amount;
  if (pending.flags & TRANSFER_FLAGS.closingDebit) pending.debit.flags |= ACCOUNT_FLAGS.closed;
  if (pending.flags & TRANSFER_FLAGS.closingCredit) pending.credit.flags |= ACCOUNT_FLAGS.closed;
  pending.resolution = RESOLUTION.open;
  state.openPendings += 1;
}

function release(state: State, pending: TransferEntry, resolution: number): void {
  pending.debit.debitsPending -= pending.amount;
  pending.credit.creditsPending -= pending.amount;
  // A closed account takes no posting, so what is released here with a closing flag was not posted.
  if (pending.flags & TRANSFER_FLAGS.closingDebit) pending.debit.flags &= ~ACCOUNT_FLAGS.closed;
  if (pending.flags & TRANSFER_FLAGS.closingCredit) pending.credit.flags &= ~ACCOUNT_FLAGS.closed;
  pending.resolution = resolution;
  state.openPendings -= 1;
  if (pending.timeout !== 0) state.expiries.drop();
}

import { type NewTransfer, TRANSFER_FLAGS, type Transfer } from '../src/contract/types.ts';
import type { TransferStatus } from './statuses.ts';
import { findTransfer, has, INT_MAX, type World } from './world.ts';

const F = TRANSFER_FLAGS;

/** Compares a transfer with the one that already has its id. */
export function judgeExisting(world: World, event: NewTransfer, existing: Transfer): TransferStatus {
  if (event.flags !== existing.flags) return 'exists_with_different_flags';
  if (event.pendingId !== existing.pendingId) return 'exists_with_different_pending_id';
  if (event.timeout !== existing.timeout) return 'exists_with_different_timeout';
  const asked = asItWouldBeStored(world, event);
  if (asked.debitAccountId !== existing.debitAccountId) return 'exists_with_different_debit_account_id';
  if (asked.creditAccountId !== existing.creditAccountId) return 'exists_with_different_credit_account_id';
  const balancing = has(event.flags, F.balancingDebit) || has(event.flags, F.balancingCredit);
  // What was asked of a balancing transfer is an upper limit; any limit that covers what was moved is the
  // same.
  if (balancing ? asked.amount < existing.amount : asked.amount !== existing.amount) {
    return 'exists_with_different_amount';
  }
  if (asked.userData128 !== existing.userData128) return 'exists_with_different_user_data_128';
  if (asked.userData64 !== existing.userData64) return 'exists_with_different_user_data_64';
  if (asked.userData32 !== existing.userData32) return 'exists_with_different_user_data_32';
  if (asked.ledger !== existing.ledger) return 'exists_with_different_ledger';
  if (asked.code !== existing.code) return 'exists_with_different_code';
  return 'exists';
}

/** Zeros of a post or void stand for the pending transfer's values, and so does the amount's sentinel. */
function asItWouldBeStored(world: World, event: NewTransfer): NewTransfer {
  const post = has(event.flags, F.postPendingTransfer);
  const voids = has(event.flags, F.voidPendingTransfer);
  const pending = post || voids ? findTransfer(world, event.pendingId)?.transfer : undefined;
  if (!pending) return event;
  const whole = (post && event.amount === INT_MAX) || (voids && event.amount === 0n);
  return {
    ...event,
    debitAccountId: event.debitAccountId || pending.debitAccountId,
    creditAccountId: event.creditAccountId || pending.creditAccountId,
    amount: whole ? pending.amount : event.amount,
    userData128: event.userData128 || pending.userData128,
    userData64: event.userData64 || pending.userData64,
    userData32: event.userData32 || pending.userData32,
    ledger: event.ledger || pending.ledger,
    code: event.code || pending.code,
  };
}

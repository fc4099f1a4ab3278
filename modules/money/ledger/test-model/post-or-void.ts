import {
  ACCOUNT_FLAGS,
  type Account,
  type NewTransfer,
  TRANSFER_FLAGS,
  type Transfer,
} from '../src/contract/types.ts';
import { recordTransfer } from './record-transfer.ts';
import { regresses } from './regresses.ts';
import type { TransferStatus } from './statuses.ts';
import { deadline, findAccount, findTransfer, has, INT_MAX, settlePending, type World } from './world.ts';

const F = TRANSFER_FLAGS;

/** Judges a transfer that posts or voids a pending one, and applies it when nothing speaks against it. */
export function postOrVoid(world: World, event: NewTransfer, now: bigint): TransferStatus {
  const refusal = judgeFields(event);
  if (refusal) return refusal;
  const found = findTransfer(world, event.pendingId);
  if (!found) return 'pending_transfer_not_found';
  const pending = found.transfer;
  if (!has(pending.flags, F.pending)) return 'pending_transfer_not_pending';
  const difference = judgeDifference(event, pending);
  if (difference) return difference;

  if (found.state === 'posted') return 'pending_transfer_already_posted';
  if (found.state === 'voided') return 'pending_transfer_already_voided';
  if (found.state === 'expired') return 'pending_transfer_expired';
  if (pending.timeout !== 0 && deadline(pending) <= now) return 'pending_transfer_expired';

  const imported = has(event.flags, F.imported);
  if (imported && regresses(world, event.timestamp)) return 'imported_event_timestamp_must_not_regress';

  const debit = findAccount(world, pending.debitAccountId) as Account;
  const credit = findAccount(world, pending.creditAccountId) as Account;
  const post = has(event.flags, F.postPendingTransfer);
  if (post && has(debit.flags, ACCOUNT_FLAGS.closed)) return 'debit_account_already_closed';
  if (post && has(credit.flags, ACCOUNT_FLAGS.closed)) return 'credit_account_already_closed';

  const amount = wantedAmount(event, pending);
  settlePending(world, pending.id, post ? 'posted' : 'voided');
  const freed = release(pending, debit, credit, !post);
  const stored: Transfer = {
    ...pending,
    id: event.id,
    amount,
    pendingId: pending.id,
    userData128: event.userData128 === 0n ? pending.userData128 : event.userData128,
    userData64: event.userData64 === 0n ? pending.userData64 : event.userData64,
    userData32: event.userData32 === 0 ? pending.userData32 : event.userData32,
    timeout: 0,
    flags: event.flags,
    timestamp: imported ? event.timestamp : now,
  };
  recordTransfer(world, stored, 'none', {
    debit: { ...freed.debit, debitsPosted: debit.debitsPosted + (post ? amount : 0n) },
    credit: { ...freed.credit, creditsPosted: credit.creditsPosted + (post ? amount : 0n) },
  });
  return 'created';
}

/** Gives back what a pending transfer holds; unless it is posted, accounts that it closed open again. */
export function release(
  pending: Transfer,
  debit: Account,
  credit: Account,
  reopen: boolean,
): { debit: Account; credit: Account } {
  const openDebit = reopen && has(pending.flags, F.closingDebit);
  const openCredit = reopen && has(pending.flags, F.closingCredit);
  return {
    debit: {
      ...debit,
      debitsPending: debit.debitsPending - pending.amount,
      flags: openDebit ? debit.flags & ~ACCOUNT_FLAGS.closed : debit.flags,
    },
    credit: {
      ...credit,
      creditsPending: credit.creditsPending - pending.amount,
      flags: openCredit ? credit.flags & ~ACCOUNT_FLAGS.closed : credit.flags,
    },
  };
}

function judgeFields(event: NewTransfer): TransferStatus | undefined {
  const alone = event.flags & ~(F.linked | F.imported);
  if (alone !== F.postPendingTransfer && alone !== F.voidPendingTransfer)
    return 'flags_are_mutually_exclusive';
  if (event.pendingId === 0n) return 'pending_id_must_not_be_zero';
  if (event.pendingId === INT_MAX) return 'pending_id_must_not_be_int_max';
  if (event.pendingId === event.id) return 'pending_id_must_be_different';
  if (event.timeout !== 0) return 'timeout_reserved_for_pending_transfer';
  return undefined;
}

function judgeDifference(event: NewTransfer, pending: Transfer): TransferStatus | undefined {
  if (event.debitAccountId !== 0n && event.debitAccountId !== pending.debitAccountId) {
    return 'pending_transfer_has_different_debit_account_id';
  }
  if (event.creditAccountId !== 0n && event.creditAccountId !== pending.creditAccountId) {
    return 'pending_transfer_has_different_credit_account_id';
  }
  if (event.ledger !== 0 && event.ledger !== pending.ledger) return 'pending_transfer_has_different_ledger';
  if (event.code !== 0 && event.code !== pending.code) return 'pending_transfer_has_different_code';
  const amount = wantedAmount(event, pending);
  if (amount > pending.amount) return 'exceeds_pending_transfer_amount';
  if (has(event.flags, F.voidPendingTransfer) && amount < pending.amount) {
    return 'pending_transfer_has_different_amount';
  }
  return undefined;
}

function wantedAmount(event: NewTransfer, pending: Transfer): bigint {
  if (has(event.flags, F.voidPendingTransfer)) return event.amount === 0n ? pending.amount : event.amount;
  return event.amount === INT_MAX ? pending.amount : event.amount;
}

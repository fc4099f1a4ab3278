import {
  AMOUNT_MAX,
  type CreateTransferStatus,
  type NewTransfer,
  TRANSFER_FLAGS,
} from '../contract/index.ts';
import { isClosed, KIND, RESOLUTION, resolvingEntry, type TransferEntry } from './entries.ts';
import { expiresAt } from './expiries.ts';
import type { State } from './state.ts';

const RESOLVING = TRANSFER_FLAGS.postPendingTransfer | TRANSFER_FLAGS.voidPendingTransfer;
const EXCLUDED =
  TRANSFER_FLAGS.pending |
  TRANSFER_FLAGS.balancingDebit |
  TRANSFER_FLAGS.balancingCredit |
  TRANSFER_FLAGS.closingDebit |
  TRANSFER_FLAGS.closingCredit;

/** Judges a transfer that posts or voids a pending one (`post_or_void_pending_transfer` in TigerBeetle). */
export function resolvePending(
  state: State,
  transfer: NewTransfer,
  timestamp: bigint,
  now: bigint,
): TransferEntry | CreateTransferStatus {
  const { flags, pendingId } = transfer;
  if ((flags & RESOLVING) === RESOLVING || flags & EXCLUDED) return 'flags_are_mutually_exclusive';
  if (pendingId === 0n) return 'pending_id_must_not_be_zero';
  if (pendingId === AMOUNT_MAX) return 'pending_id_must_not_be_int_max';
  if (pendingId === transfer.id) return 'pending_id_must_be_different';
  if (transfer.timeout !== 0) return 'timeout_reserved_for_pending_transfer';
  const pending = state.known.get(pendingId);
  if (!pending || pending.kind === KIND.refusal) return 'pending_transfer_not_found';
  if (pending.kind !== KIND.pending) return 'pending_transfer_not_pending';
  const mismatch = comparePending(transfer, pending);
  if (mismatch) return mismatch;

  const isVoid = (flags & TRANSFER_FLAGS.voidPendingTransfer) !== 0;
  const amount = transfer.amount === (isVoid ? 0n : AMOUNT_MAX) ? pending.amount : transfer.amount;
  if (amount > pending.amount) return 'exceeds_pending_transfer_amount';
  if (isVoid && amount < pending.amount) return 'pending_transfer_has_different_amount';
  if (pending.resolution !== RESOLUTION.open) return resolved(pending.resolution);
  if (pending.timeout !== 0 && expiresAt(pending) <= now) return 'pending_transfer_expired';
  if (flags & TRANSFER_FLAGS.imported) {
    if (timestamp <= state.lastTransfer) return 'imported_event_timestamp_must_not_regress';
    if (state.accountTimestamps.has(timestamp)) return 'imported_event_timestamp_must_not_regress';
  }
  // The only movement on a closed account is voiding a pending transfer.
  if (!isVoid) {
    if (isClosed(pending.debit)) return 'debit_account_already_closed';
    if (isClosed(pending.credit)) return 'credit_account_already_closed';
  }
  return resolvingEntry(isVoid ? KIND.void : KIND.post, transfer, pending, amount, timestamp);
}

/** User data may differ between a pending transfer and the one that resolves it; these may not. */
function comparePending(transfer: NewTransfer, pending: TransferEntry): CreateTransferStatus | undefined {
  if (transfer.debitAccountId !== 0n && transfer.debitAccountId !== pending.debit.id) {
    return 'pending_transfer_has_different_debit_account_id';
  }
  if (transfer.creditAccountId !== 0n && transfer.creditAccountId !== pending.credit.id) {
    return 'pending_transfer_has_different_credit_account_id';
  }
  if (transfer.ledger !== 0 && transfer.ledger !== pending.debit.ledger) {
    return 'pending_transfer_has_different_ledger';
  }
  if (transfer.code !== 0 && transfer.code !== pending.code) return 'pending_transfer_has_different_code';
  return undefined;
}

function resolved(resolution: number): CreateTransferStatus {
  if (resolution === RESOLUTION.posted) return 'pending_transfer_already_posted';
  return resolution === RESOLUTION.voided ? 'pending_transfer_already_voided' : 'pending_transfer_expired';
}

import {
  AMOUNT_MAX,
  type CreateTransferStatus,
  type NewTransfer,
  TRANSFER_FLAGS,
} from '../contract/index.ts';
import type { TransferEntry } from './entries.ts';

const BALANCING = TRANSFER_FLAGS.balancingDebit | TRANSFER_FLAGS.balancingCredit;

/** What a transfer is answered whose id exists: the first difference, or `exists`. */
export function compareTransfer(transfer: NewTransfer, existing: TransferEntry): CreateTransferStatus {
  // Flags change the meaning of the other fields, so they are compared first.
  if (transfer.flags !== existing.flags) return 'exists_with_different_flags';
  const pending = existing.pending;
  if (transfer.pendingId !== (pending?.id ?? 0n)) return 'exists_with_different_pending_id';
  if (transfer.timeout !== existing.timeout) return 'exists_with_different_timeout';
  return pending ? compareResolving(transfer, existing, pending) : comparePlain(transfer, existing);
}

function comparePlain(transfer: NewTransfer, existing: TransferEntry): CreateTransferStatus {
  if (transfer.debitAccountId !== existing.debit.id) return 'exists_with_different_debit_account_id';
  if (transfer.creditAccountId !== existing.credit.id) return 'exists_with_different_credit_account_id';
  // A balancing transfer names an upper limit, and moved what the balance of the moment allowed.
  const sameAmount =
    transfer.flags & BALANCING ? transfer.amount >= existing.amount : transfer.amount === existing.amount;
  if (!sameAmount) return 'exists_with_different_amount';
  if (transfer.userData128 !== existing.userData128) return 'exists_with_different_user_data_128';
  if (transfer.userData64 !== existing.userData64) return 'exists_with_different_user_data_64';
  if (transfer.userData32 !== existing.userData32) return 'exists_with_different_user_data_32';
  if (transfer.ledger !== existing.debit.ledger) return 'exists_with_different_ledger';
  if (transfer.code !== existing.code) return 'exists_with_different_code';
  return 'exists';
}

function compareResolving(
  transfer: NewTransfer,
  existing: TransferEntry,
  pending: TransferEntry,
): CreateTransferStatus {
  // Zero means "as the pending transfer", both when it was first sent and now.
  if (transfer.debitAccountId !== 0n && transfer.debitAccountId !== existing.debit.id) {
    return 'exists_with_different_debit_account_id';
  }
  if (transfer.creditAccountId !== 0n && transfer.creditAccountId !== existing.credit.id) {
    return 'exists_with_different_credit_account_id';
  }
  const whole = transfer.flags & TRANSFER_FLAGS.voidPendingTransfer ? 0n : AMOUNT_MAX;
  const amount = transfer.amount === whole ? pending.amount : transfer.amount;
  if (amount !== existing.amount) return 'exists_with_different_amount';
  if ((transfer.userData128 || pending.userData128) !== existing.userData128) {
    return 'exists_with_different_user_data_128';
  }
  if ((transfer.userData64 || pending.userData64) !== existing.userData64) {
    return 'exists_with_different_user_data_64';
  }
  if ((transfer.userData32 || pending.userData32) !== existing.userData32) {
    return 'exists_with_different_user_data_32';
  }
  if (transfer.ledger !== 0 && transfer.ledger !== existing.debit.ledger)
    return 'exists_with_different_ledger';
  if (transfer.code !== 0 && transfer.code !== existing.code) return 'exists_with_different_code';
  return 'exists';
}

import {
  ACCOUNT_FLAGS,
  AMOUNT_MAX,
  type CreateTransferStatus,
  type NewTransfer,
  TRANSFER_FLAGS,
} from '../contract/index.ts';
import type { AccountState } from './account-state.ts';
import { isClosed, KIND, type TransferEntry, transferEntry } from './entries.ts';
import { compareTransfer } from './existing-transfer.ts';
import { NANOSECONDS_PER_SECOND } from './expiries.ts';
import { TIMESTAMP_MAX } from './imported.ts';
import { resolvePending } from './resolve-pending.ts';
import type { State } from './state.ts';

const RESERVED = 0xffff & ~((TRANSFER_FLAGS.imported << 1) - 1);
const RESOLVING = TRANSFER_FLAGS.postPendingTransfer | TRANSFER_FLAGS.voidPendingTransfer;
const CLOSING = TRANSFER_FLAGS.closingDebit | TRANSFER_FLAGS.closingCredit;
const BALANCING = TRANSFER_FLAGS.balancingDebit | TRANSFER_FLAGS.balancingCredit;

/**
 * Judges one transfer: the entry to be logged, or why not. The order of the checks is TigerBeetle's and is
 * part of the promise (`create_transfer` in its state machine).
 *
 * @param timestamp the transfer's own: an imported one's lies in the past
 * @param now the ledger's time, by which pending transfers expire
 */
export function createTransfer(
  state: State,
  transfer: NewTransfer,
  timestamp: bigint,
  now: bigint,
): TransferEntry | CreateTransferStatus {
  const { flags } = transfer;
  if (flags & RESERVED) return 'reserved_flag';
  if (transfer.id === 0n) return 'id_must_not_be_zero';
  if (transfer.id === AMOUNT_MAX) return 'id_must_not_be_int_max';
  const existing = state.known.get(transfer.id);
  if (existing) {
    return existing.kind === KIND.refusal ? 'id_already_failed' : compareTransfer(transfer, existing);
  }
  if (flags & RESOLVING) return resolvePending(state, transfer, timestamp, now);
  const malformed = checkFields(transfer);
  if (malformed) return malformed;

  const debit = state.accounts.get(transfer.debitAccountId);
  if (!debit) return 'debit_account_not_found';
  const credit = state.accounts.get(transfer.creditAccountId);
  if (!credit) return 'credit_account_not_found';
  if (debit.ledger !== credit.ledger) return 'accounts_must_have_the_same_ledger';
  if (transfer.ledger !== debit.ledger) return 'transfer_must_have_the_same_ledger_as_accounts';
  if (flags & TRANSFER_FLAGS.imported) {
    const untimely = checkImported(state, transfer, timestamp, debit, credit);
    if (untimely) return untimely;
  }
  if (isClosed(debit)) return 'debit_account_already_closed';
  if (isClosed(credit)) return 'credit_account_already_closed';

  const amount = flags & BALANCING ? balancedAmount(flags, transfer.amount, debit, credit) : transfer.amount;
  const debits = debit.debitsPending + debit.debitsPosted + amount;
  const credits = credit.creditsPending + credit.creditsPosted + amount;
  if (debits > AMOUNT_MAX || credits > AMOUNT_MAX) return overflow(flags, amount, debit, credit, debits);
  if (
    transfer.timeout !== 0 &&
    timestamp + BigInt(transfer.timeout) * NANOSECONDS_PER_SECOND > TIMESTAMP_MAX
  ) {
    return 'overflows_timeout';
  }
  if (debit.flags & ACCOUNT_FLAGS.debitsMustNotExceedCredits && debits > debit.creditsPosted) {
    return 'exceeds_credits';
  }
  if (credit.flags & ACCOUNT_FLAGS.creditsMustNotExceedDebits && credits > credit.debitsPosted) {
    return 'exceeds_debits';
  }
  const kind = flags & TRANSFER_FLAGS.pending ? KIND.pending : KIND.posted;
  return transferEntry(kind, transfer, debit, credit, amount, timestamp);
}

function checkFields(transfer: NewTransfer): CreateTransferStatus | undefined {
  const { debitAccountId, creditAccountId, flags } = transfer;
  if (debitAccountId === 0n) return 'debit_account_id_must_not_be_zero';
  if (debitAccountId === AMOUNT_MAX) return 'debit_account_id_must_not_be_int_max';
  if (creditAccountId === 0n) return 'credit_account_id_must_not_be_zero';
  if (creditAccountId === AMOUNT_MAX) return 'credit_account_id_must_not_be_int_max';
  if (creditAccountId === debitAccountId) return 'accounts_must_be_different';
  if (transfer.pendingId !== 0n) return 'pending_id_must_be_zero';
  if (!(flags & TRANSFER_FLAGS.pending)) {
    if (transfer.timeout !== 0) return 'timeout_reserved_for_pending_transfer';
    if (flags & CLOSING) return 'closing_transfer_must_be_pending';
  }
  if (transfer.ledger === 0) return 'ledger_must_not_be_zero';
  if (transfer.code === 0) return 'code_must_not_be_zero';
  return undefined;
}

function checkImported(
  state: State,
  transfer: NewTransfer,
  timestamp: bigint,
  debit: AccountState,
  credit: AccountState,
): CreateTransferStatus | undefined {
  if (timestamp <= state.lastTransfer) return 'imported_event_timestamp_must_not_regress';
  if (state.accountTimestamps.has(timestamp)) return 'imported_event_timestamp_must_not_regress';
  if (timestamp <= debit.timestamp) return 'imported_event_timestamp_must_postdate_debit_account';
  if (timestamp <= credit.timestamp) return 'imported_event_timestamp_must_postdate_credit_account';
  if (transfer.timeout !== 0) return 'imported_event_timeout_must_be_zero';
  return undefined;
}

/** What a balancing transfer moves: at most what brings its account into balance. */
function balancedAmount(flags: number, limit: bigint, debit: AccountState, credit: AccountState): bigint {
  let amount = limit;
  if (flags & TRANSFER_FLAGS.balancingDebit) {
    const room = debit.creditsPosted - debit.debitsPosted - debit.debitsPending;
    amount = least(amount, room);
  }
  if (flags & TRANSFER_FLAGS.balancingCredit) {
    const room = credit.debitsPosted - credit.creditsPosted - credit.creditsPending;
    amount = least(amount, room);
  }
  return amount;
}

function least(amount: bigint, room: bigint): bigint {
  if (room <= 0n) return 0n;
  return room < amount ? room : amount;
}

function overflow(
  flags: number,
  amount: bigint,
  debit: AccountState,
  credit: AccountState,
  debits: bigint,
): CreateTransferStatus {
  if (flags & TRANSFER_FLAGS.pending) {
    if (amount + debit.debitsPending > AMOUNT_MAX) return 'overflows_debits_pending';
    if (amount + credit.creditsPending > AMOUNT_MAX) return 'overflows_credits_pending';
  }
  if (amount + debit.debitsPosted > AMOUNT_MAX) return 'overflows_debits_posted';
  if (amount + credit.creditsPosted > AMOUNT_MAX) return 'overflows_credits_posted';
  return debits > AMOUNT_MAX ? 'overflows_debits' : 'overflows_credits';
}

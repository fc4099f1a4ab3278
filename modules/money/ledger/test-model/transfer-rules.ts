import { ACCOUNT_FLAGS, type Account, type NewTransfer, TRANSFER_FLAGS } from '../src/contract/types.ts';
import { judgeExisting } from './existing-transfer.ts';
import { postOrVoid } from './post-or-void.ts';
import { recordTransfer } from './record-transfer.ts';
import { regresses } from './regresses.ts';
import type { TransferStatus } from './statuses.ts';
import { deadline, findAccount, findTransfer, has, INT_MAX, TIMESTAMP_MAX, type World } from './world.ts';

const F = TRANSFER_FLAGS;
const KNOWN_FLAGS = 511;

/** Judges one transfer and applies it to the world when nothing speaks against it. */
export function createTransfer(world: World, event: NewTransfer, now: bigint): TransferStatus {
  if (event.flags > KNOWN_FLAGS) return 'reserved_flag';
  if (event.id === 0n) return 'id_must_not_be_zero';
  if (event.id === INT_MAX) return 'id_must_not_be_int_max';
  const existing = findTransfer(world, event.id);
  if (existing) return judgeExisting(world, event, existing.transfer);
  if (world.failedIds.includes(event.id)) return 'id_already_failed';
  if (has(event.flags, F.postPendingTransfer) || has(event.flags, F.voidPendingTransfer)) {
    return postOrVoid(world, event, now);
  }
  const refusal = judgeFields(event);
  if (refusal) return refusal;
  return transferBetweenAccounts(world, event, now);
}

function judgeFields(event: NewTransfer): TransferStatus | undefined {
  if (event.debitAccountId === 0n) return 'debit_account_id_must_not_be_zero';
  if (event.debitAccountId === INT_MAX) return 'debit_account_id_must_not_be_int_max';
  if (event.creditAccountId === 0n) return 'credit_account_id_must_not_be_zero';
  if (event.creditAccountId === INT_MAX) return 'credit_account_id_must_not_be_int_max';
  if (event.debitAccountId === event.creditAccountId) return 'accounts_must_be_different';
  if (event.pendingId !== 0n) return 'pending_id_must_be_zero';
  const pending = has(event.flags, F.pending);
  if (!pending && event.timeout !== 0) return 'timeout_reserved_for_pending_transfer';
  const closing = has(event.flags, F.closingDebit) || has(event.flags, F.closingCredit);
  if (!pending && closing) return 'closing_transfer_must_be_pending';
  if (event.ledger === 0) return 'ledger_must_not_be_zero';
  if (event.code === 0) return 'code_must_not_be_zero';
  return undefined;
}

function transferBetweenAccounts(world: World, event: NewTransfer, now: bigint): TransferStatus {
  const debit = findAccount(world, event.debitAccountId);
  if (!debit) return 'debit_account_not_found';
  const credit = findAccount(world, event.creditAccountId);
  if (!credit) return 'credit_account_not_found';
  if (debit.ledger !== credit.ledger) return 'accounts_must_have_the_same_ledger';
  if (event.ledger !== debit.ledger) return 'transfer_must_have_the_same_ledger_as_accounts';

  const imported = has(event.flags, F.imported);
  if (imported) {
    const refusal = judgeImport(world, event, debit, credit);
    if (refusal) return refusal;
  }
  if (has(debit.flags, ACCOUNT_FLAGS.closed)) return 'debit_account_already_closed';
  if (has(credit.flags, ACCOUNT_FLAGS.closed)) return 'credit_account_already_closed';

  const amount = balancedAmount(event, debit, credit);
  const transfer = { ...event, amount, timestamp: imported ? event.timestamp : now };
  const refusal = judgeBalances(transfer, debit, credit);
  if (refusal) return refusal;

  const pending = has(event.flags, F.pending);
  recordTransfer(world, transfer, pending ? 'pending' : 'none', {
    debit: {
      ...debit,
      debitsPending: debit.debitsPending + (pending ? amount : 0n),
      debitsPosted: debit.debitsPosted + (pending ? 0n : amount),
      flags: has(event.flags, F.closingDebit) ? debit.flags | ACCOUNT_FLAGS.closed : debit.flags,
    },
    credit: {
      ...credit,
      creditsPending: credit.creditsPending + (pending ? amount : 0n),
      creditsPosted: credit.creditsPosted + (pending ? 0n : amount),
      flags: has(event.flags, F.closingCredit) ? credit.flags | ACCOUNT_FLAGS.closed : credit.flags,
    },
  });
  return 'created';
}

function judgeImport(
  world: World,
  event: NewTransfer,
  debit: Account,
  credit: Account,
): TransferStatus | undefined {
  if (regresses(world, event.timestamp)) return 'imported_event_timestamp_must_not_regress';
  if (event.timestamp <= debit.timestamp) return 'imported_event_timestamp_must_postdate_debit_account';
  if (event.timestamp <= credit.timestamp) return 'imported_event_timestamp_must_postdate_credit_account';
  if (event.timeout !== 0) return 'imported_event_timeout_must_be_zero';
  return undefined;
}

function balancedAmount(event: NewTransfer, debit: Account, credit: Account): bigint {
  let amount = event.amount;
  if (has(event.flags, F.balancingDebit)) {
    amount = smaller(amount, notNegative(debit.creditsPosted - debit.debitsPosted - debit.debitsPending));
  }
  if (has(event.flags, F.balancingCredit)) {
    amount = smaller(amount, notNegative(credit.debitsPosted - credit.creditsPosted - credit.creditsPending));
  }
  return amount;
}

function judgeBalances(transfer: NewTransfer, debit: Account, credit: Account): TransferStatus | undefined {
  const { amount } = transfer;
  if (has(transfer.flags, F.pending)) {
    if (debit.debitsPending + amount > INT_MAX) return 'overflows_debits_pending';
    if (credit.creditsPending + amount > INT_MAX) return 'overflows_credits_pending';
  }
  if (debit.debitsPosted + amount > INT_MAX) return 'overflows_debits_posted';
  if (credit.creditsPosted + amount > INT_MAX) return 'overflows_credits_posted';
  const debits = debit.debitsPending + debit.debitsPosted + amount;
  if (debits > INT_MAX) return 'overflows_debits';
  const credits = credit.creditsPending + credit.creditsPosted + amount;
  if (credits > INT_MAX) return 'overflows_credits';
  if (deadline(transfer) > TIMESTAMP_MAX) return 'overflows_timeout';
  if (has(debit.flags, ACCOUNT_FLAGS.debitsMustNotExceedCredits) && debits > debit.creditsPosted) {
    return 'exceeds_credits';
  }
  if (has(credit.flags, ACCOUNT_FLAGS.creditsMustNotExceedDebits) && credits > credit.debitsPosted) {
    return 'exceeds_debits';
  }
  return undefined;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function notNegative(value: bigint): bigint {
  return value < 0n ? 0n : value;
}

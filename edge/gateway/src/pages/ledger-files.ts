import { formatAmount } from '@tpmall/kernel';
import {
  ACCOUNT_CODES,
  findAccountCode,
  findTransferCode,
  TRANSFER_FLAGS,
  type Transfer,
  type TrialBalance,
} from '@tpmall/ledger/contract';
import { csv } from '@tpmall/platform/pages';
import { ledgerInstantText } from './instants.ts';
import { ledgerCurrency, ledgerName } from './ledger-currency.ts';

/** The chart of accounts as CSV. */
export function chartFile(): string {
  const head = ['code', 'name', 'type', 'normal_side', 'description'];
  return csv([
    head,
    ...Object.values(ACCOUNT_CODES).map((entry) => [
      entry.code,
      entry.name,
      entry.type,
      entry.normalSide,
      entry.description,
    ]),
  ]);
}

/** Transfers as CSV, amounts with the decimals of their currency. */
export function journalFile(transfers: readonly Transfer[]): string {
  const head = [
    'timestamp',
    'id',
    'reason',
    'code',
    'step',
    'debit_account_id',
    'credit_account_id',
    'currency',
    'amount',
    'pending_id',
  ];
  return csv([
    head,
    ...transfers.map((transfer) => [
      ledgerInstantText(transfer.timestamp),
      transfer.id,
      findTransferCode(transfer.code)?.name ?? '',
      transfer.code,
      stepOf(transfer.flags),
      transfer.debitAccountId,
      transfer.creditAccountId,
      ledgerName(transfer.ledger),
      formatAmount(transfer.amount, ledgerCurrency(transfer.ledger)),
      transfer.pendingId,
    ]),
  ]);
}

/** The trial balance as CSV, of one ledger or of each after the other, the total of each last. */
export function trialBalanceFile(balance: TrialBalance, ledger?: number): string {
  const head = [
    'as_of',
    'currency',
    'code',
    'name',
    'accounts',
    'debits_pending',
    'credits_pending',
    'debits_posted',
    'credits_posted',
  ];
  const line = (
    row: TrialBalance['rows'][number] | TrialBalance['totals'][number],
    code: number | '',
    name: string,
  ) => [
    ledgerInstantText(balance.timestamp),
    ledgerName(row.ledger),
    code,
    name,
    row.accounts,
    ...[row.debitsPending, row.creditsPending, row.debitsPosted, row.creditsPosted].map((amount) =>
      formatAmount(amount, ledgerCurrency(row.ledger)),
    ),
  ];
  const totals = balance.totals.filter((total) => ledger === undefined || total.ledger === ledger);
  return csv([
    head,
    ...totals.flatMap((total) => [
      ...balance.rows
        .filter((row) => row.ledger === total.ledger)
        .map((row) => line(row, row.code, findAccountCode(row.code)?.name ?? '')),
      line(total, '', 'total'),
    ]),
  ]);
}

function stepOf(flags: number): string {
  if ((flags & TRANSFER_FLAGS.pending) !== 0) return 'pending';
  if ((flags & TRANSFER_FLAGS.postPendingTransfer) !== 0) return 'post_pending';
  if ((flags & TRANSFER_FLAGS.voidPendingTransfer) !== 0) return 'void_pending';
  return 'posted';
}

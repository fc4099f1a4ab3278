import {
  type AccountState,
  type ExpiryEntry,
  type HistoryEntry,
  KIND,
  type LogEntry,
  type RefusalEntry,
  type TransferEntry,
} from '../machine/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import {
  putAccountId,
  putBigInt64,
  putId,
  putInt16,
  putInt32,
  putInt64,
  putNull,
  putNumeric,
  putText,
} from './fields.ts';

/** The prepared COPY statements of a batch, with columns in the order in which rows are written. */
export const COPY_LOG = `COPY ledger.log (
  position, timestamp, ledger, id, debit_account_id, credit_account_id,
  pending_id, kind, code, flags, amount, pending_amount, user_data_128, user_data_64, user_data_32, timeout,
  refusal) FROM STDIN (FORMAT binary)`;
export const COPY_ACCOUNT = `COPY ledger.account (id, timestamp, owner, ledger, code, flags, user_data_128,
  user_data_64, user_data_32) FROM STDIN (FORMAT binary)`;
export const COPY_HISTORY = `COPY ledger.history (account_id, timestamp, debits_pending, debits_posted,
  credits_pending, credits_posted) FROM STDIN (FORMAT binary)`;

/** Writes one entry of the log as a row. */
export function writeEntry(copy: CopyBuffer, entry: LogEntry, position: number): void {
  const begin = copy.beginRow();
  const { view } = copy;
  view.setInt16(begin, 17);
  let at = putInt64(view, begin + 2, position);
  at = putBigInt64(view, at, entry.timestamp);
  if (entry.kind === KIND.refusal) at = putRefusal(view, at, entry);
  else if (entry.kind === KIND.expiry) at = putExpiry(view, at, entry);
  else at = putTransfer(view, at, entry);
  copy.endRow(at);
}

function putTransfer(view: DataView, begin: number, entry: TransferEntry): number {
  const { pending } = entry;
  let at = putInt64(view, begin, entry.debit.ledger);
  at = putId(view, at, entry.id);
  at = putAccountId(view, at, entry.debit);
  at = putAccountId(view, at, entry.credit);
  at = pending ? putId(view, at, pending.id) : putNull(view, at);
  at = putInt16(view, at, entry.kind);
  at = putInt32(view, at, entry.code);
  at = putInt32(view, at, entry.flags);
  at = putNumeric(view, at, entry.amount);
  at = pending ? putNumeric(view, at, pending.amount) : putNull(view, at);
  at = putUserData(view, at, entry);
  at = entry.timeout === 0 ? putNull(view, at) : putInt64(view, at, entry.timeout);
  return putNull(view, at);
}

function putExpiry(view: DataView, begin: number, { pending }: ExpiryEntry): number {
  let at = putInt64(view, begin, pending.debit.ledger);
  at = putNull(view, at);
  at = putAccountId(view, at, pending.debit);
  at = putAccountId(view, at, pending.credit);
  at = putId(view, at, pending.id);
  at = putInt16(view, at, KIND.expiry);
  at = putInt32(view, at, pending.code);
  at = putNull(view, at);
  at = putNumeric(view, at, 0n);
  at = putNumeric(view, at, pending.amount);
  return putNulls(view, at, 5);
}

function putRefusal(view: DataView, begin: number, entry: RefusalEntry): number {
  let at = putNull(view, begin);
  at = putId(view, at, entry.id);
  at = putNulls(view, at, 3);
  at = putInt16(view, at, KIND.refusal);
  at = putNulls(view, at, 8);
  return putText(view, at, entry.status);
}

function putNulls(view: DataView, begin: number, count: number): number {
  let at = begin;
  for (let field = 0; field < count; field += 1) at = putNull(view, at);
  return at;
}

/** Zero stands as NULL: it costs nothing, and means "none". */
function putUserData(view: DataView, begin: number, of: AccountState | TransferEntry): number {
  let at = of.userData128 === 0n ? putNull(view, begin) : putId(view, begin, of.userData128);
  at = of.userData64 === 0n ? putNull(view, at) : putNumeric(view, at, of.userData64);
  return of.userData32 === 0 ? putNull(view, at) : putInt64(view, at, of.userData32);
}

/** Writes one account as a row. */
export function writeAccount(copy: CopyBuffer, account: AccountState): void {
  const begin = copy.beginRow();
  const { view } = copy;
  view.setInt16(begin, 9);
  let at = putAccountId(view, begin + 2, account);
  at = putBigInt64(view, at, account.timestamp);
  at = putText(view, at, account.owner);
  at = putInt64(view, at, account.ledger);
  at = putInt32(view, at, account.code);
  // A later call of the same flight may have closed it already.
  at = putInt32(view, at, account.openedFlags);
  copy.endRow(putUserData(view, at, account));
}

/** Writes one row of an account's history. */
export function writeHistory(copy: CopyBuffer, entry: HistoryEntry): void {
  const begin = copy.beginRow();
  const { view } = copy;
  view.setInt16(begin, 6);
  let at = putAccountId(view, begin + 2, entry.account);
  at = putBigInt64(view, at, entry.timestamp);
  at = putNumeric(view, at, entry.debitsPending);
  at = putNumeric(view, at, entry.debitsPosted);
  at = putNumeric(view, at, entry.creditsPending);
  copy.endRow(putNumeric(view, at, entry.creditsPosted));
}

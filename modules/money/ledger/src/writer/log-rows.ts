import type { AccountState, HistoryEntry, LogEntry, TransferEntry } from '../machine/index.ts';
import { KIND } from '../machine/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';

/** The prepared COPY statements of a batch; their columns are in the order in which rows are written here. */
export const COPY_LOG = `COPY ledger.log (position, timestamp, ledger, id, debit_account_id, credit_account_id,
  pending_id, kind, code, flags, amount, pending_amount, user_data_128, user_data_64, user_data_32, timeout, refusal)
  FROM STDIN (FORMAT binary)`;
export const COPY_ACCOUNT = `COPY ledger.account (id, timestamp, owner, ledger, code, flags, user_data_128,
  user_data_64, user_data_32) FROM STDIN (FORMAT binary)`;
export const COPY_HISTORY = `COPY ledger.history (account_id, timestamp, debits_pending, debits_posted,
  credits_pending, credits_posted) FROM STDIN (FORMAT binary)`;

/** Writes one entry of the log as a row. */
export function writeEntry(copy: CopyBuffer, entry: LogEntry, position: number): void {
  copy.beginRow(17);
  copy.int64(position);
  copy.bigint64(entry.timestamp);
  if (entry.kind === KIND.refusal) {
    copy.nil();
    copy.uuid(entry.id);
    for (let field = 0; field < 3; field += 1) copy.nil();
    copy.int16(KIND.refusal);
    for (let field = 0; field < 8; field += 1) copy.nil();
    copy.text(entry.status);
    return;
  }
  if (entry.kind === KIND.expiry) {
    const { pending } = entry;
    copy.int64(pending.debit.ledger);
    copy.nil();
    copy.uuidWords(pending.debit.words);
    copy.uuidWords(pending.credit.words);
    copy.uuid(pending.id);
    copy.int16(KIND.expiry);
    copy.int32(pending.code);
    copy.nil();
    copy.numeric(0n);
    copy.numeric(pending.amount);
    for (let field = 0; field < 5; field += 1) copy.nil();
    return;
  }
  writeTransfer(copy, entry);
}

function writeTransfer(copy: CopyBuffer, entry: TransferEntry): void {
  const { pending } = entry;
  copy.int64(entry.debit.ledger);
  copy.uuid(entry.id);
  copy.uuidWords(entry.debit.words);
  copy.uuidWords(entry.credit.words);
  if (pending) copy.uuid(pending.id);
  else copy.nil();
  copy.int16(entry.kind);
  copy.int32(entry.code);
  copy.int32(entry.flags);
  copy.numeric(entry.amount);
  if (pending) copy.numeric(pending.amount);
  else copy.nil();
  writeUserData(copy, entry);
  if (entry.timeout === 0) copy.nil();
  else copy.int64(entry.timeout);
  copy.nil();
}

/** Writes one account as a row. */
export function writeAccount(copy: CopyBuffer, account: AccountState): void {
  copy.beginRow(9);
  copy.uuidWords(account.words);
  copy.bigint64(account.timestamp);
  copy.text(account.owner);
  copy.int64(account.ledger);
  copy.int32(account.code);
  copy.int32(account.flags);
  writeUserData(copy, account);
}

/** Writes one row of an account's history. */
export function writeHistory(copy: CopyBuffer, entry: HistoryEntry): void {
  copy.beginRow(6);
  copy.uuidWords(entry.account.words);
  copy.bigint64(entry.timestamp);
  copy.numeric(entry.debitsPending);
  copy.numeric(entry.debitsPosted);
  copy.numeric(entry.creditsPending);
  copy.numeric(entry.creditsPosted);
}

function writeUserData(copy: CopyBuffer, of: AccountState | TransferEntry): void {
  if (of.userData128 === 0n) copy.nil();
  else copy.uuid(of.userData128);
  if (of.userData64 === 0n) copy.nil();
  else copy.numeric(of.userData64);
  if (of.userData32 === 0) copy.nil();
  else copy.int64(of.userData32);
}

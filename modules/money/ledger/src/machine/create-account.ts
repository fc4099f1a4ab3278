import { ACCOUNT_FLAGS, AMOUNT_MAX, type CreateAccountStatus, type NewAccount } from '../contract/index.ts';
import type { AccountState } from './account-state.ts';
import type { State } from './state.ts';

const RESERVED = 0xffff & ~((ACCOUNT_FLAGS.closed << 1) - 1);
const LIMITS = ACCOUNT_FLAGS.debitsMustNotExceedCredits | ACCOUNT_FLAGS.creditsMustNotExceedDebits;

/**
 * Judges one account (`create_account` in TigerBeetle's state machine): undefined where it may be opened.
 *
 * @param isTransferTime whether a transfer has this timestamp, asked for imported accounts only
 */
export function judgeAccount(
  state: State,
  account: NewAccount,
  timestamp: bigint,
  isTransferTime: (timestamp: bigint) => boolean,
): CreateAccountStatus | undefined {
  if (account.reserved) return 'reserved_field';
  if (account.flags & RESERVED) return 'reserved_flag';
  if (account.id === 0n) return 'id_must_not_be_zero';
  if (account.id === AMOUNT_MAX) return 'id_must_not_be_int_max';
  const existing = state.accounts.get(account.id);
  if (existing) return compareAccount(account, existing);
  if ((account.flags & LIMITS) === LIMITS) return 'flags_are_mutually_exclusive';
  if (account.debitsPending) return 'debits_pending_must_be_zero';
  if (account.debitsPosted) return 'debits_posted_must_be_zero';
  if (account.creditsPending) return 'credits_pending_must_be_zero';
  if (account.creditsPosted) return 'credits_posted_must_be_zero';
  if (account.ledger === 0) return 'ledger_must_not_be_zero';
  if (account.code === 0) return 'code_must_not_be_zero';
  if (account.flags & ACCOUNT_FLAGS.imported) {
    if (timestamp <= state.lastAccount) return 'imported_event_timestamp_must_not_regress';
    if (isTransferTime(timestamp)) return 'imported_event_timestamp_must_not_regress';
  }
  return undefined;
}

function compareAccount(account: NewAccount, existing: AccountState): CreateAccountStatus {
  if (account.flags !== existing.flags) return 'exists_with_different_flags';
  if (account.userData128 !== existing.userData128) return 'exists_with_different_user_data_128';
  if (account.userData64 !== existing.userData64) return 'exists_with_different_user_data_64';
  if (account.userData32 !== existing.userData32) return 'exists_with_different_user_data_32';
  if (account.ledger !== existing.ledger) return 'exists_with_different_ledger';
  if (account.code !== existing.code) return 'exists_with_different_code';
  return 'exists';
}

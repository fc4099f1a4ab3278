import { ACCOUNT_FLAGS, type NewAccount } from '../src/contract/types.ts';
import type { AccountStatus } from './statuses.ts';
import { findAccount, has, INT_MAX, type World } from './world.ts';

const KNOWN_FLAGS = 63;

/** Judges one account and adds it to the world when nothing speaks against it. */
export function createAccount(world: World, event: NewAccount, now: bigint, owner: string): AccountStatus {
  if (event.reserved !== undefined && event.reserved !== 0) return 'reserved_field';
  if (event.flags > KNOWN_FLAGS) return 'reserved_flag';
  if (event.id === 0n) return 'id_must_not_be_zero';
  if (event.id === INT_MAX) return 'id_must_not_be_int_max';

  const existing = findAccount(world, event.id);
  if (existing) {
    if (event.flags !== existing.flags) return 'exists_with_different_flags';
    if (event.userData128 !== existing.userData128) return 'exists_with_different_user_data_128';
    if (event.userData64 !== existing.userData64) return 'exists_with_different_user_data_64';
    if (event.userData32 !== existing.userData32) return 'exists_with_different_user_data_32';
    if (event.ledger !== existing.ledger) return 'exists_with_different_ledger';
    if (event.code !== existing.code) return 'exists_with_different_code';
    return 'exists';
  }

  if (
    has(event.flags, ACCOUNT_FLAGS.debitsMustNotExceedCredits) &&
    has(event.flags, ACCOUNT_FLAGS.creditsMustNotExceedDebits)
  ) {
    return 'flags_are_mutually_exclusive';
  }
  if (event.debitsPending) return 'debits_pending_must_be_zero';
  if (event.debitsPosted) return 'debits_posted_must_be_zero';
  if (event.creditsPending) return 'credits_pending_must_be_zero';
  if (event.creditsPosted) return 'credits_posted_must_be_zero';
  if (event.ledger === 0) return 'ledger_must_not_be_zero';
  if (event.code === 0) return 'code_must_not_be_zero';

  const imported = has(event.flags, ACCOUNT_FLAGS.imported);
  if (imported) {
    if (world.accounts.some((account) => event.timestamp <= account.timestamp)) {
      return 'imported_event_timestamp_must_not_regress';
    }
    if (world.transfers.some((entry) => event.timestamp === entry.transfer.timestamp)) {
      return 'imported_event_timestamp_must_not_regress';
    }
  }

  world.accounts = [
    ...world.accounts,
    {
      id: event.id,
      userData128: event.userData128,
      userData64: event.userData64,
      userData32: event.userData32,
      ledger: event.ledger,
      code: event.code,
      flags: event.flags,
      timestamp: imported ? event.timestamp : now,
      debitsPending: 0n,
      debitsPosted: 0n,
      creditsPending: 0n,
      creditsPosted: 0n,
      owner,
    },
  ];
  return 'created';
}

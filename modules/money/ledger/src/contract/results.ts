/**
 * What can become of one account or transfer of a batch, with TigerBeetle's names, in descending order of
 * precedence: where several apply, the first is answered
 * (https://docs.tigerbeetle.com/reference/requests/create_accounts/ and …/create_transfers/).
 */

/** Statuses of an account, highest precedence first. */
export const CREATE_ACCOUNT_STATUSES = [
  'created',
  'linked_event_failed',
  'linked_event_chain_open',
  'imported_event_expected',
  'imported_event_not_expected',
  'timestamp_must_be_zero',
  'imported_event_timestamp_out_of_range',
  'imported_event_timestamp_must_not_advance',
  'reserved_field',
  'reserved_flag',
  'id_must_not_be_zero',
  'id_must_not_be_int_max',
  'exists_with_different_flags',
  'exists_with_different_user_data_128',
  'exists_with_different_user_data_64',
  'exists_with_different_user_data_32',
  'exists_with_different_ledger',
  'exists_with_different_code',
  'exists',
  'flags_are_mutually_exclusive',
  'debits_pending_must_be_zero',
  'debits_posted_must_be_zero',
  'credits_pending_must_be_zero',
  'credits_posted_must_be_zero',
  'ledger_must_not_be_zero',
  'code_must_not_be_zero',
  'imported_event_timestamp_must_not_regress',
] as const;

/** One of {@link CREATE_ACCOUNT_STATUSES}. */
export type CreateAccountStatus = (typeof CREATE_ACCOUNT_STATUSES)[number];

/** Statuses of a transfer, highest precedence first. */
export const CREATE_TRANSFER_STATUSES = [
  'created',
  'linked_event_failed',
  'linked_event_chain_open',
  'imported_event_expected',
  'imported_event_not_expected',
  'timestamp_must_be_zero',
  'imported_event_timestamp_out_of_range',
  'imported_event_timestamp_must_not_advance',
  'reserved_flag',
  'id_must_not_be_zero',
  'id_must_not_be_int_max',
  'exists_with_different_flags',
  'exists_with_different_pending_id',
  'exists_with_different_timeout',
  'exists_with_different_debit_account_id',
  'exists_with_different_credit_account_id',
  'exists_with_different_amount',
  'exists_with_different_user_data_128',
  'exists_with_different_user_data_64',
  'exists_with_different_user_data_32',
  'exists_with_different_ledger',
  'exists_with_different_code',
  'exists',
  'id_already_failed',
  'flags_are_mutually_exclusive',
  'debit_account_id_must_not_be_zero',
  'debit_account_id_must_not_be_int_max',
  'credit_account_id_must_not_be_zero',
  'credit_account_id_must_not_be_int_max',
  'accounts_must_be_different',
  'pending_id_must_be_zero',
  'pending_id_must_not_be_zero',
  'pending_id_must_not_be_int_max',
  'pending_id_must_be_different',
  'timeout_reserved_for_pending_transfer',
  'closing_transfer_must_be_pending',
  'ledger_must_not_be_zero',
  'code_must_not_be_zero',
  'debit_account_not_found',
  'credit_account_not_found',
  'accounts_must_have_the_same_ledger',
  'transfer_must_have_the_same_ledger_as_accounts',
  'pending_transfer_not_found',
  'pending_transfer_not_pending',
  'pending_transfer_has_different_debit_account_id',
  'pending_transfer_has_different_credit_account_id',
  'pending_transfer_has_different_ledger',
  'pending_transfer_has_different_code',
  'exceeds_pending_transfer_amount',
  'pending_transfer_has_different_amount',
  'pending_transfer_already_posted',
  'pending_transfer_already_voided',
  'pending_transfer_expired',
  'imported_event_timestamp_must_not_regress',
  'imported_event_timestamp_must_postdate_debit_account',
  'imported_event_timestamp_must_postdate_credit_account',
  'imported_event_timeout_must_be_zero',
  'debit_account_already_closed',
  'credit_account_already_closed',
  'overflows_debits_pending',
  'overflows_credits_pending',
  'overflows_debits_posted',
  'overflows_credits_posted',
  'overflows_debits',
  'overflows_credits',
  'overflows_timeout',
  'exceeds_credits',
  'exceeds_debits',
] as const;

/** One of {@link CREATE_TRANSFER_STATUSES}. */
export type CreateTransferStatus = (typeof CREATE_TRANSFER_STATUSES)[number];

/**
 * Refusals that depend on the state of the moment. The id of a transfer refused so is used up: repeating it
 * answers `id_already_failed`, whatever has changed since, so a repetition never has another outcome than the
 * first try. To try again, send a new id.
 */
export const TRANSIENT_STATUSES = [
  'debit_account_not_found',
  'credit_account_not_found',
  'pending_transfer_not_found',
  'exceeds_credits',
  'exceeds_debits',
  'debit_account_already_closed',
  'credit_account_already_closed',
] as const satisfies readonly CreateTransferStatus[];

/** One of {@link TRANSIENT_STATUSES}. */
export type TransientStatus = (typeof TRANSIENT_STATUSES)[number];

/**
 * Whether the account or transfer is in the ledger as it was sent: `created` now, or `exists` from before.
 */
export function isDone(status: CreateAccountStatus | CreateTransferStatus): boolean {
  return status === 'created' || status === 'exists';
}

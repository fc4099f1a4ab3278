import { assert } from '@tpmall/kernel';
import type { Transfer } from '../contract/index.ts';
import {
  type AccountState,
  type ExpiryEntry,
  KIND,
  type RefusalEntry,
  type State,
  type TransferEntry,
} from '../machine/index.ts';
import { fromUuid, type LogRow } from './log-store.ts';

/**
 * The log entry of a row, pointing at the state's accounts.
 *
 * @param pendingOf finds the pending transfer that the row resolves
 */
export function entryFromRow(
  state: State,
  row: LogRow,
  pendingOf: (id: bigint) => TransferEntry,
): TransferEntry | ExpiryEntry | RefusalEntry {
  const { timestamp } = row;
  if (row.kind === KIND.refusal) {
    assert(row.refusal !== null, 'a refusal says why');
    return { kind: KIND.refusal, id: fromUuid(row.id), status: row.refusal, timestamp };
  }
  if (row.kind === KIND.expiry) {
    return { kind: KIND.expiry, pending: pendingOf(fromUuid(row.pending_id)), timestamp };
  }
  return {
    kind: row.kind as TransferEntry['kind'],
    id: fromUuid(row.id),
    debit: accountOf(state, row.debit_account_id),
    credit: accountOf(state, row.credit_account_id),
    amount: row.amount ?? 0n,
    pending: row.pending_id === null ? null : pendingOf(fromUuid(row.pending_id)),
    userData128: fromUuid(row.user_data_128),
    userData64: row.user_data_64 ?? 0n,
    userData32: Number(row.user_data_32 ?? 0n),
    timeout: Number(row.timeout ?? 0n),
    code: row.code ?? 0,
    flags: row.flags ?? 0,
    timestamp,
    resolution: 0,
    bookmark: 0,
  };
}

function accountOf(state: State, uuid: string | null): AccountState {
  const account = state.accounts.get(fromUuid(uuid));
  assert(account, `the log names an account that is not there: ${uuid}`);
  return account;
}

/** The transfer of a row, as callers see it. */
export function transferFromRow(row: LogRow): Transfer {
  return {
    id: fromUuid(row.id),
    debitAccountId: fromUuid(row.debit_account_id),
    creditAccountId: fromUuid(row.credit_account_id),
    amount: row.amount ?? 0n,
    pendingId: fromUuid(row.pending_id),
    userData128: fromUuid(row.user_data_128),
    userData64: row.user_data_64 ?? 0n,
    userData32: Number(row.user_data_32 ?? 0n),
    timeout: Number(row.timeout ?? 0n),
    ledger: Number(row.ledger ?? 0n),
    code: row.code ?? 0,
    flags: row.flags ?? 0,
    timestamp: row.timestamp,
  };
}

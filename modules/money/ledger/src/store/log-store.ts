import { type Database, type Queryable, sql } from '@tpmall/platform/db';
import type { TransientStatus } from '../contract/index.ts';
import { AccountState } from '../machine/index.ts';

/** A row of the log, as Postgres answers it. */
export interface LogRow {
  readonly position: bigint;
  readonly timestamp: bigint;
  readonly ledger: bigint | null;
  readonly id: string | null;
  readonly debit_account_id: string | null;
  readonly credit_account_id: string | null;
  readonly pending_id: string | null;
  readonly kind: number;
  readonly code: number | null;
  readonly flags: number | null;
  readonly amount: bigint | null;
  readonly pending_amount: bigint | null;
  readonly user_data_128: string | null;
  readonly user_data_64: bigint | null;
  readonly user_data_32: bigint | null;
  readonly timeout: bigint | null;
  readonly refusal: TransientStatus | null;
}

interface AccountRow {
  readonly id: string;
  readonly timestamp: bigint;
  readonly owner: string;
  readonly ledger: bigint;
  readonly code: number;
  readonly flags: number;
  readonly user_data_128: string | null;
  readonly user_data_64: bigint | null;
  readonly user_data_32: bigint | null;
}

/** Where recovery begins. */
export interface CheckpointRow {
  readonly position: bigint;
  readonly last_timestamp: bigint;
  readonly last_transfer: bigint;
}

/** Balances of an account at the checkpoint. */
export interface BalanceRow {
  readonly account_id: string;
  readonly debits_pending: bigint;
  readonly debits_posted: bigint;
  readonly credits_pending: bigint;
  readonly credits_posted: bigint;
  readonly closed: boolean;
}

/** Columns of {@link LogRow}, for statements that select whole rows. */
export const LOG_COLUMNS = `position, timestamp, ledger, id, debit_account_id, credit_account_id,
  pending_id, kind, code, flags, amount, pending_amount, user_data_128, user_data_64, user_data_32, timeout,
  refusal`;

const SELECT_ACCOUNTS = sql(
  'ledger.select-accounts',
  `SELECT id, timestamp, owner, ledger, code, flags, user_data_128, user_data_64, user_data_32
   FROM ledger.account WHERE timestamp > $1 ORDER BY timestamp LIMIT $2`,
);
const SELECT_WINDOW = sql(
  'ledger.select-window',
  `SELECT ${LOG_COLUMNS} FROM ledger.log WHERE position > $1 AND position <= $2 ORDER BY position`,
);
const SELECT_BY_ID = sql(
  'ledger.select-by-id',
  `SELECT ${LOG_COLUMNS} FROM ledger.log WHERE id = ANY ($1::uuid[])`,
);
const SELECT_RESOLUTIONS = sql(
  'ledger.select-resolutions',
  `SELECT pending_id, kind FROM ledger.log WHERE pending_id = ANY ($1::uuid[])`,
);
const SELECT_OPEN_PENDINGS = sql(
  'ledger.select-open-pendings',
  `SELECT ${LOG_COLUMNS} FROM ledger.log WHERE id IN (SELECT id FROM ledger.open_pending) ORDER BY position`,
);
const ONE_INSTANT = sql('ledger.one-instant', 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
const SELECT_CHECKPOINT = sql(
  'ledger.select-checkpoint',
  'SELECT position, last_timestamp, last_transfer FROM ledger.checkpoint',
);
const SELECT_BALANCES = sql(
  'ledger.select-balances',
  `SELECT one.* FROM ledger.balance_block AS of,
     unnest(of.account_ids, of.debits_pending, of.debits_posted, of.credits_pending, of.credits_posted,
       of.closed)
       AS one (account_id, debits_pending, debits_posted, credits_pending, credits_posted, closed)`,
);
const SELECT_TIMESTAMPS = sql(
  'ledger.select-timestamps',
  `SELECT timestamp FROM ledger.log WHERE timestamp = ANY ($1::bigint[]) AND kind <= 4`,
);

/** A 128-bit id as Postgres writes a uuid. */
export function toUuid(id: bigint): string {
  const hex = id.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The inverse of {@link toUuid}; NULL is zero. */
export function fromUuid(text: string | null): bigint {
  return text === null ? 0n : BigInt(`0x${text.replaceAll('-', '')}`);
}

/** The next accounts after a timestamp, in order of creation, with nothing on them. */
export async function readAccounts(on: Queryable, after: bigint, limit: number): Promise<AccountState[]> {
  const { rows } = await on.run<AccountRow>(SELECT_ACCOUNTS, [after, limit]);
  return rows.map(
    (row) =>
      new AccountState(
        {
          id: fromUuid(row.id),
          userData128: fromUuid(row.user_data_128),
          userData64: row.user_data_64 ?? 0n,
          userData32: Number(row.user_data_32 ?? 0n),
          ledger: Number(row.ledger),
          code: row.code,
          flags: row.flags,
          timestamp: row.timestamp,
        },
        row.owner,
        row.timestamp,
      ),
  );
}

/** The log's rows after one position, up to and including another. */
export async function readWindow(on: Queryable, after: bigint, upTo: bigint): Promise<readonly LogRow[]> {
  return (await on.run<LogRow>(SELECT_WINDOW, [after, upTo])).rows;
}

/** The rows of these ids, used-up ones included. */
export async function readByIds(on: Queryable, ids: readonly bigint[]): Promise<readonly LogRow[]> {
  return (await on.run<LogRow>(SELECT_BY_ID, [ids.map(toUuid)])).rows;
}

/** What resolved these pending transfers: by pending id, the kind of the entry that did. */
export async function readResolutions(
  on: Queryable,
  pendingIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, number>> {
  const { rows } = await on.run<{ pending_id: string; kind: number }>(SELECT_RESOLUTIONS, [
    pendingIds.map(toUuid),
  ]);
  return new Map(rows.map((row) => [fromUuid(row.pending_id), row.kind]));
}

/** Which of these timestamps transfers have. */
export async function readTakenTimestamps(
  on: Queryable,
  timestamps: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  const { rows } = await on.run<{ timestamp: bigint }>(SELECT_TIMESTAMPS, [timestamps.map(String)]);
  return new Set(rows.map((row) => row.timestamp));
}

/**
 * The newest checkpoint, its balances and its open pending transfers: all of one instant, since a writer that
 * was just replaced may be writing one. Nobody is waited for: it may have been paused in the middle of that.
 */
export function readCheckpoint(db: Database): Promise<{
  readonly checkpoint: CheckpointRow;
  readonly balances: readonly BalanceRow[];
  readonly openPendings: readonly LogRow[];
}> {
  return db.transaction(async (tx) => {
    await tx.run(ONE_INSTANT);
    const checkpoint = (await tx.run<CheckpointRow>(SELECT_CHECKPOINT)).rows[0];
    if (!checkpoint) throw new Error('ledger.checkpoint has no row');
    const balances = (await tx.run<BalanceRow>(SELECT_BALANCES)).rows;
    const openPendings = (await tx.run<LogRow>(SELECT_OPEN_PENDINGS)).rows;
    return { checkpoint, balances, openPendings };
  });
}

import { type Queryable, sql } from '@tpmall/platform/db';
import type { AccountBalance, AccountFilter } from '../contract/index.ts';
import { fromUuid, toUuid } from './log-store.ts';

/** Entries added up by one statement, so that none runs long. */
const WINDOW_ENTRIES = 500_000n;
const TIMESTAMP_MAX = (1n << 63n) - 1n;

/** What one side of an entry does to an account's balances; kinds are those of the log. */
const MOVEMENTS = `SELECT debit_account_id AS account_id, kind,
    CASE kind WHEN 2 THEN amount WHEN 1 THEN 0 ELSE -pending_amount END AS debits_pending,
    CASE WHEN kind IN (1, 3) THEN amount ELSE 0 END AS debits_posted,
    0 AS credits_pending, 0 AS credits_posted, position, timestamp, debit_account_id,
    NULL::uuid AS credit_account_id
  FROM ledger.log WHERE kind <= 5
  UNION ALL
  SELECT credit_account_id, kind, 0, 0,
    CASE kind WHEN 2 THEN amount WHEN 1 THEN 0 ELSE -pending_amount END,
    CASE WHEN kind IN (1, 3) THEN amount ELSE 0 END, position, timestamp, NULL, credit_account_id
  FROM ledger.log WHERE kind <= 5`;
const SUMS = `sum(debits_pending) AS debits_pending, sum(debits_posted) AS debits_posted,
  sum(credits_pending) AS credits_pending, sum(credits_posted) AS credits_posted`;

const SUM_WINDOW = sql(
  'ledger.sum-window',
  `SELECT account_id, ${SUMS} FROM (${MOVEMENTS}) AS movement
   WHERE position > $1 AND position <= $2 AND timestamp <= $3 GROUP BY account_id`,
);
const SUM_ACCOUNT = sql(
  'ledger.sum-account',
  `SELECT ${SUMS} FROM (${MOVEMENTS}) AS movement
   WHERE (debit_account_id = $1 OR credit_account_id = $1) AND timestamp <= $2`,
);
const HISTORY_AT = sql(
  'ledger.history-at',
  `SELECT timestamp, debits_pending, debits_posted, credits_pending, credits_posted FROM ledger.history
   WHERE account_id = $1 AND timestamp <= $2 ORDER BY timestamp DESC LIMIT 1`,
);
const HISTORY = sql(
  'ledger.history',
  `SELECT timestamp, debits_pending, debits_posted, credits_pending, credits_posted FROM ledger.history
   WHERE account_id = $1 AND timestamp BETWEEN $2 AND $3 ORDER BY timestamp LIMIT $4`,
);
const HISTORY_REVERSED = sql(
  'ledger.history-reversed',
  `SELECT timestamp, debits_pending, debits_posted, credits_pending, credits_posted FROM ledger.history
   WHERE account_id = $1 AND timestamp BETWEEN $2 AND $3 ORDER BY timestamp DESC LIMIT $4`,
);
const HISTORY_OF_EVENTS = sql(
  'ledger.history-of-events',
  `SELECT timestamp, debits_pending, debits_posted, credits_pending, credits_posted FROM ledger.history
   WHERE account_id = $1 AND timestamp = ANY ($2::bigint[]) ORDER BY timestamp`,
);
/** Accounts that a pending closing transfer (flags 64 and 128) keeps closed. */
const CLOSED_ACCOUNTS = sql(
  'ledger.closed-accounts',
  `WITH closing AS (
     SELECT id, flags, debit_account_id, credit_account_id FROM ledger.log AS pending
     WHERE kind = 2 AND flags & 192 <> 0 AND position <= $1 AND NOT EXISTS (
       SELECT FROM ledger.log AS resolving
       WHERE resolving.pending_id = pending.id AND resolving.kind IN (4, 5) AND resolving.position <= $1)
   )
   SELECT debit_account_id AS id FROM closing WHERE flags & 64 <> 0
   UNION SELECT credit_account_id FROM closing WHERE flags & 128 <> 0
   UNION SELECT id FROM ledger.account WHERE flags & 32 <> 0`,
);

/** The four balances. */
export type Sums = Omit<AccountBalance, 'timestamp'>;

interface SumsRow {
  readonly debits_pending: bigint | null;
  readonly debits_posted: bigint | null;
  readonly credits_pending: bigint | null;
  readonly credits_posted: bigint | null;
}

/** Every account's balances after the entries up to a position and an instant, from the log alone. */
export async function sumLog(
  db: Queryable,
  position: bigint,
  timestamp: bigint = TIMESTAMP_MAX,
): Promise<Map<bigint, Sums>> {
  const totals = new Map<bigint, Sums>();
  const until = String(timestamp < TIMESTAMP_MAX ? timestamp : TIMESTAMP_MAX);
  for (let after = 0n; after < position; after += WINDOW_ENTRIES) {
    const upTo = after + WINDOW_ENTRIES < position ? after + WINDOW_ENTRIES : position;
    const parameters = [String(after), String(upTo), until];
    const { rows } = await db.run<SumsRow & { account_id: string }>(SUM_WINDOW, parameters);
    for (const row of rows) {
      const id = fromUuid(row.account_id);
      const before = totals.get(id);
      const sums = sumsOf(row);
      totals.set(id, before ? addSums(before, sums) : sums);
    }
  }
  return totals;
}

/** One account's balances at an instant. */
export async function balancesOfAccountAt(
  db: Queryable,
  id: bigint,
  keepsHistory: boolean,
  timestamp: bigint,
): Promise<Sums> {
  const parameters = [toUuid(id), String(timestamp < TIMESTAMP_MAX ? timestamp : TIMESTAMP_MAX)];
  const { rows } = await db.run<SumsRow>(keepsHistory ? HISTORY_AT : SUM_ACCOUNT, parameters);
  const row = rows[0];
  return row ? sumsOf(row) : { debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n };
}

/** The history of an account by time. */
export async function findHistory(db: Queryable, filter: AccountFilter): Promise<AccountBalance[]> {
  const until = filter.timestampMax === 0n ? TIMESTAMP_MAX : filter.timestampMax;
  const { rows } = await db.run<SumsRow & { timestamp: bigint }>(
    filter.reversed ? HISTORY_REVERSED : HISTORY,
    [
      toUuid(filter.accountId),
      String(filter.timestampMin < TIMESTAMP_MAX ? filter.timestampMin : TIMESTAMP_MAX),
      String(until < TIMESTAMP_MAX ? until : TIMESTAMP_MAX),
      filter.limit,
    ],
  );
  return rows.map((row) => ({ ...sumsOf(row), timestamp: row.timestamp }));
}

/** The history of an account after these events, in order of time. */
export async function historyOfEvents(
  db: Queryable,
  id: bigint,
  timestamps: readonly bigint[],
): Promise<AccountBalance[]> {
  const parameters = [toUuid(id), timestamps.map(String)];
  const { rows } = await db.run<SumsRow & { timestamp: bigint }>(HISTORY_OF_EVENTS, parameters);
  return rows.map((row) => ({ ...sumsOf(row), timestamp: row.timestamp }));
}

/** The accounts that are closed after the log's entry `position`. */
export async function closedAccounts(db: Queryable, position: bigint): Promise<ReadonlySet<bigint>> {
  const { rows } = await db.run<{ id: string }>(CLOSED_ACCOUNTS, [String(position)]);
  return new Set(rows.map((row) => fromUuid(row.id)));
}

function sumsOf(row: SumsRow): Sums {
  return {
    debitsPending: row.debits_pending ?? 0n,
    debitsPosted: row.debits_posted ?? 0n,
    creditsPending: row.credits_pending ?? 0n,
    creditsPosted: row.credits_posted ?? 0n,
  };
}

/** Adds balances field by field. */
export function addSums(a: Sums, b: Sums): Sums {
  return {
    debitsPending: a.debitsPending + b.debitsPending,
    debitsPosted: a.debitsPosted + b.debitsPosted,
    creditsPending: a.creditsPending + b.creditsPending,
    creditsPosted: a.creditsPosted + b.creditsPosted,
  };
}

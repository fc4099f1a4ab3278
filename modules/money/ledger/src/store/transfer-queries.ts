import { type Queryable, type Statement, sql } from '@tpmall/platform/db';
import type { AccountFilter, QueryFilter, Transfer } from '../contract/index.ts';
import { transferFromRow } from './entry-from-row.ts';
import { LOG_COLUMNS, type LogRow, toUuid } from './log-store.ts';

/**
 * Queries look through the log window by window, from the end that the answer begins at, so that an account
 * with millions of transfers answers its first page as fast as one with ten. The block-range indexes let them
 * skip what cannot match.
 */
const FIRST_WINDOW = 20_000n;
const WINDOW_GROWTH = 4n;
const WINDOW_MAX = 1_280_000n;
const TIMESTAMP_MAX = (1n << 63n) - 1n;

const DATA_FILTER = `AND ($6::uuid IS NULL OR user_data_128 = $6) AND ($7::numeric = 0 OR user_data_64 = $7)
  AND ($8::bigint = 0 OR user_data_32 = $8) AND ($9::int = 0 OR code = $9)`;

function accountQuery(
  name: string,
  side: 'debit_account_id' | 'credit_account_id',
  order: 'ASC' | 'DESC',
): Statement {
  return sql(
    name,
    `SELECT ${LOG_COLUMNS} FROM ledger.log WHERE position > $1 AND position <= $2 AND ${side} = $3
     AND timestamp BETWEEN $4 AND $5 AND kind <= 4 ${DATA_FILTER} ORDER BY position ${order} LIMIT $10`,
  );
}

const ACCOUNT_QUERIES = {
  debits: [
    accountQuery('ledger.debits-of-account', 'debit_account_id', 'ASC'),
    accountQuery('ledger.debits-of-account-reversed', 'debit_account_id', 'DESC'),
  ],
  credits: [
    accountQuery('ledger.credits-of-account', 'credit_account_id', 'ASC'),
    accountQuery('ledger.credits-of-account-reversed', 'credit_account_id', 'DESC'),
  ],
} as const;

function dataQuery(name: string, userData: string, order: 'ASC' | 'DESC'): Statement {
  return sql(
    name,
    `SELECT ${LOG_COLUMNS} FROM ledger.log WHERE position > $1 AND position <= $2
     AND ($3::bigint = 0 OR ledger = $3) AND timestamp BETWEEN $4 AND $5 AND kind <= 4 AND ${userData}
     AND ($7::numeric = 0 OR user_data_64 = $7)
     AND ($8::bigint = 0 OR user_data_32 = $8) AND ($9::int = 0 OR code = $9)
     ORDER BY position ${order} LIMIT $10`,
  );
}

// Of its own, because a plan for "any user data" would not use the index over it.
const BY_REFERENCE = [
  dataQuery('ledger.transfers-by-reference', 'user_data_128 = $6::uuid', 'ASC'),
  dataQuery('ledger.transfers-by-reference-reversed', 'user_data_128 = $6::uuid', 'DESC'),
] as const;
const BY_DATA = [
  dataQuery('ledger.transfers-by-data', '$6::uuid IS NULL', 'ASC'),
  dataQuery('ledger.transfers-by-data-reversed', '$6::uuid IS NULL', 'DESC'),
] as const;

/**
 * Transfers of an account in order of time. `end` is the position up to which the log is known to be
 * committed.
 */
export function findAccountTransfers(db: Queryable, filter: AccountFilter, end: bigint): Promise<Transfer[]> {
  const statements = [
    ...(filter.debits ? [ACCOUNT_QUERIES.debits[filter.reversed ? 1 : 0]] : []),
    ...(filter.credits ? [ACCOUNT_QUERIES.credits[filter.reversed ? 1 : 0]] : []),
  ];
  return findInWindows(db, statements, filter, toUuid(filter.accountId), end);
}

/** Transfers by their data in order of time. */
export function findTransfers(db: Queryable, filter: QueryFilter, end: bigint): Promise<Transfer[]> {
  const statements = filter.userData128 === 0n ? BY_DATA : BY_REFERENCE;
  return findInWindows(db, [statements[filter.reversed ? 1 : 0]], filter, filter.ledger, end);
}

async function findInWindows(
  db: Queryable,
  statements: readonly Statement[],
  filter: Omit<QueryFilter, 'ledger'>,
  subject: string | number,
  end: bigint,
): Promise<Transfer[]> {
  if (statements.length === 0) return [];
  const until = filter.timestampMax === 0n ? TIMESTAMP_MAX : least(filter.timestampMax, TIMESTAMP_MAX);
  const userData128 = filter.userData128 === 0n ? null : toUuid(filter.userData128);
  const found: Transfer[] = [];
  let width = FIRST_WINDOW;
  for (let done = 0n; done < end && found.length < filter.limit; ) {
    const reach = least(done + width, end);
    const [after, upTo] = filter.reversed ? [end - reach, end - done] : [done, reach];
    const parameters = [
      after,
      upTo,
      subject,
      least(filter.timestampMin, TIMESTAMP_MAX),
      until,
      userData128,
      filter.userData64,
      filter.userData32,
      filter.code,
      filter.limit - found.length,
    ].map((value) => (value === null ? null : String(value)));
    const answers = await Promise.all(statements.map((statement) => db.run<LogRow>(statement, parameters)));
    const rows = answers.flatMap((answer) => answer.rows);
    if (answers.length > 1) rows.sort((a, b) => Number(a.position - b.position) * (filter.reversed ? -1 : 1));
    for (const row of rows.slice(0, filter.limit - found.length)) found.push(transferFromRow(row));
    done = reach;
    width = least(width * WINDOW_GROWTH, WINDOW_MAX);
  }
  return found;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

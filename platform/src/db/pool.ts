import { isoInstant, type Micros } from '@tpmall/kernel';
import pg from 'pg';
import { createPool } from './create-pool.ts';
import { type Done, StatementRun } from './statement-run.ts';
import { type Database, type Rows, type Statement, sql } from './types.ts';

/** Connections of one module: enough for one long read, one transaction and one statement side by side. */
export const POOL_MAX = 3;
/** A statement that runs longer than this is cut off: nothing on a request's path may take that long. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** How long a request waits for a free connection before it is refused. */
const CONNECT_TIMEOUT_MS = 10_000;

function parserOf(oid: number): (text: string) => unknown {
  if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return parseExactNumber;
  if (oid === pg.types.builtins.TIMESTAMPTZ) return parseInstant;
  return pg.types.getTypeParser(oid, 'text') as (text: string) => unknown;
}

const BEGIN = sql('tpmall.begin', 'BEGIN');
const COMMIT = sql('tpmall.commit', 'COMMIT');
const ROLLBACK = sql('tpmall.rollback', 'ROLLBACK');

/** A timestamptz parameter: microseconds as text that Postgres reads exactly. */
export function instant(at: Micros): string {
  return isoInstant(at);
}

function parseExactNumber(text: string): bigint {
  return BigInt(text);
}

// `2026-11-23 11:42:36.123456+00`; the session's time zone is UTC, the fraction may be shorter or missing.
function parseInstant(text: string): Micros {
  const year = digits(text, 0, 4);
  if (!(year >= 1000 && text[4] === '-' && text.endsWith('+00'))) throw new RangeError(`no instant: ${text}`);
  const day = Date.UTC(year, digits(text, 5, 7) - 1, digits(text, 8, 10));
  const seconds = (digits(text, 11, 13) * 60 + digits(text, 14, 16)) * 60 + digits(text, 17, 19);
  const zone = text.indexOf('+', 19);
  const fraction = digits(text, 20, zone) * 10 ** Math.max(0, 26 - zone);
  return day * 1000 + seconds * 1_000_000 + (zone > 20 ? fraction : 0);
}

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let index = from; index < to; index += 1) number = number * 10 + text.charCodeAt(index) - 48;
  return number;
}

/** Opens a module's pool. Connections are made on first use. */
export function openDatabase(options: {
  url: string;
  /** Shown in pg_stat_activity, so that an operator sees whose connection it is. */
  name: string;
  max?: number;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onError?: (error: Error) => void;
}): Database {
  const config = {
    connectionString: options.url,
    // One stays: a new one is started, signs in and plans its statements anew, all in the first payment after
    // a lull.
    ...{ min: 1, max: options.max ?? POOL_MAX },
    application_name: `tpmall ${options.name}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    options: '-c TimeZone=UTC',
  };
  const pool = createPool(config, (error) => options.onError?.(error));
  return {
    url: options.url,
    run: (statement, values) => withClient(pool, (client) => runOn(client, statement, values)),
    transaction: (work) =>
      withClient(pool, async (client, lose) => {
        try {
          await runOn(client, BEGIN);
          const value = await work({ run: (statement, values) => runOn(client, statement, values) });
          await commit(client);
          return value;
        } catch (error) {
          // Where this fails as well, the connection is gone or going, and Postgres rolls back by itself.
          await runOn(client, ROLLBACK).catch(lose);
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}
/**
 * Lends out a connection. It goes back to the pool whatever a statement on it came to, unless Postgres has
 * ended it or it broke, which the pool sees by itself: opening one costs more than most statements, and a
 * refused row is no fault of it.
 */
async function withClient<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, lose: (error: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const lose = (error: Error): void => {
    broken = error;
  };
  try {
    return await work(client, lose);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.severity !== 'ERROR') lose(error);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** How pg's client takes what is not a query of its own; its types know no callback there. */
interface Runner {
  query(run: StatementRun, done: Done): void;
}

async function runOn<Row extends object>(
  client: pg.PoolClient,
  statement: Statement,
  values: readonly unknown[] = [],
): Promise<Rows<Row>> {
  try {
    return await complete(client, new StatementRun(statement, values, parserOf));
  } catch (error) {
    // From here back to who asked, instead of to the socket that the answer came by.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

/** Postgres answers the COMMIT of a transaction in which a statement failed with a ROLLBACK, not an error. */
async function commit(client: pg.PoolClient): Promise<void> {
  const run = new StatementRun(COMMIT, [], parserOf);
  await complete(client, run);
  if (run.tag !== 'COMMIT') throw new Error('nothing was stored: a statement of the transaction had failed');
}

function complete(client: pg.PoolClient, run: StatementRun): Promise<Rows<never>> {
  return new Promise((resolve, reject) => {
    (client as Runner).query(run, (error, rows) => {
      if (error) reject(error);
      else resolve(rows);
    });
  });
}

/** The SQLSTATE of what a statement threw, or undefined where it came from elsewhere. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The constraint that a statement violated, or undefined. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined;
}

/** The column whose NOT NULL a statement violated, as `schema.table.column`, or undefined. */
export function violatedColumn(error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError) || error.column === undefined) return undefined;
  return `${error.schema}.${error.table}.${error.column}`;
}

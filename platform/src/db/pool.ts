import { setTimeout as sleep } from 'node:timers/promises';
import { isoInstant, type Micros } from '@tpmall/kernel';
import pg from 'pg';
import { DatabaseAway } from './away.ts';
import { createPool } from './create-pool.ts';
import { type Done, StatementRun } from './statement-run.ts';
import { type Database, type Rows, type Statement, sql } from './types.ts';

/** Connections of one module: enough for one long read, one transaction and one statement side by side. */
export const POOL_MAX = 3;
/** A statement that runs longer than this is cut off: nothing on a request's path may take that long. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** How long a request waits for a free connection before it is refused. */
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * How often a server is looked for that nobody listens in place of, or that is only starting, and the pause
 * in between: one that crashed is started again within that time, and who waited notices nothing.
 */
const RETURN_LOOKS = 8;
const RETURN_PAUSE_MS = 250;
/** What says so: of the system, and Postgres' cannot_connect_now. */
const RETURNING: readonly unknown[] = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', '57P03'];

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
  const take = createTake(pool);
  return {
    url: options.url,
    run: (statement, values) => withClient(take, (lent) => runOn(lent, true, statement, values)),
    transaction: (work) =>
      withClient(take, async (lent) => {
        try {
          await runOn(lent, false, BEGIN);
          const value = await work({ run: (statement, values) => runOn(lent, false, statement, values) });
          await commit(lent);
          return value;
        } catch (error) {
          // Where this fails as well, the connection is gone or going, and Postgres rolls back by itself.
          await runOn(lent, false, ROLLBACK).catch((other: unknown) => {
            lent.broken ??= other instanceof Error ? other : new Error(String(other));
          });
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}

/**
 * How connections are taken. While the server is away, one of all that wait looks whether it is back; nothing
 * has been sent yet, so waiting costs nothing but time.
 */
function createTake(pool: pg.Pool): () => Promise<pg.PoolClient> {
  let returning: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    for (let looks = 1; ; looks += 1) {
      await sleep(RETURN_PAUSE_MS);
      try {
        (await pool.connect()).release();
        return;
      } catch (error) {
        if (looks === RETURN_LOOKS || !isReturning(error)) throw error;
      }
    }
  };
  return async () => {
    try {
      await returning;
      return await pool.connect().catch(async (error: unknown) => {
        if (!isReturning(error)) throw error;
        returning ??= look().finally(() => {
          returning = undefined;
        });
        await returning;
        return pool.connect();
      });
    } catch (error) {
      throw new DatabaseAway(error, false);
    }
  };
}

function isReturning(error: unknown): boolean {
  return error instanceof Error && 'code' in error && RETURNING.includes(error.code);
}

/** A connection that is lent out, and why it cannot be used any more. */
interface Lent {
  readonly client: pg.PoolClient;
  broken?: Error;
}

/**
 * Lends out a connection. It goes back to the pool whatever a statement on it came to, unless it broke or
 * Postgres has ended it: opening one costs more than most statements, and a refused row is no fault of it.
 */
async function withClient<T>(
  take: () => Promise<pg.PoolClient>,
  work: (lent: Lent) => Promise<T>,
): Promise<T> {
  const client = await take();
  const lent: Lent = { client };
  const lose = (error: Error): void => {
    lent.broken = error;
  };
  client.on('error', lose);
  try {
    return await work(lent);
  } finally {
    client.off('error', lose);
    client.release(lent.broken);
  }
}

/** How pg's client takes what is not a query of its own; its types know no callback there. */
interface Runner {
  query(run: StatementRun, done: Done): void;
}

/** @param commits whether Postgres stores what the statement does without being told to */
async function runOn<Row extends object>(
  lent: Lent,
  commits: boolean,
  statement: Statement,
  values: readonly unknown[] = [],
): Promise<Rows<Row>> {
  try {
    return await complete(lent.client, new StatementRun(statement, values, parserOf));
  } catch (error) {
    // From here back to who asked, instead of to the socket that the answer came by.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw lossOf(lent, error, commits);
  }
}

/** Postgres answers the COMMIT of a transaction in which a statement failed with a ROLLBACK, not an error. */
async function commit(lent: Lent): Promise<void> {
  const run = new StatementRun(COMMIT, [], parserOf);
  await complete(lent.client, run).catch((error: unknown) => {
    throw lossOf(lent, error, true);
  });
  if (run.tag !== 'COMMIT') throw new Error('nothing was stored: a statement of the transaction had failed');
}

/**
 * What went wrong with a statement: where the connection broke under it, or Postgres ended it (FATAL, as when
 * it is shut down or crashes), the database is away.
 */
function lossOf(lent: Lent, error: unknown, mayBeStored: boolean): unknown {
  if (error instanceof pg.DatabaseError && error.severity !== 'ERROR') lent.broken ??= error;
  return lent.broken ? new DatabaseAway(error, mayBeStored) : error;
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

import { isoInstant, type Micros } from '@tpmall/kernel';
import pg from 'pg';
import type { Database, Rows, Statement } from './types.ts';

/** Connections of one module: enough for one long read, one transaction and one statement side by side. */
export const POOL_MAX = 3;
/** A statement that runs longer than this is cut off: nothing on a request's path may take that long. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** How long a request waits for a free connection before it is refused. */
const CONNECT_TIMEOUT_MS = 10_000;

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    if (format !== 'binary') {
      if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return parseExactNumber;
      if (oid === pg.types.builtins.TIMESTAMPTZ) return parseInstant;
    }
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
  },
};

/** A timestamptz parameter: microseconds as text that Postgres reads exactly. */
export function instant(at: Micros): string {
  return isoInstant(at);
}

function parseExactNumber(text: string): bigint {
  return BigInt(text);
}

function parseInstant(text: string): Micros {
  // `2026-11-23 11:42:36.123456+00`; the session's time zone is UTC, the fraction may be shorter or missing.
  const [seconds = '', rest = ''] = text.split('.');
  const fraction = rest.split('+')[0] ?? '';
  const whole = Date.parse(`${seconds.split('+')[0]?.replace(' ', 'T')}Z`);
  return whole * 1000 + Number(fraction.padEnd(6, '0') || '0');
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
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? POOL_MAX,
    application_name: `tpmall ${options.name}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    options: '-c TimeZone=UTC',
    types,
  });
  pool.on('error', (error) => options.onError?.(error));
  return {
    url: options.url,
    run: (statement, values) => runOn(pool, statement, values),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // While it is lent out the pool does not listen, and an event that nobody hears would end the process.
      const onBroken = (error: Error): void => {
        broken = error;
      };
      client.on('error', onBroken);
      try {
        await client.query('BEGIN');
        const value = await work({ run: (statement, values) => runOn(client, statement, values) });
        await client.query('COMMIT');
        return value;
      } catch (error) {
        await client.query('ROLLBACK').catch((rollback: unknown) => {
          // The connection is gone, and Postgres rolls back by itself; the pool must not hand it out again.
          broken = rollback instanceof Error ? rollback : new Error(String(rollback));
        });
        throw error;
      } finally {
        client.off('error', onBroken);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

async function runOn<Row extends object>(
  on: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[] = [],
): Promise<Rows<Row>> {
  const result = await on.query<Row>({ name: statement.name, text: statement.text, values: [...values] });
  return { rows: result.rows, count: result.rowCount ?? result.rows.length };
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

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tpmall/kernel';
import { ACCOUNT_FLAGS } from '@tpmall/ledger/contract';
import { withConnection } from '@tpmall/platform/db';
import { migrate } from '@tpmall/platform/migrations';
import { startPostgres, stopPostgres } from '@tpmall/platform/postgres';
import { freePorts, silentLog, TEST_SECRET } from '@tpmall/platform/testing';
import pg from 'pg';
import { killPostgres } from '../../harness/server-process.ts';
import type { Evidence, LogLine } from './check.ts';
import { type Acknowledged, type Balances, decode } from './wire.ts';

/** A Postgres of one's own that flushes to disk, with a ledger in it. */
export interface Stage {
  /** As role `ledger_app`; the same after every restart. */
  readonly url: string;
  /** The client's own log. */
  readonly ackFile: string;
  /** Ends every process of the server without warning, and starts it again. */
  crashPostgres(): Promise<void>;
  /** Changes what guards the ledger, as superuser: a fault that the checker has to notice. */
  plant(statements: string): Promise<void>;
  /** What there is to check, but for the machine's balances. */
  evidence(): Promise<Gathered>;
  close(): Promise<void>;
}

/** What SQL and the client's log say, at one position of the log. */
export type Gathered = Omit<Evidence, 'balances'> & { readonly position: bigint };

const MIGRATIONS = new URL('../../../modules/money/ledger/migrations/', import.meta.url);

const LOG = `SELECT position, timestamp, kind, id, debit_account_id, credit_account_id, pending_id, amount,
  timeout, refusal FROM ledger.log ORDER BY position`;
const LIMITED = `SELECT id FROM ledger.account
  WHERE flags & ${ACCOUNT_FLAGS.debitsMustNotExceedCredits} <> 0`;
/** The projection: every balance as a sum over the log. */
const SUMS = `
  WITH side AS (
    SELECT debit_account_id AS id, kind, amount, pending_amount, true AS debit FROM ledger.log WHERE kind <= 5
    UNION ALL
    SELECT credit_account_id, kind, amount, pending_amount, false FROM ledger.log WHERE kind <= 5
  ), moved AS (
    SELECT id, debit, CASE WHEN kind IN (1, 3) THEN amount ELSE 0 END AS posted,
      CASE WHEN kind = 2 THEN amount WHEN kind >= 3 THEN -pending_amount ELSE 0 END AS pending FROM side
  )
  SELECT id, coalesce(sum(pending) FILTER (WHERE debit), 0) AS debits_pending,
    coalesce(sum(posted) FILTER (WHERE debit), 0) AS debits_posted,
    coalesce(sum(pending) FILTER (WHERE NOT debit), 0) AS credits_pending,
    coalesce(sum(posted) FILTER (WHERE NOT debit), 0) AS credits_posted
  FROM moved GROUP BY id`;

/** Builds the stage in a folder of its own. */
export async function buildStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'tpmall-ledger-kill-'));
  const options = { dataDir: folder, port: await freePorts(), durable: true, log: silentLog };
  let postgres = await startPostgres(options);
  const adminUrl = postgres.url;
  const migrated = await migrate({
    adminUrl,
    modules: [{ name: 'ledger', migrations: MIGRATIONS }],
    secret: TEST_SECRET,
    log: silentLog,
    clock: systemClock,
  });
  const ackFile = join(folder, 'acknowledged.jsonl');
  return {
    url: migrated.urlOf('ledger'),
    ackFile,
    async crashPostgres() {
      killPostgres(folder);
      postgres = await startPostgres(options);
    },
    plant: (statements) =>
      withConnection({ connectionString: adminUrl }, async (client) => {
        await client.query(statements);
      }),
    evidence: () => gather(adminUrl, ackFile),
    async close() {
      await postgres.stop();
      await stopPostgres(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function gather(adminUrl: string, ackFile: string): Promise<Gathered> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    // An index that a crash had damaged would hide what it does not know.
    await client.query(
      'SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off',
    );
    const at = (await client.query<{ position: string }>('SELECT position FROM ledger.writer')).rows;
    const rows = (await client.query<Row>(LOG)).rows;
    const limited = (await client.query<{ id: string }>(LIMITED)).rows;
    const sums = (await client.query<SumRow>(SUMS)).rows;
    return {
      acknowledged: readAcknowledged(ackFile),
      log: rows.map(logLine),
      limited: limited.map((row) => idOf(row.id)),
      sums: sums.map(balancesOf),
      position: BigInt(at[0]?.position ?? 0),
    };
  } finally {
    await client.end();
  }
}

/** The last line may be torn when the client itself was ended; whatever has its end was flushed. */
function readAcknowledged(file: string): Acknowledged[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => decode<Acknowledged>(line));
}

interface Row {
  readonly position: string;
  readonly timestamp: string;
  readonly kind: number;
  readonly id: string | null;
  readonly debit_account_id: string | null;
  readonly credit_account_id: string | null;
  readonly pending_id: string | null;
  readonly amount: string | null;
  readonly timeout: string | null;
  readonly refusal: string | null;
}

interface SumRow {
  readonly id: string;
  readonly debits_pending: string;
  readonly debits_posted: string;
  readonly credits_pending: string;
  readonly credits_posted: string;
}

function logLine(row: Row): LogLine {
  return {
    position: BigInt(row.position),
    timestamp: BigInt(row.timestamp),
    kind: row.kind,
    id: idOf(row.id),
    debitAccountId: idOf(row.debit_account_id),
    creditAccountId: idOf(row.credit_account_id),
    pendingId: idOf(row.pending_id),
    amount: BigInt(row.amount ?? 0),
    timeout: BigInt(row.timeout ?? 0),
    refusal: row.refusal,
  };
}

function balancesOf(row: SumRow): Balances {
  return {
    id: idOf(row.id),
    debitsPending: BigInt(row.debits_pending),
    debitsPosted: BigInt(row.debits_posted),
    creditsPending: BigInt(row.credits_pending),
    creditsPosted: BigInt(row.credits_posted),
  };
}

function idOf(uuid: string | null): bigint {
  return uuid === null ? 0n : BigInt(`0x${uuid.replaceAll('-', '')}`);
}

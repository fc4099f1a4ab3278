import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerWriter } from './create-writer.ts';
import { debitsOf, ledgerDatabase, openAccounts, send, writerOn } from './fixtures.ts';
import { connectLog } from './log-connection.ts';

let database: Awaited<ReturnType<typeof ledgerDatabase>>;
const writers: LedgerWriter[] = [];

const start = async (): Promise<LedgerWriter> => {
  const writer = writerOn(database);
  writers.push(writer);
  await writer.start();
  return writer;
};

beforeEach(async () => {
  database = await ledgerDatabase();
});

afterEach(async () => {
  await Promise.all(writers.splice(0).map((writer) => writer.stop()));
  await database.close();
});

describe('fencing', () => {
  it('lets a second process stand by until the first is gone', async () => {
    const first = await start();
    await openAccounts(first, 2);
    const second = await start();
    expect(second.status().mode).toBe('standby');
    expect(await send(second, { id: 1n })).toEqual(['unavailable']);
    await send(first, { id: 1n });
    await first.stop();
    await until(() => second.status().mode === 'leading');
    expect(await send(second, { id: 1n }, { id: 2n })).toEqual(['exists', 'created']);
  });

  it('lets a batch of an older epoch never commit', async () => {
    const writer = await start();
    await openAccounts(writer, 2);
    await send(writer, { id: 1n });
    // As a takeover does, but without ending the old writer's server process: only the epoch stops it.
    await database.query('UPDATE ledger.writer SET epoch = epoch + 1');
    expect(await send(writer, { id: 2n })).toEqual(['unavailable']);
    expect(await database.query('SELECT count(*)::int AS n FROM ledger.log')).toEqual([{ n: 1 }]);
  });

  it('lets a checkpoint of an older epoch never be written', async () => {
    const writer = await start();
    await openAccounts(writer, 2);
    await send(writer, { id: 1n });
    await database.query('UPDATE ledger.writer SET epoch = epoch + 1');
    await writer.checkpoint();
    expect(await database.query('SELECT position::int FROM ledger.checkpoint')).toEqual([{ position: 0 }]);
    expect(await database.query('SELECT block FROM ledger.balance_block')).toEqual([]);
  });

  it('takes over from a living leader, which then stands by', async () => {
    const first = await start();
    await openAccounts(first, 2);
    await send(first, { id: 1n });
    const second = await start();
    await second.takeOver();
    expect(await send(second, { id: 2n })).toEqual(['created']);
    await until(() => first.status().mode === 'standby');
    expect(await send(first, { id: 3n })).toEqual(['unavailable']);
    expect(await debitsOf(second, 1n)).toBe('0/20');
  });

  it('does not wait for a leader that stopped in the middle of a checkpoint', async () => {
    const first = await start();
    await openAccounts(first, 2);
    await send(first, { id: 1n });
    const second = await start();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('BEGIN; SELECT position FROM ledger.checkpoint FOR UPDATE');
      await second.takeOver();
      expect(await send(second, { id: 2n })).toEqual(['created']);
      expect(await debitsOf(second, 1n)).toBe('0/20');
    } finally {
      await client.end();
    }
  });

  it('ends the server process of a leader that stopped in the middle of a batch', async () => {
    const first = await start();
    await openAccounts(first, 2);
    const second = await start();
    // A transaction that holds the writer's row and never ends: a process paused between two parts of a
    // batch.
    const paused = new pg.Client({
      connectionString: database.urlOf('ledger'),
      application_name: 'tpmall ledger writer',
    });
    const ended = new Promise((resolve) => {
      paused.on('error', resolve);
    });
    await paused.connect();
    await paused.query('BEGIN; UPDATE ledger.writer SET position = position');
    await second.takeOver();
    await ended;
    expect(second.status().mode).toBe('leading');
  });
});

describe('the connection that writes the log', () => {
  it('waits for the disk with each commit, whatever the database does by default', async () => {
    await database.query(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
    END $$`);
    const connection = await connectLog(database.url);
    const { rows } = await connection.client.query('SHOW synchronous_commit');
    await connection.close();
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
  });
});

describe('a commit of unknown outcome', () => {
  it('is settled by the log’s position, whether it was committed or not', async () => {
    const writer = await start();
    await openAccounts(writer, 2);
    for (let round = 1; round <= 10; round += 1) {
      const base = BigInt(round * 1_000);
      const calls = Array.from({ length: 40 }, (_, index) => send(writer, { id: base + BigInt(index) }));
      // The server process is ended at a random point of the batches under way.
      await pause(round % 4);
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'tpmall ledger writer' AND datname = current_database()`,
      );
      for (const statuses of await Promise.all(calls)) expect(statuses).toEqual(['created']);
      expect(await debitsOf(writer, 1n)).toBe(`0/${round * 400}`);
    }
    expect(
      await database.query('SELECT count(*)::int AS n, count(DISTINCT id)::int AS ids FROM ledger.log'),
    ).toEqual([{ n: 400, ids: 400 }]);
  });

  it('is answered `unknown` where another process has led since', async () => {
    const first = await start();
    await openAccounts(first, 2);
    const second = await start();
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN; SELECT FROM ledger.writer FOR UPDATE');
    const doubtful = send(first, { id: 1n });
    await until(async () => {
      const waiting = await database.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return waiting.length > 0;
    });
    const taken = second.takeOver();
    await until(() => first.status().mode !== 'leading');
    await holder.end();
    await taken;
    expect(await doubtful).toEqual(['unknown']);
    expect(['created', 'exists']).toContain((await send(second, { id: 1n }))[0]);
    expect(await debitsOf(second, 1n)).toBe('0/10');
  });
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10);
}

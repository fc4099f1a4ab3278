import { systemClock, unwrap } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { type Database, DatabaseAway, openDatabase, sql } from '@tpmall/platform/db';
import { createJobBoard, type JobRunner, jobQueue, startJobs } from '@tpmall/platform/jobs';
import { createMetrics, silentLog } from '@tpmall/platform/telemetry';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cuttable, cuttable } from './harness/cuttable.ts';

const POLL = { timeout: 30_000 };
const sample = {
  name: 'sample',
  migrations: new URL('../platform/src/testing/sample-migrations/', import.meta.url),
};

let database: TestDatabase;
let way: Cuttable;
let admin: pg.Client;
let jobs: JobRunner | undefined;
beforeEach(async () => {
  database = await testDatabase({ modules: [sample] });
  way = await cuttable(database.url);
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});
afterEach(async () => {
  await jobs?.stop();
  jobs = undefined;
  await way.close();
  await admin.end();
  await database.close();
});

const roundTrip = sql('sample.round-trip', 'SELECT 1 AS one');
const INSERT = sql('sample.insert', 'INSERT INTO sample.item (id, name) VALUES ($1, $2)');
const dbByTheWay = (): Database => openDatabase({ url: way.urlOf(database.urlOf('sample')), name: 'sample' });
/** Work on it, by another connection than the admin's, that waits for what `text` has locked. */
const whileLocked = async (text: string, work: () => Promise<void>): Promise<void> => {
  const keeper = new pg.Client({ connectionString: database.url });
  await keeper.connect();
  await keeper.query(`BEGIN; ${text}`);
  await work();
  await keeper.end();
};
const waiting = async (): Promise<number | null> =>
  (
    await admin.query(`SELECT FROM pg_stat_activity WHERE datname = current_database()
      AND application_name LIKE 'tpmall %' AND wait_event_type = 'Lock'`)
  ).rowCount;

it('a statement waits for a server that is started again', async () => {
  const db = dbByTheWay();
  await way.become('gone');
  const asked = [db.run(roundTrip), db.run(roundTrip), db.run(roundTrip), db.run(roundTrip)];
  await way.become('starting');
  await way.become('there');
  for (const { rows } of await Promise.all(asked)) expect(rows).toEqual([{ one: 1 }]);
  await db.close();
});

it('a statement that finds no server has stored nothing', async () => {
  const db = dbByTheWay();
  await way.become('gone');
  const refused = await db.run(INSERT, ['never', 'x']).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DatabaseAway);
  expect(refused).toMatchObject({ mayBeStored: false, message: expect.stringContaining('ECONNREFUSED') });
  await way.become('there');
  expect((await db.run(roundTrip)).rows).toEqual([{ one: 1 }]);
  await db.close();
});

it.each([
  ['a statement of its own', true, (db: Database) => db.run(INSERT, ['lost', 'x'])],
  [
    'a statement of a transaction',
    false,
    (db: Database) => db.transaction((tx) => tx.run(INSERT, ['lost', 'x'])),
  ],
])('%s whose connection breaks may have been stored: %s', async (_what, mayBeStored, insert) => {
  const db = dbByTheWay();
  await whileLocked('LOCK TABLE sample.item IN ACCESS EXCLUSIVE MODE', async () => {
    const lost = insert(db).catch((error: unknown) => error);
    await expect.poll(waiting, POLL).toBe(1);
    way.cut();
    expect(await lost).toBeInstanceOf(DatabaseAway);
    expect(await lost).toMatchObject({ mayBeStored });
  });
  await db.close();
});

it('a transaction whose connection breaks under its COMMIT may have been stored', async () => {
  const db = dbByTheWay();
  // What is deferred runs within COMMIT.
  await admin.query(`CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER held AFTER INSERT ON sample.item DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION held()`);
  await whileLocked('SELECT pg_advisory_xact_lock(1)', async () => {
    const lost = db.transaction((tx) => tx.run(INSERT, ['lost', 'x'])).catch((error: unknown) => error);
    await expect.poll(waiting, POLL).toBe(1);
    way.cut();
    expect(await lost).toMatchObject({ name: 'DatabaseAway', mayBeStored: true });
  });
  await db.close();
});

it('a statement that Postgres ends with its connection may have been stored', async () => {
  const db = dbByTheWay();
  await whileLocked('LOCK TABLE sample.item IN ACCESS EXCLUSIVE MODE', async () => {
    const lost = db.run(INSERT, ['lost', 'x']).catch((error: unknown) => error);
    await expect.poll(waiting, POLL).toBe(1);
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    expect(await lost).toMatchObject({ name: 'DatabaseAway', mayBeStored: true });
  });
  await db.close();
});

const runJobs = async (work: () => Promise<void>): Promise<void> => {
  jobs = await startJobs({
    url: way.urlOf(database.urlOf('jobs')),
    owners: [{ module: 'sample', db: database.db('sample'), jobs: [{ name: 'work', run: work }] }],
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
  });
};

it('jobs go on whose connections broke while the queue was being asked', async () => {
  let ran = 0;
  await runJobs(async () => {
    ran += 1;
  });
  await whileLocked('LOCK TABLE graphile_worker._private_jobs IN ACCESS EXCLUSIVE MODE', async () => {
    // Every connection but the one that listens is lent to a worker, whose question waits for this lock.
    await expect.poll(waiting, POLL).toBe(4);
    way.cut();
  });
  await jobQueue.enqueue(database.db('sample'), 'work', {});
  await expect.poll(() => ran, POLL).toBeGreaterThan(0);
  const context = { actor: 'operator:person_1', tenant: 'acct_house' } as CallContext;
  const left = async () =>
    unwrap(await createJobBoard(database.db('jobs'), systemClock).listJobs(context, { limit: 9 }));
  await expect.poll(left, POLL).toEqual([]);
});

it('jobs stop while the database is only starting, though one of them cannot tell its end', async () => {
  let begun = false;
  let finish = (): void => undefined;
  await runJobs(() => {
    begun = true;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  await jobQueue.enqueue(database.db('sample'), 'work', {});
  await expect.poll(() => begun, POLL).toBe(true);
  await way.become('starting');
  const connected = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'tpmall jobs'`;
  await expect.poll(async () => (await admin.query(connected)).rowCount, POLL).toBe(0);
  finish();
  // While it starts nothing can be waited for: a stop that waited for it would never end here.
  await jobs?.stop();
  jobs = undefined;
});

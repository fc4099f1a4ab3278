import { systemClock, unwrap } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
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
  // Every connection but the one that listens is lent to a worker, whose question waits for this lock.
  const keeper = new pg.Client({ connectionString: database.url });
  await keeper.connect();
  await keeper.query('BEGIN; LOCK TABLE graphile_worker._private_jobs IN ACCESS EXCLUSIVE MODE');
  const waiting = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'tpmall jobs' AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await admin.query(waiting)).rowCount, POLL).toBe(4);
  way.cut();
  await keeper.end();
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

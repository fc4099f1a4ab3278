import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Clock, DAY, HOUR, MILLISECOND, systemClock, unwrap } from '@tpmall/kernel';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../contract/index.ts';
import { sql } from '../db/index.ts';
import type { Job } from '../module/module.ts';
import { createMetrics, type MetricsRegistry, silentLog } from '../telemetry/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { createJobBoard, type JobRunner, type JobState, jobQueue, startJobs } from './index.ts';

function moduleOf(name: string): { name: string; migrations: URL } {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const migration = join(folder, '0001-begin');
  mkdirSync(migration);
  writeFileSync(join(migration, 'up.sql'), '-- tpmall:outbox\n');
  writeFileSync(join(migration, 'notes.md'), 'A module of a test.\n');
  writeFileSync(join(migration, 'test-after.sql'), 'SELECT 1;\n');
  return { name, migrations: pathToFileURL(`${folder}/`) };
}

let database: TestDatabase;
const runners: JobRunner[] = [];
/** Work that is held back ends with the test, however that went: a runner stops when its jobs are over. */
const held: (() => void)[] = [];
const untilReleased = () => new Promise<void>((resolve) => held.push(resolve));
const release = (): void => {
  for (const end of held.splice(0)) end();
};
beforeEach(async () => {
  database = await testDatabase({ modules: [moduleOf('baker'), moduleOf('butcher')] });
});
afterEach(async () => {
  release();
  for (const runner of runners.splice(0)) await runner.stop();
  await database.close();
});

interface Ground {
  readonly clock: Clock;
  readonly metrics: MetricsRegistry;
}

async function runJobs(
  module: string,
  jobs: readonly Job[],
  { clock = systemClock, metrics = createMetrics({ processMetrics: false }) }: Partial<Ground> = {},
): Promise<void> {
  runners.push(
    await startJobs({
      url: database.urlOf('jobs'),
      owners: [{ module, db: database.db(module), jobs }],
      clock,
      log: silentLog,
      metrics,
    }),
  );
}

it('runs what was enqueued in a transaction that committed, and nothing of one that did not', async () => {
  const ran: unknown[] = [];
  await runJobs('baker', [
    {
      name: 'bake',
      run: async (payload) => {
        ran.push(payload);
      },
    },
  ]);
  const db = database.db('baker');
  await db.transaction((tx) => jobQueue.enqueue(tx, 'bake', { loaf: 1 }));
  const undone = db.transaction(async (tx) => {
    await jobQueue.enqueue(tx, 'bake', { loaf: 2 });
    throw new Error('changed my mind');
  });
  await expect(undone).rejects.toThrow('changed my mind');
  await db.transaction((tx) => jobQueue.enqueue(tx, 'bake', { loaf: 3 }));
  await expect.poll(() => ran.length, { timeout: 20_000 }).toBe(2);
  // Several workers take them, so that either may be first.
  expect(ran).toEqual(expect.arrayContaining([{ loaf: 1 }, { loaf: 3 }]));
});

it('stamps the module that enqueues, so that nobody enqueues another’s jobs', async () => {
  const ran: string[] = [];
  const job = (name: string): Job => ({
    name: 'work',
    run: async () => {
      ran.push(name);
    },
  });
  await runJobs('baker', [job('baker')]);
  await runJobs('butcher', [job('butcher')]);
  await jobQueue.enqueue(database.db('butcher'), 'work', {});
  await expect.poll(() => ran, { timeout: 20_000 }).toEqual(['butcher']);
});

it('repeats a job that fails, and one that has an interval', async () => {
  let failures = 0;
  let beats = 0;
  await runJobs('baker', [
    {
      name: 'stumble',
      run: async () => {
        failures += 1;
        if (failures === 1) throw new Error('once');
      },
    },
    {
      name: 'beat',
      every: 50 * MILLISECOND,
      run: async () => {
        beats += 1;
        if (beats === 1) throw new Error('the first one');
      },
    },
  ]);
  await jobQueue.enqueue(database.db('baker'), 'stumble', {});
  await expect.poll(() => [failures >= 2, beats >= 3], { timeout: 30_000 }).toEqual([true, true]);
});

it.each([-1, 1])('repeats by the database’s clock, however far this machine’s is off', async (side) => {
  const beats: string[] = [];
  const beat = (name: string, every: number): Job => ({
    ...{ name, every },
    run: async () => {
      beats.push(name);
      if (beats.length < 3) throw new Error('not yet');
    },
  });
  const away = { now: () => systemClock.now() + side * HOUR };
  await runJobs('baker', [beat('often', 50 * MILLISECOND), beat('seldom', HOUR / 2)], { clock: away });
  const isOften = () => beats.includes('seldom') && beats.filter((name) => name === 'often').length >= 3;
  await expect.poll(isOften, { timeout: 30_000 }).toBe(true);
  expect(beats.filter((name) => name === 'seldom')).toEqual(['seldom']);
});

it('replaces a job of the same key that has not started', async () => {
  const ran: unknown[] = [];
  const db = database.db('baker');
  const runAt = systemClock.now() + 200 * MILLISECOND;
  await jobQueue.enqueue(db, 'bake', { batch: 1 }, { key: 'daily', runAt });
  await jobQueue.enqueue(db, 'bake', { batch: 2 }, { key: 'daily', runAt });
  await runJobs('baker', [
    {
      name: 'bake',
      run: async (payload) => {
        ran.push(payload);
      },
    },
  ]);
  await expect.poll(() => ran, { timeout: 20_000 }).toEqual([{ batch: 2 }]);
  await jobQueue.enqueue(db, 'bake', { batch: 3 }, { runAt: runAt + 200 * MILLISECOND });
  await expect.poll(() => ran, { timeout: 20_000 }).toEqual([{ batch: 2 }, { batch: 3 }]);
});

it('runs at once what a process had begun that was killed, and not what another one is doing', async () => {
  const db = database.db('baker');
  const ran: unknown[] = [];
  let finish = (): void => undefined;
  const slow = new Promise<void>((resolve) => (finish = resolve));
  const bake: Job = {
    name: 'bake',
    run: async (payload) => {
      ran.push(payload);
      await slow;
    },
  };
  await runJobs('baker', [bake]);
  await jobQueue.enqueue(db, 'bake', { batch: 'living' });
  await expect.poll(() => ran, { timeout: 20_000 }).toEqual([{ batch: 'living' }]);
  await jobQueue.enqueue(db, 'grind', { batch: 'dead' });
  const client = new pg.Client({ connectionString: database.urlOf('jobs') });
  await client.connect();
  await client.query(
    `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'worker-that-was-killed'
     WHERE payload::text LIKE '%dead%'`,
  );
  await client.end();
  await runJobs('baker', [bake, { ...bake, name: 'grind' }]);
  await expect.poll(() => ran, { timeout: 20_000 }).toEqual([{ batch: 'living' }, { batch: 'dead' }]);
  // Both runners live, and have looked at the queue: nothing ran twice.
  await jobQueue.enqueue(db, 'bake', { batch: 'next' });
  await expect
    .poll(() => ran, { timeout: 20_000 })
    .toEqual([{ batch: 'living' }, { batch: 'dead' }, { batch: 'next' }]);
  finish();
});

it('keeps no job waiting behind those that wait for an outside host', async () => {
  const ran: string[] = [];
  const silence = untilReleased();
  const db = database.db('baker');
  for (let n = 0; n < 8; n += 1) await jobQueue.enqueue(db, 'mail', {});
  await jobQueue.enqueue(db, 'bake', {});
  const mail: Job = {
    name: 'mail',
    outside: true,
    run: () => {
      ran.push('mail');
      return silence;
    },
  };
  const bake = async (): Promise<void> => void ran.push('bake');
  await runJobs('baker', [mail, { name: 'bake', run: bake }]);
  await expect.poll(() => ran, { timeout: 20_000 }).toContain('bake');
  release();
  await expect.poll(() => ran.filter((name) => name === 'mail'), { timeout: 20_000 }).toHaveLength(8);
});

it('begins no turn of a repeating job beside the one before, and goes on when that is over', async () => {
  let begun = 0;
  let passed = 0;
  const slow = untilReleased();
  const sweep: Job = {
    name: 'sweep',
    every: 20 * MILLISECOND,
    run: () => {
      begun += 1;
      return slow;
    },
  };
  const beat: Job = { name: 'beat', every: 20 * MILLISECOND, run: async () => void (passed += 1) };
  await runJobs('baker', [sweep, beat]);
  // Both come again equally often, so that many turns of the slow one have passed by as well.
  await expect.poll(() => passed, { timeout: 30_000 }).toBeGreaterThan(8);
  expect(begun).toBe(1);
  release();
  await expect.poll(() => begun, { timeout: 20_000 }).toBeGreaterThan(2);
});

it('leaves nothing behind of a turn that was killed, or of a run that was replaced and failed', async () => {
  const db = database.db('baker');
  await jobQueue.enqueue(db, 'sweep', {}, { key: 'baker.sweep:every' });
  await jobQueue.enqueue(db, 'grind', {}, { key: 'baker.grind:every' });
  const client = new pg.Client({ connectionString: database.urlOf('jobs') });
  await client.connect();
  // As a process left the one that was killed after it had enqueued the next turn, and an earlier version
  // the other, whose lock was taken from it.
  await client.query(
    `UPDATE graphile_worker._private_jobs SET key = NULL, attempts = max_attempts, locked_at =
       CASE WHEN task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = 'baker.sweep')
       THEN now() END, locked_by = 'worker-that-was-killed'`,
  );
  await client.end();
  const ran: unknown[] = [];
  const bake: Job = {
    name: 'bake',
    run: async (payload) => {
      ran.push(payload);
      if (ran.length > 1) return;
      await jobQueue.enqueue(db, 'bake', { batch: 2 }, { key: 'daily' });
      throw new Error('the oven is cold');
    },
  };
  const nothing = async (): Promise<void> => undefined;
  await jobQueue.enqueue(db, 'bake', { batch: 1 }, { key: 'daily' });
  const repeating = ['sweep', 'grind'].map((name): Job => ({ name, every: DAY, run: nothing }));
  await runJobs('baker', [bake, ...repeating]);
  const left = async () =>
    unwrap(await board().listJobs(context, { limit: 9 }))
      .map(({ name, state }) => `${name} ${state}`)
      .sort();
  await expect.poll(left, { timeout: 20_000 }).toEqual(['grind waiting', 'sweep waiting']);
  expect(ran).toEqual([{ batch: 1 }, { batch: 2 }]);
});

it('goes on however often the database goes away in the middle of a job', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const db = database.db('baker');
  const name = new URL(database.url).pathname.slice(1);
  const elsewhere = new URL(database.url);
  elsewhere.pathname = '/postgres';
  const onCluster = new pg.Client({ connectionString: elsewhere.href });
  await onCluster.connect();
  const finish: (() => void)[] = [];
  const letIn = (yes: boolean) =>
    onCluster.query('UPDATE pg_database SET datallowconn = $2 WHERE datname = $1', [name, yes]);
  try {
    let runs = 0;
    const bake: Job = {
      name: 'bake',
      run: () => {
        runs += 1;
        return new Promise((resolve) => finish.push(resolve));
      },
    };
    await runJobs('baker', [bake], { metrics });
    const workers = async () => Number(/^tpmall_job_workers (\d+)$/m.exec(await metrics.render())?.[1]);
    // More often than there are workers.
    for (let round = 1; round <= 5; round += 1) {
      if (round === 1) await jobQueue.enqueue(db, 'bake', {});
      // What was done and could not be told is done once more.
      await expect.poll(() => runs, { timeout: 30_000 }).toBe(round);
      await letIn(false);
      await onCluster.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        name,
      ]);
      finish.at(-1)?.();
      await expect.poll(workers, { timeout: 30_000 }).toBeLessThan(4);
      await letIn(true);
      // One of those before may be at work still.
      await expect.poll(workers, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    }
    await expect.poll(() => runs, { timeout: 30_000 }).toBe(6);
    for (const end of finish) end();
    const left = async () => unwrap(await board().listJobs(context, { limit: 9 }));
    await expect.poll(left, { timeout: 30_000 }).toEqual([]);
    expect(runs).toBe(6);
  } finally {
    for (const end of finish) end();
    await letIn(true);
    await onCluster.end();
  }
}, 120_000);

const context = { actor: 'operator:person_1', tenant: 'acct_house' } as CallContext;
const board = () => createJobBoard(database.db('jobs'), systemClock);

describe('the board', () => {
  const told = sql('test.told', 'SELECT type, tenant, aggregate_id, payload FROM platform.outbox');
  const listed = async (state?: JobState) => {
    const found = await board().listJobs(context, { limit: 100, ...(state && { state }) });
    return unwrap(found);
  };

  it('shows what waits and what fails, with why, and runs it at once where somebody says so', async () => {
    let isBroken = true;
    const ran: unknown[] = [];
    const run = async (payload: unknown): Promise<void> => {
      ran.push(payload);
      if (isBroken) throw new Error('the oven is cold');
    };
    const db = database.db('baker');
    const tomorrow = systemClock.now() + DAY;
    await jobQueue.enqueue(db, 'deliver', {}, { runAt: tomorrow });
    await jobQueue.enqueue(db, 'bake', {});
    await runJobs('baker', [
      { name: 'bake', run },
      { name: 'sweep', every: DAY, run: () => run('sweep') },
    ]);
    await expect.poll(() => listed('failing'), { timeout: 20_000 }).toHaveLength(2);
    const failing = await listed('failing');
    expect(failing).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ module: 'baker', name: 'bake', repeats: false, failuresMax: 25 }),
        expect.objectContaining({ module: 'baker', name: 'sweep', repeats: true, failuresMax: null }),
      ]),
    );
    for (const { lastError, failures, nextAt } of failing) {
      expect(lastError).toBe('the oven is cold');
      expect(failures).toBeGreaterThan(0);
      expect(nextAt).toBeGreaterThan(0);
    }
    const all = await listed();
    expect(all.slice(0, 2).map(({ state }) => state)).toEqual(['failing', 'failing']);
    expect(await listed('waiting')).toEqual([
      expect.objectContaining({ name: 'deliver', nextAt: tomorrow, failures: 0, lastError: null }),
    ]);

    isBroken = false;
    for (const { id } of failing) await board().retryJob(context, { id });
    // What succeeded is gone; a repeating job waits for its next time, with nothing to complain of.
    await expect.poll(() => listed('failing'), { timeout: 20_000 }).toEqual([]);
    await expect
      .poll(async () => (await listed('waiting')).map(({ name }) => name).sort(), { timeout: 20_000 })
      .toEqual(['deliver', 'sweep']);
  });

  it('shows what has stopped first, and says that a job runs or is not there', async () => {
    const slow = untilReleased();
    const db = database.db('baker');
    await jobQueue.enqueue(db, 'bake', {});
    await jobQueue.enqueue(db, 'deliver', {}, { runAt: systemClock.now() + DAY });
    const client = new pg.Client({ connectionString: database.urlOf('jobs') });
    await client.connect();
    await client.query(
      `UPDATE graphile_worker._private_jobs SET attempts = max_attempts, last_error = 'for good'
       WHERE run_at > now()`,
    );
    await client.end();
    const sweep: Job = { name: 'sweep', every: DAY, run: () => slow };
    await runJobs('baker', [{ name: 'bake', run: () => slow }, sweep]);
    const atWork = async () => (await listed('running')).length;
    await expect.poll(atWork, { timeout: 20_000 }).toBe(2);
    expect(await listed('running')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'bake', repeats: false, failures: 0, failuresMax: 25 }),
        expect.objectContaining({ name: 'sweep', repeats: true, failures: 0, failuresMax: null }),
      ]),
    );
    const [first, second] = await listed();
    expect(first).toMatchObject({ name: 'deliver', state: 'stopped', nextAt: null, lastError: 'for good' });
    expect(await board().retryJob(context, { id: second?.id ?? '' })).toMatchObject({
      ok: false,
      error: { code: 'job_running', field: 'id' },
    });
    expect(await board().retryJob(context, { id: 'job_999999' })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(await board().retryJob(context, { id: first?.id ?? '' })).toMatchObject({
      ok: true,
      value: { state: 'waiting', failures: 0 },
    });
    // What was done is told, and what was refused is not.
    const { rows } = await database.db('relay').run(told);
    expect(rows).toEqual([
      {
        ...{ type: 'audit.entry', tenant: 'acct_house', aggregate_id: first?.id },
        payload: {
          ...{ actor: 'operator:person_1', action: 'job.retried', subject: first?.id },
          ...{ reason: 'it was to run at once', detail: { job: 'baker.deliver' } },
        },
      },
    ]);
  });
});

import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Micros } from '@tpmall/kernel';
import {
  type JobHelpers,
  Logger,
  type Runner,
  type RunnerOptions,
  run,
  type Task,
  type TaskList,
} from 'graphile-worker';
import type pg from 'pg';
import { createPool, type Database, DatabaseAway } from '../db/index.ts';
import type { Job } from '../module/module.ts';
import type { Counter, Log, Metrics } from '../telemetry/types.ts';
import { sayWhoLives } from './living-workers.ts';
import { jobQueue } from './queue.ts';

/** Jobs run at a time in one process; they wait for the network more than for the processor. */
const CONCURRENCY = 4;
/** Jobs besides that wait for an outside host: one that is sent at once, beside a sweep over what is due. */
const OUTSIDE_CONCURRENCY = 2;
/** Shared by all workers of a process: two wait to be nudged, the others take jobs and tell their end. */
const JOB_CONNECTIONS = 5;
/** How often the queue is looked at without a nudge. */
const POLL_MS = 1_000;
/** Before a database that is away is asked again. */
const MEND_PAUSE_MS = 500;

/** How the key ends under which a repeating job waits for its next turn. */
export const EVERY = ':every';
/** In the payload of a repeating job: how its last run ended, where that was badly. */
export const FAILED = '$failed';
/**
 * Runs of repeating jobs that ended with their process: the next turn is queued, so nobody takes them again
 * or deletes them.
 */
const DELETE_ENDED = `DELETE FROM graphile_worker._private_jobs AS j USING graphile_worker._private_tasks AS t
WHERE t.id = j.task_id AND t.identifier = ANY ($1)
  AND j.key IS NULL AND j.attempts >= j.max_attempts AND j.locked_at IS NULL`;
const FIND_KEY = 'SELECT key FROM graphile_worker._private_jobs WHERE id = $1';

/** The most that is kept of what an error said. */
const ERROR_MAX = 500;

/** A module's jobs, and the database through which its repeating jobs are enqueued. */
export interface JobOwner {
  readonly module: string;
  readonly db: Database;
  readonly jobs: readonly Job[];
}

/** Runs jobs until it is stopped. */
export interface JobRunner {
  stop(): Promise<void>;
}

/**
 * Starts to run the jobs of the given modules. A job that throws is tried again with growing pauses, and one
 * whose process was killed as soon as another starts.
 *
 * A repeating job enqueues its next run before it does its work, under one key: it goes on after a crash in
 * the middle of a run, and several processes together run it once an interval. In the process in which its
 * last run goes on that next one does nothing, so that a slow one takes one worker and no more.
 */
export async function startJobs(options: {
  /** Connection of the worker's role. */
  url: string;
  owners: readonly JobOwner[];
  clock: Clock;
  log: Log;
  metrics: Metrics;
}): Promise<JobRunner> {
  const { metrics } = options;
  const failures = metrics.counter('tpmall_job_failures_total', 'Job runs that failed', ['job']);
  const house: WorkerSet = { concurrency: CONCURRENCY, taskList: {} };
  const outside: WorkerSet = { concurrency: OUTSIDE_CONCURRENCY, taskList: {} };
  const repeating: string[] = [];
  for (const { module, db, jobs } of options.owners) {
    for (const job of jobs) {
      const name = `${module}.${job.name}`;
      (job.outside === true ? outside : house).taskList[name] = taskOf(name, job, db, {
        ...options,
        failures,
      });
      if (job.every === undefined) continue;
      repeating.push(name);
      await schedule(db, name, job, 0);
    }
  }
  const sets = [house, outside].filter(({ taskList }) => Object.keys(taskList).length > 0);
  const runner = await startRunner(options, sets, repeating);
  const usually = sets.reduce((sum, { concurrency }) => sum + concurrency, 0);
  metrics.gauge('tpmall_job_workers', `Living workers of jobs, usually ${usually}`, runner.workers);
  return runner;
}

/** Workers that run these jobs and no others. */
interface WorkerSet {
  readonly concurrency: number;
  readonly taskList: TaskList;
  /** Those at work; while the database is away there may be none. */
  present?: Runner | undefined;
}

/** One job as the queue's workers run it. */
function taskOf(
  name: string,
  job: Job,
  db: Database,
  { clock, log, failures }: { clock: Clock; log: Log; failures: Counter },
): Task {
  const { every } = job;
  let isInTurn = false;
  return async (payload, helpers) => {
    const { key } = helpers.job;
    const from = clock.now();
    if (every !== undefined) await schedule(db, name, job, every);
    const isTurn = key?.endsWith(EVERY) === true;
    if (isTurn && isInTurn) return;
    isInTurn ||= isTurn;
    try {
      await job.run(payload);
    } catch (error) {
      failures.add({ job: name });
      log.error({ error, job: name }, 'job failed');
      // A repeating job comes again by itself; only a job that was asked for once is tried again.
      if (every === undefined) {
        if (key !== null && (await isReplaced(helpers))) return;
        throw error;
      }
      // The queue keeps nothing of a run that is over: the next one takes along how it ended.
      const left = Math.max(0, from + every - clock.now());
      await schedule(db, name, job, left, failedAfter(payload, error));
    } finally {
      if (isTurn) isInTurn = false;
    }
  };
}

/** Says whether a job was enqueued again under its key while it ran: then that one runs, and this one not. */
async function isReplaced({ job, query }: JobHelpers): Promise<boolean> {
  const { rows } = await query<{ key: string | null }>(FIND_KEY, [job.id]);
  return rows[0]?.key === null;
}

/**
 * Runs the jobs, and goes on when the database has been away: a worker whose job is over and who cannot tell
 * the queue ends for good, so another set of workers takes its place. Those of the old one that are at work
 * finish it.
 */
async function startRunner(
  { url, log }: { url: string; log: Log },
  sets: readonly WorkerSet[],
  repeating: readonly string[],
): Promise<JobRunner & { workers(): number }> {
  const config = { connectionString: url, max: JOB_CONNECTIONS, application_name: 'tpmall jobs' };
  const pool = createPool(config, (error) => log.warn({ error }, 'job connection lost'));
  failAtOnce(pool);
  let stopping = false;
  const ending = new Set<Promise<void>>();
  let mending: Promise<void> | undefined;

  const begin = async (): Promise<void> => {
    await living.renew();
    await pool.query(DELETE_ENDED, [repeating]);
    for (const set of sets) {
      const { concurrency, taskList } = set;
      const events = watched(set);
      set.present ??= await run({ ...runnerOptions(log), concurrency, pgPool: pool, taskList, events });
    }
  };
  const mend = async (): Promise<void> => {
    while (!stopping) {
      try {
        await begin();
        return;
      } catch (error) {
        log.warn({ error }, 'jobs cannot go on yet; trying again');
        await sleep(MEND_PAUSE_MS);
      }
    }
  };
  const wantMending = (): void => {
    // Should it be lost again in the meantime, it is mended once more.
    mending = (mending ?? Promise.resolve()).then(mend);
  };
  const living = sayWhoLives(url, log, wantMending);
  const retire = (runner: Runner): void => {
    const end = runner.stop().finally(() => ending.delete(end));
    ending.add(end);
  };
  /** The events of one set of workers. */
  const watched = (set: WorkerSet): EventEmitter => {
    const events = new EventEmitter();
    events.on('worker:create', ({ worker }: WorkerEvent) => living.add(worker.workerId));
    events.on('worker:stop', ({ worker, error }: WorkerEvent) => {
      living.remove(worker.workerId);
      const old = set.present;
      if (stopping || old?.events !== events) return;
      log.warn({ error }, 'a worker of jobs has ended; others take over');
      set.present = undefined;
      retire(old);
      wantMending();
    });
    return events;
  };

  await begin();
  return {
    workers: () => living.count(),
    stop: async () => {
      stopping = true;
      await mending;
      for (const { present } of sets) if (present) retire(present);
      await Promise.all(ending);
      await living.stop();
      await pool.end();
    },
  };
}

/**
 * The queue asks a server that is only starting (57P03) again after three seconds, then four, then five, and
 * a stop waits for it all that time. By an error without that code its worker ends, and is mended.
 */
function failAtOnce(pool: pg.Pool): void {
  const connect = pool.connect.bind(pool) as Connect;
  const away = (error: unknown): DatabaseAway => new DatabaseAway(error, false);
  pool.connect = ((done?: Connected) => {
    if (done) return connect((error, client, release) => done(error && away(error), client, release));
    return connect().catch((error: unknown) => {
      throw away(error);
    });
  }) as Connect as typeof pool.connect;
}

type Connected = (error?: Error, client?: pg.PoolClient, release?: (error?: Error) => void) => void;
/** Both ways of a pool's `connect`. */
interface Connect {
  (): Promise<pg.PoolClient>;
  (done: Connected): void;
}

interface WorkerEvent {
  readonly worker: { readonly workerId: string };
  readonly error?: unknown;
}

function runnerOptions(log: Log): RunnerOptions {
  return {
    pollInterval: POLL_MS,
    noHandleSignals: true,
    logger: new Logger((scope) => (level, message, meta) => {
      // The worker's own lines are about single jobs; what matters of them is logged above. So is its end.
      if ((level !== 'error' && level !== 'warning') || message.startsWith('Worker exited')) return;
      log.warn({ scope: scope.label, ...(meta?.['error'] ? { error: meta['error'] } : {}) }, message);
    }),
  };
}

async function schedule(
  db: Database,
  name: string,
  job: Job,
  after: Micros,
  payload: object = {},
): Promise<void> {
  await jobQueue.enqueue(db, job.name, payload, { after, key: `${name}${EVERY}` });
}

/** What the next run of a repeating job takes along: how often it has failed in a row, and why. */
function failedAfter(payload: unknown, error: unknown): object {
  const { [FAILED]: before } = payload as { readonly [FAILED]?: { readonly failures: number } };
  const text = error instanceof Error ? error.message : String(error);
  return { [FAILED]: { failures: (before?.failures ?? 0) + 1, error: text.slice(0, ERROR_MAX) } };
}

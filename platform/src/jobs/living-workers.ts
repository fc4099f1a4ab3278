import type { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Log } from '../telemetry/types.ts';

/** Of whoever has locked a job and does not live any more: nobody holds the lock that living workers hold. */
const FREE_DEAD = `SELECT graphile_worker.force_unlock_workers(array_agg(locked_by)) FROM (
  SELECT DISTINCT locked_by FROM graphile_worker.jobs WHERE locked_by IS NOT NULL) AS w
WHERE pg_try_advisory_xact_lock(hashtextextended('tpmall worker ' || locked_by, 0))
HAVING count(*) > 0`;
const SAY_ALIVE = `SELECT pg_advisory_lock(hashtextextended('tpmall worker ' || $1, 0))`;

/** Says which workers of this process live, for as long as it does. */
export interface LivingWorkers {
  /** Lets jobs run again whose workers have died; answers after every such job is free. */
  freeJobsOfDead(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A job whose process was killed stays locked by its worker for hours, because the queue cannot know that the
 * worker is dead. Here every worker holds an advisory lock of the database as long as its process is
 * connected, so that the next process sees at once whose jobs nobody runs. Should the connection alone be
 * lost, a job may run twice, which every job bears.
 *
 * @param events of the runner, before it has started
 */
export async function sayWhoLives(url: string, events: EventEmitter, log: Log): Promise<LivingWorkers> {
  const client = new pg.Client({ connectionString: url, application_name: 'tpmall living workers' });
  client.on('error', (error) => log.warn({ error }, 'the connection that says which workers live is lost'));
  await client.connect();
  // One after another, as the connection takes them.
  let said: Promise<unknown> = Promise.resolve();
  events.on('worker:create', ({ worker }: { readonly worker: { readonly workerId: string } }) => {
    said = said
      .then(() => client.query(SAY_ALIVE, [worker.workerId]))
      .catch((error: unknown) => log.warn({ error }, 'a worker could not say that it lives'));
  });
  return {
    freeJobsOfDead: async () => {
      await client.query(FREE_DEAD);
    },
    stop: async () => {
      await said;
      await client.end();
    },
  };
}

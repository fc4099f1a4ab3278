import pg from 'pg';
import { DatabaseAway } from '../db/index.ts';
import type { Log } from '../telemetry/types.ts';

/**
 * Of whoever has locked a job and does not live any more: nobody holds the lock that living workers hold. Our
 * own are named, since a session is given again what it holds itself.
 */
const FREE_DEAD = `SELECT graphile_worker.force_unlock_workers(array_agg(locked_by)) FROM (
  SELECT DISTINCT locked_by FROM graphile_worker.jobs WHERE locked_by <> ALL ($1::text[])) AS w
WHERE pg_try_advisory_xact_lock(hashtextextended('tpmall worker ' || locked_by, 0))
HAVING count(*) > 0`;
const SAY_ALIVE = `SELECT pg_advisory_lock(hashtextextended('tpmall worker ' || $1, 0))`;

/** Says which workers of this process live, for as long as it does. */
export interface LivingWorkers {
  /** How many there are. */
  count(): number;
  /** Says from now on that a worker lives. */
  add(workerId: string): void;
  /** A worker has ended; what it has locked is free after the next {@link renew}. */
  remove(workerId: string): void;
  /**
   * Says it all again on a connection of its own, and lets jobs run again whose workers have died. Throws
   * where the database does not answer.
   */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A job whose process was killed stays locked by its worker for hours, because the queue cannot know that the
 * worker is dead. Here every worker holds an advisory lock of the database as long as its process is
 * connected, so that the next process sees at once whose jobs nobody runs. Should the connection alone be
 * lost, a job may run twice, which every job bears.
 *
 * @param onLost told that the connection is lost, and that nobody knows of the workers until the next `renew`
 */
export function sayWhoLives(url: string, log: Log, onLost: () => void): LivingWorkers {
  const alive = new Set<string>();
  let client: pg.Client | undefined;
  // One after another, as the connection takes them.
  let said: Promise<unknown> = Promise.resolve();

  const say = (workerId: string): void => {
    const on = client;
    said = said
      .then(() => on?.query(SAY_ALIVE, [workerId]))
      .catch((error: unknown) => log.warn({ error }, 'a worker could not say that it lives'));
  };
  const leave = async (): Promise<void> => {
    const old = client;
    client = undefined;
    await said;
    await old?.end();
  };
  return {
    count: () => alive.size,
    add: (workerId) => {
      alive.add(workerId);
      say(workerId);
    },
    remove: (workerId) => void alive.delete(workerId),
    renew: async () => {
      // First let go: two connections cannot hold the same locks.
      await leave();
      const next = new pg.Client({ connectionString: url, application_name: 'tpmall living workers' });
      next.on('error', (error) => {
        if (client !== next) return;
        const away = new DatabaseAway(error, false);
        log.warn({ error: away }, 'the connection that says which workers live is lost');
        client = undefined;
        onLost();
      });
      await next.connect();
      client = next;
      for (const workerId of alive) await next.query(SAY_ALIVE, [workerId]);
      await next.query(FREE_DEAD, [[...alive]]);
    },
    stop: leave,
  };
}

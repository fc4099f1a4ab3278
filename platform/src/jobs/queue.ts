import type { Queryable } from '../db/index.ts';
import { instant, sql } from '../db/index.ts';
import type { JobQueue } from '../module/module.ts';

// The function stamps the calling module from its role, so one module cannot enqueue another's jobs. A pause
// begins at the database's own instant: the queue compares with nothing else.
const enqueueJob = sql(
  'jobs.enqueue',
  `SELECT platform.enqueue_job(
     $1::text, $2::jsonb,
     coalesce($3::timestamptz, statement_timestamp() + $5::bigint * interval '1 microsecond'), $4::text)`,
);

/** The queue as a module sees it: enqueues inside the transaction it is given. */
export const jobQueue: JobQueue = {
  async enqueue(tx: Queryable, name, payload, options = {}) {
    await tx.run(enqueueJob, [
      name,
      JSON.stringify(payload),
      options.runAt === undefined ? null : instant(options.runAt),
      options.key ?? null,
      options.after ?? null,
    ]);
  },
};

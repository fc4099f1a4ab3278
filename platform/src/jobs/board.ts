import { type Clock, err, type Micros, ok } from '@tpmall/kernel';
import type { Implementation } from '../contract/index.ts';
import { type Database, instant, sql } from '../db/index.ts';
import { AUDIT_EVENT } from '../events/index.ts';
import type { JobState, jobsContract, QueuedJob } from './contract.ts';
import { EVERY, FAILED } from './runner.ts';

interface JobRow {
  id: bigint;
  identifier: string;
  state: JobState;
  repeats: boolean;
  failures: number;
  failures_max: number | null;
  last_error: string | null;
  next_at: Micros | null;
  created_at: Micros;
}

// The queue's public view leaves out the payload, in which a repeating job takes along how its last run
// ended. A job repeats where its next turn is queued: a run that has enqueued it has lost its own key, and
// its tries are set to the most there may be. Tries are counted when they begin.
const BOARD = `SELECT id, identifier, state, repeats, failures, failures_max, last_error, created_at,
  CASE WHEN state IN ('waiting', 'failing') THEN run_at END AS next_at
FROM (
  SELECT j.id, t.identifier, j.run_at, j.created_at, turn.id IS NOT NULL AS repeats,
    coalesce((j.payload -> '${FAILED}' ->> 'failures')::integer, CASE WHEN j.locked_at IS NULL THEN j.attempts
      WHEN j.last_error IS NULL THEN 0 ELSE j.attempts - 1 END) AS failures,
    CASE WHEN turn.id IS NULL THEN j.max_attempts::integer END AS failures_max,
    left(coalesce(j.payload -> '${FAILED}' ->> 'error', j.last_error), 500) AS last_error,
    CASE WHEN j.locked_at IS NOT NULL THEN 'running'
      WHEN j.attempts >= j.max_attempts THEN 'stopped'
      WHEN j.attempts > 0 OR j.payload -> '${FAILED}' IS NOT NULL THEN 'failing'
      ELSE 'waiting' END AS state
  FROM graphile_worker._private_jobs AS j JOIN graphile_worker._private_tasks AS t ON t.id = j.task_id
  LEFT JOIN graphile_worker._private_jobs AS turn
    ON turn.key = split_part(t.identifier, '.', 1) || ':' || t.identifier || '${EVERY}'
) AS job`;

const list = sql(
  'jobs.list',
  `${BOARD} WHERE $1::text IS NULL OR state = $1
ORDER BY array_position(ARRAY['stopped', 'failing'], state), run_at, id LIMIT $2`,
);
const find = sql('jobs.find', `${BOARD} WHERE id = $1`);
// Who let it run is told by the statement that lets it run: neither is there without the other.
const retry = sql(
  'jobs.retry',
  `WITH retried AS (
  SELECT id, task_id FROM graphile_worker.reschedule_jobs(
    ARRAY[$1]::bigint[], run_at => now(), attempts => 0::smallint)
), told AS (
  INSERT INTO platform.outbox (type, aggregate_id, tenant, at, payload)
  SELECT '${AUDIT_EVENT}', 'job_' || r.id, $2, $3, jsonb_build_object('actor', $4::text,
    'action', 'job.retried', 'subject', 'job_' || r.id, 'reason', 'it was to run at once',
    'detail', jsonb_build_object('job', t.identifier))
  FROM retried AS r JOIN graphile_worker._private_tasks AS t ON t.id = r.task_id
)
SELECT id FROM retried`,
);

/**
 * Shows the queue to operators, and lets them run a job at once, which the audit log is told.
 *
 * @param db as the worker's role
 */
export function createJobBoard(db: Database, clock: Clock): Implementation<typeof jobsContract> {
  return {
    listJobs: async (_context, { state, limit }) => {
      const { rows } = await db.run<JobRow>(list, [state ?? null, limit]);
      return ok(rows.map(toJob));
    },
    retryJob: async ({ tenant, actor }, { id }) => {
      const key = id.replace('job_', '');
      const retried = await db.run(retry, [key, tenant, instant(clock.now()), actor]);
      const [row] = (await db.run<JobRow>(find, [key])).rows;
      // One that was let run may be done by now, and its answer would say as much.
      if (!row) return err('not_found', `there is no job ${id}; what succeeds is not kept`, { field: 'id' });
      if (retried.rows.length === 0 && row.state === 'running')
        return err('job_running', `job ${id} is running`, { field: 'id' });
      return ok(toJob(row));
    },
  };
}

function toJob(row: JobRow): QueuedJob {
  const [module = '', name = ''] = row.identifier.split('.');
  return {
    id: `job_${row.id}`,
    ...{ module, name, state: row.state, repeats: row.repeats, failures: row.failures },
    ...{ failuresMax: row.failures_max, lastError: row.last_error, nextAt: row.next_at },
    createdAt: row.created_at,
  };
}

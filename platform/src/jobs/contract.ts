import type { Micros } from '@tpmall/kernel';
import { z } from 'zod';
import { command, defineContract, query } from '../contract/index.ts';

/**
 * How a job stands.
 *
 * - `stopped`: it has failed as often as it may, and runs again only where somebody says so
 * - `failing`: its last run failed, and it is tried again
 * - `running`: somebody works on it now
 * - `waiting`: for its time
 */
export const JOB_STATES = ['stopped', 'failing', 'running', 'waiting'] as const;
/** One of {@link JOB_STATES}. */
export type JobState = (typeof JOB_STATES)[number];

/** Work that waits in the queue. What has succeeded is not there any more. */
export interface QueuedJob {
  /** `job_…` */
  readonly id: string;
  /** The module whose work it is. */
  readonly module: string;
  readonly name: string;
  readonly state: JobState;
  /** It comes again at an interval, whatever became of its last run. */
  readonly repeats: boolean;
  /** Runs that failed, one after another. */
  readonly failures: number;
  /** After so many it stops; null: it never does. */
  readonly failuresMax: number | null;
  /** What the last of them said. */
  readonly lastError: string | null;
  /** When it runs next; null while it runs, and where it does not. */
  readonly nextAt: Micros | null;
  readonly createdAt: Micros;
}

const callers = ['gateway', 'operator'];

/** The queue of all modules' jobs, as operators see it. It belongs to the platform, not to a module. */
export const jobsContract = defineContract({
  module: 'jobs',
  version: 1,
  operations: {
    /** Jobs of the house: those that have stopped first, then failing ones, then by their time. */
    listJobs: query<readonly QueuedJob[]>()({
      input: z.strictObject({
        state: z.enum(JOB_STATES).optional(),
        limit: z.number().int().min(1).max(1000),
      }),
      callers,
    }),
    /**
     * Runs a job as soon as a worker is free, with all its tries anew. Every job may run twice, so it moves
     * nothing that it would not have moved anyway. Each time leaves an audit entry `job.retried`.
     */
    retryJob: command<QueuedJob>()({
      input: z.strictObject({ id: z.string().regex(/^job_\d{1,18}$/) }),
      codes: ['not_found', 'job_running'],
      callers,
    }),
  },
});

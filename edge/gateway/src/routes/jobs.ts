import type { CodeOf } from '@tpmall/platform/contract';
import { JOB_STATES, type jobsContract } from '@tpmall/platform/jobs';
import { integer, oneOf } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { listOf, named } from '../openapi/answer-shape.ts';
import { answer, type Meanings, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing } from './object-id.ts';
import { jobShape, jobToWire } from './operation-objects.ts';

const PATH = '/v1/operations/jobs';
/** Entries of a list where nothing else is asked for. */
const DEFAULT_LIMIT = 100;
const ID = /^job_\d{1,18}$/;
const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
const jobsShape = named('JobList', listOf(jobShape));
const retryMeanings = {
  not_found: { code: 'resource_missing', param: 'id', status: 404 },
  job_running: 'job_running',
} as const satisfies Meanings<CodeOf<(typeof jobsContract)['operations']['retryJob']>>;

/** The queue of the house's jobs, for operators. */
export function jobRoutes({ ports: { jobs } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listJobs',
      shape: jobsShape,
      summary: 'Work that waits, runs or fails, with why: what has stopped first; what succeeded is not kept',
      parameters: z.strictObject({
        state: oneOf(...JOB_STATES).optional(),
        limit: integer(1, 1000).optional(),
      }),
      examples: [{ title: 'What fails', parameters: { state: 'failing' } }],
      handle: async ({ context }, { state, limit = DEFAULT_LIMIT }) => {
        const found = await jobs.listJobs(context, { limit, ...(state !== undefined && { state }) });
        return found.ok ? answer({ data: found.value.map(jobToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/retry`,
      operationId: 'retryJob',
      shape: jobShape,
      summary: 'Run a job at once, with all its tries anew; every job may run twice',
      parameters: z.strictObject({}),
      examples: [{ title: 'One', path: { id: '{job}' }, parameters: {} }],
      handle: async (call) => {
        const { id = '' } = call.path;
        if (!ID.test(id)) return missing(call, 'job');
        const retried = await jobs.retryJob(call.context, { id });
        return retried.ok ? answer(jobToWire(retried.value)) : refusal(retryMeanings, retried.error);
      },
    }),
  ];
}

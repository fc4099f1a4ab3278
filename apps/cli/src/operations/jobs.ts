import { UsageError } from '@tpmall/server/options';
import { open, print } from './ask.ts';

/** Work that waits, as the API tells it. */
interface Job {
  readonly id: string;
  readonly module: string;
  readonly name: string;
  readonly state: 'stopped' | 'failing' | 'running' | 'waiting';
  readonly repeats: boolean;
  readonly failures: number;
  readonly failures_max: number | null;
  readonly last_error: string | null;
  readonly next_at: string | null;
}

const SIGNS = { stopped: '▬', failing: '▲', running: '◐', waiting: '○' } as const;

/** `tpmall jobs`: work that waits, runs or fails; exit 1 where something fails. */
export async function listJobs(args: string[]): Promise<number> {
  const { json, ask, positionals } = open(args);
  if (positionals.length > 0) throw new UsageError('tpmall jobs, or tpmall jobs retry ID');
  const { data } = await ask<{ readonly data: readonly Job[] }>('/jobs?limit=1000');
  if (json) print(JSON.stringify({ jobs: data }));
  else for (const job of data) print(describeJob(job));
  const bad = data.filter(({ state }) => state === 'stopped' || state === 'failing');
  if (!json) print(bad.length === 0 ? '● no job fails' : 'run one at once: tpmall jobs retry ID');
  return bad.length === 0 ? 0 : 1;
}

/** `tpmall jobs retry ID`: runs a job at once. */
export async function retryJob(args: string[]): Promise<number> {
  const { json, ask, positionals } = open(args);
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError('tpmall jobs retry ID');
  const job = await ask<Job>(`/jobs/${encodeURIComponent(id)}/retry`, {});
  print(json ? JSON.stringify(job) : describeJob(job));
  return 0;
}

function describeJob(job: Job): string {
  const { id, module, name, state, failures, failures_max: most, last_error: error, next_at: next } = job;
  const when = next === null ? state : `${state}, ${job.repeats ? 'again' : 'due'} ${next}`;
  const tries = failures === 0 ? '' : `, failed ${failures}${most === null ? ' times' : ` of ${most} times`}`;
  return `${SIGNS[state]} ${id} ${module}.${name}: ${when}${tries}${error === null ? '' : `; ${error}`}`;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '@tpmall/server/options';
import { type ApiClient, ApiError, createApiClient, printAnswer, refusalText } from './client.ts';
import { readApiCommandLine } from './command-line.ts';

/** How often the log is read again, where it is followed. */
const AGAIN_MS = 1_000;
/** Lines of the past, where no number is given. */
const LINES = 20;

interface LoggedRequest {
  readonly id: string;
  readonly created_at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly error_code: string | null;
  readonly duration_us: number;
}

/**
 * `tpmall logs [--limit N] [--status 400] [--object pi_…]`: what was asked of the API, oldest first.
 * `tpmall logs --follow` (or `logs tail`) goes on with what is asked from now on, until it is ended.
 */
export async function logs(args: string[]): Promise<number> {
  const line = readApiCommandLine(args.filter((arg) => arg !== '--follow'));
  const isTail = line.positionals[0] === 'tail';
  const follows = isTail || args.includes('--follow');
  if (line.positionals.length > (isTail ? 1 : 0)) throw new UsageError('tpmall logs [--follow] [--limit N]');
  const client = createApiClient(line);
  const { limit = String(LINES), ...filters } = Object.fromEntries(line.parameters);
  const asked = await ask(client, { ...filters, limit });
  if (!asked.ok) return printAnswer(asked, line.json);
  let last = print(asked.body, line.json);
  while (follows) {
    await sleep(AGAIN_MS);
    // From where there was nothing yet, everything is new.
    const since = await ask(client, { ...filters, limit: '100', ...(last && { ending_before: last }) });
    if (!since.ok) throw new ApiError(refusalText(since.status, since.body));
    last = print(since.body, line.json) ?? last;
  }
  return 0;
}

function ask(client: ApiClient, parameters: Readonly<Record<string, string>>) {
  return client.send({ method: 'GET', path: '/v1/request_logs', parameters: Object.entries(parameters) });
}

/** Prints a page oldest first; answers the id of the newest. */
function print(body: unknown, json: boolean): string | undefined {
  const { data } = body as { data: readonly LoggedRequest[] };
  for (const request of [...data].reverse()) {
    process.stdout.write(`${json ? JSON.stringify(request) : lineOf(request)}\n`);
  }
  return data[0]?.id;
}

function lineOf(request: LoggedRequest): string {
  const { created_at, method, path, status, error_code, duration_us, id } = request;
  const ms = `${(duration_us / 1000).toFixed(1)} ms`;
  const what = `${created_at} ${status} ${method.padEnd(6)} ${path}`;
  return [what, ...(error_code === null ? [] : [error_code]), ms, id].join(' ');
}

import { UsageError } from '@tpmall/server/options';
import { ApiError, createApiClient } from './api/client.ts';
import { type Arguments, readArguments } from './instance-arguments.ts';

/** An outcome that is not known, as the API tells it. */
interface Unknown {
  readonly id: string;
  readonly kind: string;
  readonly advice: string | null;
  readonly amount: string | null;
  readonly currency: string;
  readonly since: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly reason: string | null;
  readonly verdicts: readonly string[];
}

/** What one person proposes and another decides, as the API tells it. */
interface Resolution {
  readonly id: string;
  readonly subject: string;
  readonly verdict: string;
  readonly evidence: string;
  readonly state: string;
  readonly proposed_by: string;
  readonly decided_by: string | null;
}

/** An event that clients could not be told of, as the API tells it. */
interface SetAside {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly reason: string;
}

type Ask = <T>(path: string, body?: Readonly<Record<string, string | undefined>>) => Promise<T>;

/**
 * `tpmall operations list`: what is not known, and what waits for a second person; exit 1 where something is.
 */
export async function listOperations(args: string[]): Promise<number> {
  const { json, ask } = open(args);
  const { data: unknown } = await ask<{ data: Unknown[] }>('/unknown_outcomes');
  const { data: proposals } = await ask<{ data: Resolution[] }>('/resolutions?open=true');
  if (json) print(JSON.stringify({ unknown_outcomes: unknown, resolutions: proposals }));
  else {
    for (const each of unknown) print(describe(each));
    for (const each of proposals) print(describeProposal(each));
    if (unknown.length + proposals.length === 0) print('● every outcome is known');
  }
  return unknown.length + proposals.length === 0 ? 0 : 1;
}

/** `tpmall operations propose ID`: says what became of it; another person confirms. */
export function proposeOperation(args: string[]): Promise<number> {
  return act(args, ['verdict', 'evidence', 'advice', 'approval-code', 'reference'], (subject, values) => {
    const { verdict, evidence, advice, reference } = values;
    if (verdict === undefined || evidence === undefined) {
      throw new UsageError('operations propose ID needs --verdict and --evidence');
    }
    const approvalCode = values['approval-code'];
    const body = { subject, verdict, evidence, advice, reference, approval_code: approvalCode };
    return { path: '/resolutions', body };
  });
}

/** `tpmall operations confirm ID`: agrees with a proposal of another person. */
export function confirmOperation(args: string[]): Promise<number> {
  return act(args, ['reason'], (id, { reason }) => ({
    path: `/resolutions/${id}/confirm`,
    body: { reason },
  }));
}

/** `tpmall operations reject ID`: disagrees with it. */
export function rejectOperation(args: string[]): Promise<number> {
  return act(args, ['reason'], (id, { reason }) => {
    if (reason === undefined) throw new UsageError('operations reject ID needs --reason');
    return { path: `/resolutions/${id}/reject`, body: { reason } };
  });
}

/**
 * `tpmall operations set-aside`: events that clients could not be told of, and why; exit 1 where there are.
 */
export async function listSetAsideEvents(args: string[]): Promise<number> {
  const { json, ask } = open(args);
  const { data } = await ask<{ data: SetAside[] }>('/set_aside_events');
  if (json) print(JSON.stringify({ set_aside_events: data }));
  else {
    for (const { id, type, source, reason } of data) print(`▲ ${id} ${type} of ${source}: ${reason}`);
    if (data.length === 0) print('● every event could be told');
    else print('tried again every hour; now: tpmall operations retry');
  }
  return data.length === 0 ? 0 : 1;
}

/** `tpmall operations retry`: tells clients what was set aside, where it can be read by now. */
export async function retrySetAsideEvents(args: string[]): Promise<number> {
  const { json, ask } = open(args);
  const retried = await ask<{ told: number; left: number }>('/set_aside_events/retry', {});
  const { told, left } = retried;
  print(json ? JSON.stringify(retried) : `${left === 0 ? '●' : '▲'} ${told} told, ${left} left`);
  return left === 0 ? 0 : 1;
}

async function act(
  args: string[],
  own: readonly string[],
  requestOf: (
    id: string,
    values: Arguments['values'],
  ) => {
    readonly path: string;
    readonly body: Readonly<Record<string, string | undefined>>;
  },
): Promise<number> {
  const { json, ask, positionals, values } = open(args, own);
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0 || !/^\w{1,64}$/.test(id)) throw new UsageError('name one id');
  const { path, body } = requestOf(id, values);
  const resolution = await ask<Resolution>(path, body);
  print(json ? JSON.stringify(resolution) : describeProposal(resolution));
  return 0;
}

function open(args: string[], own: readonly string[] = []) {
  const read = readArguments(args, [...own, 'url', 'key', 'idempotency']);
  const { url, key, idempotency } = read.values;
  const client = createApiClient({
    own: {
      'data-dir': read.server.dataDir,
      ...(url !== undefined && { url }),
      ...(key !== undefined && { key }),
      ...(idempotency !== undefined && { idempotency }),
    },
  });
  const ask: Ask = async <T>(path: string, body?: Readonly<Record<string, string | undefined>>) => {
    const given = Object.entries(body ?? {}).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    const {
      ok,
      status,
      body: answer,
    } = await client.send({
      method: body ? 'POST' : 'GET',
      path: `/v1/operations${path}`,
      parameters: given,
    });
    if (ok) return answer as T;
    const { code, detail } = answer as { readonly code?: string; readonly detail?: string };
    throw new ApiError(`${code ?? status}: ${detail ?? 'no more is known'}`);
  };
  return { ...read, ask };
}

function describe(outcome: Unknown): string {
  const { id, kind, advice, amount, currency, since, reason, next_attempt_at: next, verdicts } = outcome;
  const sum = amount === null ? '' : ` ${amount} ${currency} (minor units)`;
  const when = next === null ? 'not asked again' : `asked ${outcome.attempts} times, again ${next}`;
  const say = verdicts.length === 0 ? 'goes on by itself' : `say ${verdicts.join(' or ')}`;
  const why = reason === null ? '' : `, ${reason}${advice === null ? '' : `, --advice ${advice}`}`;
  return `${next === null ? '▲' : '◐'} ${id} ${kind}${sum} since ${since}, ${when}${why}; ${say}`;
}

function describeProposal({ id, subject, verdict, state, evidence, ...by }: Resolution): string {
  const decided = by.decided_by === null ? '' : `, decided by ${by.decided_by}`;
  return `○ ${id} ${subject} ${verdict}: ${state}, proposed by ${by.proposed_by}${decided}; ${evidence}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

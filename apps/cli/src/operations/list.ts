import { open, print } from './ask.ts';
import { idOf, ofClearing } from './decide.ts';
import {
  type Case,
  describeCase,
  describeException,
  describeOutcome,
  describeProposal,
  type Exception,
  type Resolution,
  type Unknown,
} from './describe.ts';

/** An event that clients could not be told of, as the API tells it. */
interface SetAside {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly reason: string;
}

interface Listed<T> {
  readonly data: readonly T[];
}

/**
 * `tpmall operations list`: what is not known, what acquirers say otherwise, and what waits for a second
 * person; exit 1 where something is.
 */
export async function listOperations(args: string[]): Promise<number> {
  const { json, ask } = open(args);
  const { data: unknown } = await ask<Listed<Unknown>>('/unknown_outcomes');
  const { data: exceptions } = await ask<Listed<Exception>>('/clearing/exceptions');
  const { data: resolutions } = await ask<Listed<Resolution>>('/resolutions?open=true');
  const { data: clearing } = await ask<Listed<Resolution>>('/clearing/resolutions?open=true');
  const count = unknown.length + exceptions.length + resolutions.length + clearing.length;
  if (json) {
    const found = { unknown_outcomes: unknown, clearing_exceptions: exceptions, resolutions };
    print(JSON.stringify({ ...found, clearing_resolutions: clearing }));
  } else {
    for (const each of unknown) print(describeOutcome(each));
    for (const each of exceptions) print(describeException(each));
    for (const each of [...resolutions, ...clearing]) print(describeProposal(each));
    if (count === 0) print('● every outcome is known, and acquirers say what our books say');
  }
  return count === 0 ? 0 : 1;
}

/** `tpmall operations show ID`: one of what `list` names, with both sides and what people have said. */
export async function showOperation(args: string[]): Promise<number> {
  const { json, ask, positionals } = open(args);
  const id = idOf(positionals);
  if (/^(?:rsl|clr)_/.test(id)) {
    const resolution = await findResolution(ask, id);
    print(json ? JSON.stringify(resolution) : describeProposal(resolution));
    return 0;
  }
  if (ofClearing(id)) {
    const found = await ask<Case>(`/clearing/exceptions/${id}`);
    for (const line of json ? [JSON.stringify(found)] : describeCase(found)) print(line);
    return 0;
  }
  return showOutcome(ask, id, json);
}

type Ask = ReturnType<typeof open>['ask'];

function findResolution(ask: Ask, id: string): Promise<Resolution> {
  return ask<Resolution>(`${ofClearing(id) ? '/clearing' : ''}/resolutions/${id}`);
}

async function showOutcome(ask: Ask, id: string, json: boolean): Promise<number> {
  const trail = await ask<{
    readonly steps: readonly {
      readonly kind: string;
      readonly state: string;
      readonly connector: string;
      readonly created_at: string;
      readonly network_code: string | null;
    }[];
  }>(`/outcomes/${id}`);
  const { data: unknown } = await ask<Listed<Unknown>>('/unknown_outcomes?limit=1000');
  const { data: resolutions } = await ask<Listed<Resolution>>('/resolutions?limit=1000');
  const outcomes = unknown.filter((each) => each.id === id);
  const said = resolutions.filter(({ subject }) => subject === id);
  if (json) {
    print(JSON.stringify({ ...trail, outcomes, resolutions: said }));
    return 0;
  }
  for (const outcome of outcomes) print(describeOutcome(outcome));
  if (outcomes.length === 0) print(`● what became of ${id} is known`);
  for (const step of trail.steps) {
    const code = step.network_code === null ? '' : ` ${step.network_code}`;
    print(`  sent: ${step.created_at} ${step.kind} to ${step.connector}, ${step.state}${code}`);
  }
  for (const each of said) print(`  ${describeProposal(each)}`);
  return 0;
}

/**
 * `tpmall operations set-aside`: events that clients could not be told of, and why; exit 1 where there are.
 */
export async function listSetAsideEvents(args: string[]): Promise<number> {
  const { json, ask } = open(args);
  const { data } = await ask<Listed<SetAside>>('/set_aside_events');
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

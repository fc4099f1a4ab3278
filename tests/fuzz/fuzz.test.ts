import { seededRandom } from '@tpmall/kernel';
import { errorCatalogue } from '@tpmall/wire';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOfAnotherPlatform } from '../harness/platform.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { type AnswerCheck, createAnswerCheck } from './answers.ts';
import { type OpenApiDocument, type Operation, readOperations } from './document.ts';
import { fill, oneOfEach } from './fill.ts';
import { createRequestMaker, type FuzzRequest, type RequestMaker } from './requests.ts';
import { type Chance, pick } from './values.ts';
import { createWorld, type World } from './world.ts';

const SEED = Number(process.env['TPMALL_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
const REQUESTS = Number(process.env['TPMALL_FUZZ_REQUESTS'] ?? 20_000);
/** Of all requests, those that must be refused; the rest may be accepted. */
const HOSTILE_SHARE = 0.75;
/** Requests between two looks at the state. */
const BATCH = 500;
/** Requests at the same time; the limit of what one client's connections would do. */
const IN_FLIGHT = 8;
/** A request that takes longer hangs. */
const HANG_MS = 30_000;
/** An example's word for an object that must be there, among others. */
const PLACEHOLDER = /"\{\w+\}"/;
/** What the house has once for all platforms: books, audit log, acquirers' files, queue, limits. */
const OF_THE_HOUSE =
  /^\/v1\/(?:ledger|audit|operations\/(?:clearing|connectors|jobs|wallet_limits))\b|^\/ledger\b/;
/** Findings that are told in full. */
const FINDINGS = 10;

interface Told {
  readonly request: FuzzRequest;
  readonly status: number;
  readonly body: string;
  /** What of it is otherwise than the document says. */
  readonly fault: string | undefined;
}

describe('requests made from the OpenAPI document', () => {
  let test: TestSystem;
  let world: World;
  let operations: Operation[];
  let make: RequestMaker;
  let answers: AnswerCheck;
  let app: FastifyInstance;
  const chance: Chance = seededRandom(SEED);

  beforeAll(async () => {
    console.log(`fuzz.test.ts: TPMALL_SEED=${SEED} TPMALL_FUZZ_REQUESTS=${REQUESTS}`);
    test = await startTestSystem();
    world = await createWorld(test);
    app = test.system.apps.api;
    const document = (await app.inject({ url: '/openapi.json' })).json<OpenApiDocument>();
    operations = readOperations(document);
    answers = createAnswerCheck(document);
    const { secretKey, operatorKey, publishableKey } = test;
    const keys = { secret: secretKey, operator: operatorKey, publishable: publishableKey };
    make = createRequestMaker(chance, keys, world.ids);
  });

  afterAll(async () => {
    await world?.close();
    await test?.close();
  });

  const send = async (request: FuzzRequest): Promise<Told> => {
    const { method, url, headers, payload } = request;
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer: ${describeRequest(request)}`)), HANG_MS);
    });
    try {
      const sent = app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
      const { statusCode: status, headers: given, body } = await Promise.race([sent, hang]);
      const fault = answers.fault(request.operation, { status, headers: given, body });
      return { request, status, body, fault };
    } finally {
      clearTimeout(timer);
    }
  };

  const sendAll = async (requests: readonly FuzzRequest[]): Promise<Told[]> => {
    const queue = requests.values();
    const told: Told[] = [];
    const worker = async (): Promise<void> => {
      for (const request of queue) told.push(await send(request));
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    return told;
  };

  it('shows nothing that is otherwise than its schemas say', () => {
    expect(answers.faultyExamples()).toEqual([]);
  });

  it('accepts every request that the document shows, and answers as it says', async () => {
    const refused: Told[] = [];
    for (const operation of operations) {
      expect(operation.examples.length, operation.id).toBeGreaterThan(0);
      for (const example of operation.examples) {
        const path = (await fill(example.path, world.make)) as Record<string, string>;
        const parameters = (await fill(example.parameters, world.make)) as object;
        const told = await send(make.example(operation, path, parameters));
        if (!isAccepted(told.status) || told.fault !== undefined) refused.push(told);
      }
    }
    expect(refused.map(describeTold)).toEqual([]);
  });

  it('refuses a cursor that is none of the list, in every list', async () => {
    const cursors = operations.flatMap((operation) =>
      ['starting_after', 'ending_before']
        .filter((cursor) => operation.schema.properties?.[cursor])
        .map((cursor) => [operation, cursor] as const),
    );
    expect(cursors.length).toBeGreaterThan(30);
    const odd: Told[] = [];
    for (const [operation, cursor] of cursors) {
      const [example] = operation.examples;
      const path = (await fill(example?.path, world.make)) as Record<string, string>;
      const parameters = (await fill(example?.parameters, world.make)) as object;
      // What nobody has, and what is of another kind.
      const another = operation.path === '/v1/customers' ? '{payment_intent}' : '{customer}';
      for (const at of ['zz_none', String(await fill(another, world.make))]) {
        const told = await send(make.example(operation, path, { ...parameters, [cursor]: at }));
        const error = errorOf(told.body);
        if (told.status !== 400 || error?.code !== 'resource_missing' || error.param !== cursor)
          odd.push(told);
      }
    }
    expect(odd.map(describeTold)).toEqual([]);
  });

  it('gives another platform nothing of ours, and lets it change nothing, whatever it names', async () => {
    const secret = await keyOfAnotherPlatform(test);
    const operator = await keyOfAnotherPlatform(test, 'operator');
    const theirs = createRequestMaker(chance, { secret, operator, publishable: secret }, world.ids);
    const each = oneOfEach(world.make);
    const requests: { request: FuzzRequest; isNamed: boolean }[] = [];
    for (const operation of operations) {
      if (operation.access === 'public' || OF_THE_HOUSE.test(operation.path)) continue;
      for (const example of operation.examples) {
        const isNamed = PLACEHOLDER.test(JSON.stringify(example.path));
        const names = isNamed || PLACEHOLDER.test(JSON.stringify(example.parameters));
        if (!names && operation.method !== 'GET') continue;
        const path = (await fill(example.path, each.make)) as Record<string, string>;
        const parameters = (await fill(example.parameters, each.make)) as object;
        requests.push({ request: theirs.example(operation, path, parameters), isNamed });
      }
    }
    const ours = await each.all();
    const before = await world.digest();
    const odd: string[] = [];
    // Lists first: later their own log of requests tells them what they have asked for.
    const lists = requests.filter(({ request, isNamed }) => request.method === 'GET' && !isNamed);
    for (const { request } of lists) {
      const told = await send(request);
      if (told.status !== 200 || ours.some((id) => told.body.includes(id))) odd.push(describeTold(told));
    }
    for (const { request, isNamed } of requests.filter((one) => !lists.includes(one))) {
      const told = await send(request);
      const isMissing = told.status === 404 || (told.status === 400 && isMissingResource(told.body));
      if (isNamed ? !isMissing : told.status < 400) odd.push(describeTold(told));
    }
    expect(requests.length).toBeGreaterThan(100);
    expect(odd).toEqual([]);
    expect(await world.digest()).toEqual(before);
  });

  it('refuses what is wrong with a typed error, and changes nothing', async () => {
    const count = Math.round(REQUESTS * HOSTILE_SHARE);
    let before = await world.digest();
    for (let done = 0; done < count; done += BATCH) {
      const told = await sendAll(
        Array.from({ length: Math.min(BATCH, count - done) }, () => make.hostile(pick(chance, operations))),
      );
      const odd = told.filter((one) => one.status < 400 || problemWith(one) !== undefined);
      expect(odd.slice(0, FINDINGS).map(describeTold), `${odd.length} findings`).toEqual([]);
      const after = await world.digest();
      expect(after, `state after ${done + BATCH} refused requests`).toEqual(before);
      before = after;
    }
  });

  it('answers what may be right without a 5xx, and leaves the state alone where it refuses', async () => {
    const count = REQUESTS - Math.round(REQUESTS * HOSTILE_SHARE);
    const accepted = new Map<string, number>();
    let before = await world.digest();
    let quiet = true;
    for (let done = 0; done < count; done += IN_FLIGHT) {
      const told = await sendAll(
        Array.from({ length: IN_FLIGHT }, () => make.plausible(pick(chance, operations))),
      );
      for (const { request, status } of told) {
        if (isAccepted(status))
          accepted.set(request.operation.id, (accepted.get(request.operation.id) ?? 0) + 1);
        if (changes(request, status)) quiet = false;
      }
      const odd = told.filter((one) => problemWith(one) !== undefined);
      expect(odd.slice(0, FINDINGS).map(describeTold)).toEqual([]);
      if ((done / IN_FLIGHT) % 8 !== 7) continue;
      const after = await world.digest();
      if (quiet) expect(after, `state after ${done} requests`).toEqual(before);
      before = after;
      quiet = true;
    }
    const never = operations.filter(({ id }) => !accepted.has(id)).map(({ id }) => id);
    console.log(`fuzz.test.ts: ${accepted.size} of ${operations.length} operations accepted one by chance`);
    if (never.length > 0) console.log(`fuzz.test.ts: never by chance: ${never.join(', ')}`);
    expect(accepted.size).toBeGreaterThan(0);
  });
});

/**
 * Whether an answer means that something has changed: what was accepted, and a decline, which is recorded.
 */
function changes(request: FuzzRequest, status: number): boolean {
  return request.method !== 'GET' && (isAccepted(status) || status === 402);
}

/** Done, or done and to be seen elsewhere. */
function isAccepted(status: number): boolean {
  return status === 200 || status === 303;
}

/** What is wrong with an answer, if anything. */
function problemWith({ request, status, body, fault }: Told): string | undefined {
  if (status >= 500) return 'a 5xx';
  if (fault !== undefined) return `otherwise than the document says (${fault})`;
  if (isAccepted(status)) return undefined;
  if (status < 400) return 'neither accepted nor refused';
  if (!request.url.startsWith('/v1')) return undefined;
  const error = errorOf(body);
  if (!error?.code || !Object.hasOwn(errorCatalogue, error.code)) return 'an error without a code we know';
  const namesParameter = error.code.startsWith('parameter_') || error.code === 'parameters_exclusive';
  return namesParameter && !error.param ? 'a parameter error that does not name the parameter' : undefined;
}

function errorOf(body: string): { code?: string; param?: string } | undefined {
  const parsed: unknown = JSON.parse(body);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  return 'error' in parsed ? (parsed.error as { code?: string; param?: string }) : parsed;
}

/** Where a request names several objects, another than the path's may be looked for first. */
function isMissingResource(body: string): boolean {
  return errorOf(body)?.code === 'resource_missing';
}

function describeTold(told: Told): string {
  const why = problemWith(told) ?? 'not as it should be';
  return `${why}: ${describeRequest(told.request)} answered ${told.status} ${told.body.slice(0, 300)}`;
}

function describeRequest({ operation, method, url, headers, payload }: FuzzRequest): string {
  const { authorization: _key, ...shown } = headers;
  const body = (payload ?? '').slice(0, 400);
  return `${operation.id} ${method} ${url.slice(0, 300)} ${JSON.stringify(shown)} ${body}`;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDeframer,
  createIsoClient,
  type Fields,
  frame,
  type IsoClient,
  type IsoMessage,
  originalElement,
  pack,
  packSealed,
  retrievalReference,
  type StrayKind,
  stanElement,
  timeElements,
  unpack,
  unpackAdditionalData,
  unwrapKey,
} from '@tpmall/connector-iso8583';
import { Redacted, systemClock, unwrap } from '@tpmall/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { testCards } from './cards.ts';
import { type CardNetworkProcess, spawnCardNetwork } from './process.ts';

const approved = testCards[0]?.number ?? '';
/** Longer than a loaded machine takes: what is lost here shall be lost by a test, not by the machine. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Of tests that wait for it; what else they ask is answered. */
const SHORT_TIMEOUT_MS = 2_000;

let folder: string;
let network: CardNetworkProcess;
let client: IsoClient;
let strays: StrayKind[];
let advices: number;
let given: unknown[];
let nextStan = 0;

const keyFile = (): string => join(folder, 'acquirer.key');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tpmall-mac-'));
  await writeFile(keyFile(), '5A'.repeat(32));
  await writeFile(join(folder, 'other.key'), 'A5'.repeat(32));
  network = await spawnCardNetwork({ macKeyFile: keyFile() });
});
afterAll(async () => {
  await network.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  strays = [];
  given = [];
  advices = 0;
});
afterEach(async () => {
  await client.stop();
  await control('DELETE', '/behaviours');
});

async function start(
  mac: { keyFile: string; rekeyEveryMs: number } | undefined,
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
): Promise<void> {
  client = createIsoClient({
    ...{ host: '127.0.0.1', port: network.isoPort, acquirerId: '123456', terminalId: 'TERM0001', mac },
    ...{ answerTimeoutMs, echoEveryMs: 60_000, reconnectFirstMs: 20, reconnectMaxMs: 100 },
    clock: systemClock,
    log: { info: (fields) => 'key' in fields && given.push(fields.key), warn: () => undefined },
    onStray: (kind) => strays.push(kind),
    onAdvice: async () => {
      advices += 1;
      return '00';
    },
  });
  client.start();
}
const signedOn = (): Promise<void> => until(() => client.status().state === 'signed_on');

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(network.url + path, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

function question(mti: string, more: Fields = {}): IsoMessage {
  nextStan += 1;
  const now = systemClock.now();
  const { transmission, time, date } = timeElements(now);
  const own = {
    3: '000000',
    4: '000000001000',
    7: transmission,
    11: stanElement(nextStan),
    12: time,
    13: date,
  };
  const place = {
    32: '123456',
    37: retrievalReference(now, nextStan),
    41: 'TERM0001',
    42: 'TPMALL'.padEnd(15),
  };
  return { mti, fields: { ...own, ...place, 49: '978', ...more } };
}
const authorisation = (): IsoMessage => question('0100', { 2: approved, 14: '3112' });

interface Book {
  messages: Record<string, number>;
  authorisations: { stan: string; state: string }[];
}
const book = async (): Promise<Book> => (await control('GET', '/book')) as Book;
const bookedOf = async ({ fields }: IsoMessage) =>
  (await book()).authorisations.filter(({ stan }) => stan === fields[11]);

test('every message is authenticated, by a key that changes while traffic runs', async () => {
  await start({ keyFile: keyFile(), rekeyEveryMs: 15 });
  await signedOn();
  const answers: unknown[] = [];
  // From the 99th on, numbers come again.
  while (given.length < 120) {
    const asked = await Promise.all(Array.from({ length: 20 }, () => client.ask(authorisation())));
    answers.push(...asked.map((each) => (each.state === 'answered' ? each.answer.fields[39] : each)));
  }
  expect(answers.filter((code) => code !== '00')).toEqual([]);
  expect(given.slice(0, 3)).toEqual([1, 2, 3]);
  expect(given[99]).toBe(1);
  expect(strays).toEqual([]);
  expect(client.status().state).toBe('signed_on');
});

test('an answer whose code is wrong is none: its question is lost, and the line stays', async () => {
  await start({ keyFile: keyFile(), rekeyEveryMs: 60_000 }, SHORT_TIMEOUT_MS);
  await signedOn();
  await control('POST', '/behaviours', { kind: 'wrong_mac', mti: '0100' });
  const asked = authorisation();
  expect(await client.ask(asked)).toMatchObject({ state: 'lost' });
  expect(strays).toEqual(['forged']);
  expect(await bookedOf(asked)).toMatchObject([{ state: 'approved' }]);
  const { 7: transmission = '', 11: stan = '' } = asked.fields;
  const of = originalElement({ mti: '0100', stan, transmission, acquirer: '123456' });
  const reversal = await client.ask(question('0400', { 90: of }));
  expect(reversal).toMatchObject({ state: 'answered', answer: { fields: { 39: '00' } } });
  expect(await bookedOf(asked)).toMatchObject([{ state: 'reversed' }]);
});

test('the host hears nothing that is not authenticated', async () => {
  const asked = authorisation();
  const before = (await book()).messages['0100'] ?? 0;
  const stranger = connectSocket({ host: '127.0.0.1', port: network.isoPort });
  const heard: Buffer[] = [];
  const { push } = createDeframer();
  stranger.on('data', (bytes: Buffer) => heard.push(...push(bytes).messages));
  stranger.write(frame(unwrap(pack(asked))));
  // An exchange of keys is answered, so what came before it was read.
  const fields = { 7: asked.fields[7] ?? '', 11: '999999', 32: '123456', 41: 'STRANGER' };
  stranger.write(frame(unwrap(pack({ mti: '0800', fields: { ...fields, 70: '101' } }))));
  await until(() => heard.length > 0);
  // With a key there as well: the one that was given vouches for the echo, and for nothing before it.
  stranger.write(frame(unwrap(pack(asked))));
  const given = unwrap(unpackAdditionalData(unwrap(unpack(heard[0] ?? Buffer.alloc(0))).fields[48] ?? ''));
  const key = unwrapKey(new Redacted(Buffer.alloc(32, 0x5a)), given.keyBlock ?? '');
  if (!key) throw new Error('the host gave no key');
  stranger.write(frame(unwrap(packSealed({ mti: '0800', fields: { ...fields, 70: '301' } }, key))));
  await until(() => heard.length > 1);
  stranger.destroy();
  expect((await book()).messages['0100'] ?? 0).toBe(before);
  expect(await bookedOf(asked)).toEqual([]);
  await start(undefined, SHORT_TIMEOUT_MS);
  await signedOn();
  expect(await client.ask(authorisation())).toMatchObject({ state: 'lost' });
});

test('who has another key does not sign on', async () => {
  await start({ keyFile: join(folder, 'other.key'), rekeyEveryMs: 60_000 });
  await until(() => client.status().lastProblem !== null);
  expect(client.status()).toMatchObject({
    state: 'connecting',
    lastProblem: 'the host gave no working key',
  });
  expect(await client.ask(authorisation())).toMatchObject({ state: 'not_sent' });
});

test('what the host says by itself is authenticated as well', async () => {
  await start({ keyFile: keyFile(), rekeyEveryMs: 20 });
  await signedOn();
  const asked = authorisation();
  await client.ask(asked);
  const { 7: transmission = '', 11: stan = '', 37: reference = '' } = asked.fields;
  const of = { 37: reference, 90: originalElement({ mti: '0100', stan, transmission, acquirer: '123456' }) };
  await client.ask(question('0220', { ...of, 48: '61011' }));
  await client.ask(question('0200', { ...of, 3: '200000', 2: approved, 14: '3112' }));
  await control('POST', '/return-refund', { reference, code: '54' });
  await until(() => advices === 1);
  expect(strays).toEqual([]);
});

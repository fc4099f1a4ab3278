import {
  createIsoClient,
  type Exchange,
  type Fields,
  type IsoClient,
  type IsoMessage,
  originalElement,
  retrievalReference,
  type StrayKind,
  stanElement,
  timeElements,
} from '@tpmall/connector-iso8583';
import { systemClock } from '@tpmall/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { testCards } from './cards.ts';
import { type CardNetworkProcess, spawnCardNetwork } from './process.ts';

/** Longer than a loaded machine takes: what is lost here shall be lost by a test, not by the machine. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Of tests that wait for it; what else they ask is answered. */
const SHORT_TIMEOUT_MS = 1_000;
const approved = testCards[0]?.number ?? '';

let network: CardNetworkProcess;
let client: IsoClient;
let strays: { kind: StrayKind; message: IsoMessage }[];
let nextStan = 0;

beforeAll(async () => {
  network = await spawnCardNetwork();
});
afterAll(async () => {
  await network.stop();
});
beforeEach(async () => {
  strays = [];
  client = connect();
  await untilSignedOn();
});
afterEach(async () => {
  await client.stop();
  await control('DELETE', '/behaviours');
});

function connect({ echoEveryMs = 60_000, answerTimeoutMs = ANSWER_TIMEOUT_MS } = {}): IsoClient {
  const made = createIsoClient({
    host: '127.0.0.1',
    port: network.isoPort,
    acquirerId: '123456',
    terminalId: 'TERM0001',
    answerTimeoutMs,
    echoEveryMs,
    reconnectFirstMs: 20,
    reconnectMaxMs: 100,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
    onStray: (kind, message) => strays.push({ kind, message }),
    onAdvice: async () => '25',
  });
  made.start();
  return made;
}

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(network.url + path, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

const untilSignedOn = (): Promise<void> => until(() => client.status().state === 'signed_on');

/** Connects anew for a test that waits in vain. */
async function hurry(): Promise<void> {
  await client.stop();
  client = connect({ answerTimeoutMs: SHORT_TIMEOUT_MS });
  await untilSignedOn();
}

/** A question about a new trace number, or about the one given. */
function question(mti: string, more: Fields = {}): IsoMessage {
  nextStan += 1;
  const now = systemClock.now();
  const { transmission, time, date } = timeElements(now);
  const stan = stanElement(nextStan);
  return {
    mti,
    fields: {
      3: '000000',
      4: '000000001000',
      7: transmission,
      11: stan,
      12: time,
      13: date,
      32: '123456',
      37: retrievalReference(now, nextStan),
      41: 'TERM0001',
      42: 'MALL           ',
      49: '978',
      ...more,
    },
  };
}

const authorisation = (pan = approved): IsoMessage => question('0100', { 2: pan, 14: '3012' });

const reversalOf = (original: IsoMessage): IsoMessage =>
  question('0400', {
    90: originalElement({
      mti: original.mti,
      stan: original.fields[11] ?? '',
      transmission: original.fields[7] ?? '',
      acquirer: '123456',
    }),
  });

const code = (exchange: Exchange): string | undefined =>
  exchange.state === 'answered' ? exchange.answer.fields[39] : exchange.state;

async function booked(message: IsoMessage): Promise<Record<string, unknown> | undefined> {
  const book = (await control('GET', `/book?reference=${message.fields[37]}`)) as {
    authorisations: Record<string, unknown>[];
  };
  return book.authorisations[0];
}

test('shows its cards to whoever opens its address', async () => {
  const shown = await fetch(network.url);
  expect(shown.url).toBe(`${network.url}/cards`);
  expect(await shown.json()).toEqual({ cards: testCards });
});

test('signs on and asks many questions at once, each answered as its own', async () => {
  const questions = testCards
    .filter((card) => card.fault === null && !card.needsAuthentication)
    .flatMap((card) => Array.from({ length: 20 }, () => ({ card, message: authorisation(card.number) })));
  const answers = await Promise.all(questions.map(({ message }) => client.ask(message)));
  answers.forEach((answer, index) => {
    expect(code(answer)).toBe(questions[index]?.card.code);
    expect(answer.state === 'answered' && answer.answer.fields[11]).toBe(
      questions[index]?.message.fields[11],
    );
  });
  expect(strays).toEqual([]);
});

test('a late answer is told as late and not taken for the answer of another question', async () => {
  await hurry();
  await control('POST', '/behaviours', { kind: 'delay', milliseconds: SHORT_TIMEOUT_MS + 500 });
  const late = authorisation();
  expect(await client.ask(late)).toMatchObject({ state: 'lost' });
  expect(code(await client.ask(authorisation()))).toBe('00');
  await until(() => strays.length > 0);
  expect(strays.map(({ kind, message }) => [kind, message.fields[11]])).toEqual([['late', late.fields[11]]]);
});

test('an answer that comes twice is used once', async () => {
  await control('POST', '/behaviours', { kind: 'duplicate' });
  const message = authorisation();
  expect(code(await client.ask(message))).toBe('00');
  await until(() => strays.length > 0);
  expect(strays.map(({ kind, message: stray }) => [kind, stray.fields[11]])).toEqual([
    ['duplicate', message.fields[11]],
  ]);
});

test('a lost answer is lost; the repeat of its reversal is booked once', async () => {
  await hurry();
  await control('POST', '/behaviours', { kind: 'lose_answer', mti: '0100' });
  await control('POST', '/behaviours', { kind: 'lose_answer', mti: '0400' });
  const message = authorisation();
  expect(code(await client.ask(message))).toBe('lost');
  const reversal = reversalOf(message);
  expect(code(await client.ask(reversal))).toBe('lost');
  expect(code(await client.ask({ ...reversal, mti: '0401' }))).toBe('00');
  expect(code(await client.ask({ ...reversal, mti: '0401' }))).toBe('00');
  expect(await booked(message)).toMatchObject({ state: 'reversed', reversals: 1, times: 1 });
});

test('a reversal of what never came is acknowledged, and the straggler after it is refused', async () => {
  await hurry();
  await control('POST', '/behaviours', { kind: 'lose_request', mti: '0100' });
  const message = authorisation();
  expect(code(await client.ask(message))).toBe('lost');
  expect(code(await client.ask(reversalOf(message)))).toBe('25');
  expect(code(await client.ask(message))).toBe('12');
});

test('the repeat of an authorisation gets the first answer and no second hold', async () => {
  const message = authorisation();
  const first = await client.ask(message);
  const second = await client.ask(message);
  expect(second).toEqual(first);
  expect(await booked(message)).toMatchObject({ times: 2, state: 'approved' });
});

test('a malformed answer is passed over and the connection stays', async () => {
  await hurry();
  await control('POST', '/behaviours', { kind: 'malformed' });
  const since = client.status().since;
  expect(code(await client.ask(authorisation()))).toBe('lost');
  expect(code(await client.ask(authorisation()))).toBe('00');
  expect(client.status().since).toBe(since);
});

test('an answer with another trace number answers nothing', async () => {
  await hurry();
  await control('POST', '/behaviours', { kind: 'other_stan' });
  const message = authorisation();
  expect(code(await client.ask(message))).toBe('lost');
  expect(strays.map(({ kind }) => kind)).toEqual(['stranger']);
});

test('a connection that breaks in mid-answer loses what is in flight and is made again', async () => {
  await control('POST', '/behaviours', { kind: 'lose_answer' });
  const waiting = client.ask(authorisation());
  await until(async () => client.status().inFlight === 1);
  await control('POST', '/behaviours', { kind: 'cut' });
  // At once, and not when their time is over.
  const broken = { state: 'lost', reason: expect.not.stringContaining('no answer within') };
  expect(await client.ask(authorisation())).toMatchObject(broken);
  expect(await waiting).toMatchObject(broken);
  // Asked while the link is being made again: waits for it.
  expect(code(await client.ask(authorisation()))).toBe('00');
});

test('a sign-on whose answer is lost is tried again', async () => {
  await client.stop();
  await control('POST', '/behaviours', { kind: 'lose_answer', mti: '0800' });
  client = connect({ answerTimeoutMs: SHORT_TIMEOUT_MS });
  await untilSignedOn();
  expect(client.status().lastProblem).toContain('sign-on');
  expect(code(await client.ask(authorisation()))).toBe('00');
});

test('a silent connection is probed; a host that does not answer the echo is left', async () => {
  await client.stop();
  client = connect({ echoEveryMs: 50, answerTimeoutMs: SHORT_TIMEOUT_MS });
  await untilSignedOn();
  const echoes = async (): Promise<number> =>
    ((await control('GET', '/book')) as { messages: Record<string, number> }).messages['0800'] ?? 0;
  const before = await echoes();
  await until(async () => (await echoes()) > before + 1);
  await control('POST', '/behaviours', { kind: 'lose_answer', mti: '0800' });
  await until(() => client.status().lastProblem?.includes('echo') === true);
  await untilSignedOn();
});

test('what is asked without a host says that nothing was sent', async () => {
  const away = await spawnCardNetwork();
  const lonely = createIsoClient({
    host: '127.0.0.1',
    port: away.isoPort,
    acquirerId: '123456',
    terminalId: 'TERM0001',
    answerTimeoutMs: 100,
    echoEveryMs: 60_000,
    reconnectFirstMs: 10,
    reconnectMaxMs: 20,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
    onStray: () => undefined,
    onAdvice: async () => '25',
  });
  await away.stop('SIGKILL');
  lonely.start();
  expect(await lonely.ask(authorisation())).toMatchObject({ state: 'not_sent' });
  await lonely.stop();
  expect(await lonely.ask(authorisation())).toMatchObject({ state: 'not_sent' });
});

test('a stopped client loses what is in flight', async () => {
  await control('POST', '/behaviours', { kind: 'lose_answer' });
  const waiting = client.ask(authorisation());
  await until(() => client.status().inFlight === 1);
  await client.stop();
  expect(await waiting).toMatchObject({ state: 'lost' });
});

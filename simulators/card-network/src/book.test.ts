import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createIsoClient,
  type Fields,
  type IsoClient,
  type IsoMessage,
  originalElement,
  packAdditionalData,
  retrievalReference,
  stanElement,
  timeElements,
} from '@tpmall/connector-iso8583';
import { systemClock } from '@tpmall/kernel';
import { expect, test } from 'vitest';
import { testCards } from './cards.ts';
import { type CardNetworkProcess, spawnCardNetwork } from './process.ts';

const approved = testCards[0]?.number ?? '';
let stan = 0;

function client(network: CardNetworkProcess): IsoClient {
  const made = createIsoClient({
    host: '127.0.0.1',
    port: network.isoPort,
    acquirerId: '123456',
    terminalId: 'TERM0001',
    answerTimeoutMs: 5_000,
    echoEveryMs: 60_000,
    reconnectFirstMs: 20,
    reconnectMaxMs: 100,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
    onStray: () => undefined,
    onAdvice: async () => '25',
  });
  made.start();
  return made;
}

function message(mti: string, amount: bigint, more: Fields): IsoMessage {
  stan += 1;
  const now = systemClock.now();
  return {
    mti,
    fields: {
      3: '000000',
      4: String(amount).padStart(12, '0'),
      7: timeElements(now).transmission,
      11: stanElement(stan),
      32: '123456',
      37: retrievalReference(now, stan),
      41: 'TERM0001',
      42: 'MALL           ',
      49: '978',
      ...more,
    },
  };
}

const referring = (original: IsoMessage): Fields => ({
  37: original.fields[37] ?? '',
  90: originalElement({
    mti: original.mti,
    stan: original.fields[11] ?? '',
    transmission: original.fields[7] ?? '',
    acquirer: '123456',
  }),
});

async function code(on: IsoClient, question: IsoMessage): Promise<string | undefined> {
  const exchange = await on.ask(question);
  return exchange.state === 'answered' ? exchange.answer.fields[39] : exchange.state;
}

interface Book {
  authorisations: { captures: { code: string; times: number }[] }[];
}

async function readBook(network: CardNetworkProcess): Promise<Book> {
  const answer = await fetch(`${network.url}/book`);
  return (await answer.json()) as Book;
}

test('the book outlives kill -9, and what it answered it answers again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'card-network-'));
  let network = await spawnCardNetwork({ dataDir });
  let on = client(network);
  const held = message('0100', 1000n, { 2: approved, 14: '3012' });
  const capture = message('0220', 600n, {
    ...referring(held),
    48: packAdditionalData({ finalCapture: '0' }) ?? '',
  });
  const first = await on.ask(held);
  expect(await code(on, capture)).toBe('00');
  await on.stop();
  await network.stop('SIGKILL');
  // A crash may leave a line unfinished: the message it was about was never answered.
  await appendFile(join(dataDir, 'book.jsonl'), '{"type":"refund","at":1');

  network = await spawnCardNetwork({ dataDir });
  on = client(network);
  expect(await on.ask(held)).toEqual(first);
  expect(await code(on, { ...capture, mti: '0221' })).toBe('00');
  // A second capture of the same goods, as a new message, is more than was held.
  expect(await code(on, message('0220', 600n, referring(held)))).toBe('13');
  expect(await code(on, message('0200', 100n, { ...referring(held), 3: '200000', 2: approved }))).toBe('00');

  const book = await readBook(network);
  expect(book.authorisations).toMatchObject([
    { amount: '1000', captured: '600', refunded: '100', times: 2, state: 'approved', currency: 'eur' },
  ]);
  expect(book.authorisations[0]?.captures.map((each) => [each.code, each.times])).toEqual([
    ['00', 2],
    ['13', 1],
  ]);

  const clearing = await fetch(`${network.url}/end-of-day`, { method: 'POST' }).then((answer) =>
    answer.text(),
  );
  const lines = clearing.trimEnd().split('\n');
  expect(lines.map((line) => line.split(',').slice(0, 2).join())).toEqual([
    'record,type',
    'D,capture',
    'D,refund',
    'T,total',
  ]);
  expect(lines[3]).toBe('T,total,,,2,500,eur,,,');
  expect(clearing).not.toContain(approved);
  const [name = ''] = await readdir(join(dataDir, 'clearing'));
  expect(await readFile(join(dataDir, 'clearing', name), 'utf8')).toBe(clearing);
  // The next file begins where this one ended.
  const next = await fetch(`${network.url}/end-of-day`, { method: 'POST' }).then((answer) => answer.text());
  expect(next.trimEnd().split('\n')).toHaveLength(1);

  expect(await readFile(join(dataDir, 'book.jsonl'), 'utf8')).not.toContain(approved);
  await on.stop();

  // The unfinished line is gone for good: what was booked after it can be read again.
  const last = await readBook(network);
  await network.stop('SIGKILL');
  network = await spawnCardNetwork({ dataDir });
  expect((await readBook(network)).authorisations).toEqual(last.authorisations);
  await network.stop();
  await rm(dataDir, { recursive: true });
});

test('a partial reversal leaves what it names', async () => {
  const network = await spawnCardNetwork();
  const on = client(network);
  const held = message('0100', 1000n, { 2: approved, 14: '3012' });
  expect(await code(on, held)).toBe('00');
  expect(await code(on, message('0220', 400n, referring(held)))).toBe('00');
  expect(await code(on, message('0400', 1000n, referring(held)))).toBe('12');
  const rest = '000000000400'.padEnd(42, '0');
  expect(await code(on, message('0420', 1000n, { ...referring(held), 95: rest }))).toBe('00');
  expect(await code(on, message('0220', 1n, referring(held)))).toBe('13');
  const book = await readBook(network);
  expect(book.authorisations).toMatchObject([{ remaining: '400', captured: '400', reversals: 1 }]);
  await on.stop();
  await network.stop();
});

test('what the control API does not understand it refuses by name', async () => {
  const network = await spawnCardNetwork();
  const post = (body: unknown): Promise<Response> =>
    fetch(`${network.url}/behaviours`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  for (const [body, field] of [
    [{ kind: 'explode' }, 'kind'],
    [{ kind: 'delay' }, 'milliseconds'],
    [{ kind: 'decline', code: '5' }, 'code'],
    [{ kind: 'cut', times: 0 }, 'times'],
    [{ kind: 'cut', card: '42' }, 'card'],
    [{ kind: 'cut', mti: '100' }, 'mti'],
    [{ kind: 'cut', colour: 'red' }, 'colour'],
  ] as const) {
    const answer = await post(body);
    expect([answer.status, ((await answer.json()) as { field: string }).field]).toEqual([400, field]);
  }
  expect((await post({ kind: 'decline', code: '61', card: approved, times: null })).status).toBe(201);
  const on = client(network);
  expect(await code(on, message('0100', 1n, { 2: approved, 14: '3012' }))).toBe('61');
  expect(await code(on, message('0100', 1n, { 2: testCards[2]?.number ?? '', 14: '3012' }))).toBe('00');
  expect(await code(on, message('0100', 1n, { 2: testCards[2]?.number ?? '', 14: '2101' }))).toBe('54');
  await on.stop();
  await network.stop();
});

import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { manualClock, seededRandom } from '@tpmall/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseAway } from '../db/index.ts';
import type { Log } from '../telemetry/types.ts';
import { silentLog } from '../testing/index.ts';
import { createApp } from './create-app.ts';

/** Whom an application takes a request to come from. */
async function clientOf(
  trustedProxies: readonly string[],
  remoteAddress: string,
  forwarded: string | undefined,
): Promise<string> {
  const parts = { clock: manualClock(0), random: seededRandom(1), log: silentLog };
  const app = createApp({ ...parts, origin: 'api', trustedProxies });
  app.get('/', async ({ ip }) => ip);
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const { body } = await app.inject({ url: '/', remoteAddress, headers });
  await app.close();
  return body;
}

const PROXY = '10.0.0.7';

it.each([
  ['no proxy is trusted, whatever is sent', [], PROXY, '203.0.113.9', PROXY],
  ['a trusted proxy says who asks', ['10.0.0.0/24'], PROXY, '203.0.113.9', '203.0.113.9'],
  ['a client has put an address before its own', [PROXY], PROXY, '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['two proxies stand in a row', ['10.0.0.0/24'], PROXY, '203.0.113.9, 10.0.0.8', '203.0.113.9'],
  ['somebody else sends the header', [PROXY], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['a client claims to be the proxy', [PROXY], '203.0.113.9', PROXY, '203.0.113.9'],
  ['a trusted proxy says nothing', [PROXY], PROXY, undefined, PROXY],
])('takes a request to come from the right address where %s', async (_where, trusted, from, said, is) => {
  expect(await clientOf(trusted, from, said)).toBe(is);
});

it('tells a client nothing of what failed, and the log all of it', async () => {
  const logged: object[] = [];
  const log: Log = { ...silentLog, error: (fields) => logged.push(fields) };
  const app = createApp({ clock: manualClock(0), random: seededRandom(1), log, origin: 'vault' });
  const failure = new Error('relation "vault.card" does not exist');
  app.get('/', async () => {
    throw failure;
  });
  app.post('/', async () => 'never reached');
  const failed = await app.inject({ url: '/' });
  expect([failed.statusCode, failed.json()]).toEqual([
    500,
    { error: { type: 'api_error', code: 'internal_error', message: 'The server met a fault of its own.' } },
  ]);
  expect(logged).toEqual([{ error: failure, origin: 'vault', request: expect.stringMatching(/^req_/) }]);
  const unread = await app.inject({
    method: 'POST',
    url: '/',
    body: 'x',
    headers: { 'content-type': 'a/b' },
  });
  const { error } = unread.json<{ error: { code: string } }>();
  expect([unread.statusCode, error.code]).toEqual([415, 'request_malformed']);
  expect(logged).toHaveLength(1);
  await app.close();
});

it('tells a client to come again while the database is away', async () => {
  const app = createApp({ clock: manualClock(0), random: seededRandom(1), log: silentLog, origin: 'vault' });
  app.get('/', async () => {
    throw new DatabaseAway(new Error('connect ECONNREFUSED /tmp/.s.PGSQL.5432'), false);
  });
  const answer = await app.inject({ url: '/' });
  expect([answer.statusCode, answer.json<{ error: object }>().error]).toEqual([
    503,
    {
      type: 'api_error',
      code: 'database_unavailable',
      message: 'The database is away for a moment. Repeat the request.',
    },
  ]);
  expect(answer.headers).toMatchObject({ 'retry-after': '2', 'stripe-should-retry': 'true' });
  await app.close();
});

describe('on a socket', () => {
  let app: ReturnType<typeof createApp>;
  const waiting: (() => void)[] = [];
  const answerAll = (): void => {
    for (const answer of waiting.splice(0)) answer();
  };
  beforeEach(async () => {
    app = createApp({ clock: manualClock(0), random: seededRandom(1), log: silentLog, origin: 'api' });
    app.get('/', async () => 'here');
    app.get('/slow', () => new Promise((answer) => waiting.push(() => answer('at last'))));
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    answerAll();
    await app.close();
  });
  const dial = (text: string) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    const heard: Buffer[] = [];
    socket.on('data', (bytes) => heard.push(bytes)).on('error', () => undefined);
    socket.write(text);
    return { closed: once(socket, 'close'), heard: () => Buffer.concat(heard).toString(), socket };
  };
  const asking = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;

  it.each([
    ['no HTTP', '\x16\x03\x01\x02', 400, 'the request is no well-formed HTTP'],
    ['an unknown method', 'FOO / HTTP/1.1\r\nhost: localhost\r\n\r\n', 400, 'no well-formed HTTP'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nhost: localhost\r\na: ${'b'.repeat(20_000)}\r\n\r\n`,
      431,
      'the headers are longer than 16384 bytes',
    ],
  ])(
    'tells whoever sends %s so, in the shape of every error, and closes',
    async (_what, text, status, says) => {
      const { closed, heard } = dial(text);
      await closed;
      const [head = '', body = ''] = heard().split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(JSON.parse(body)).toEqual({
        error: {
          type: 'invalid_request_error',
          code: 'request_malformed',
          message: expect.stringContaining(says),
        },
      });
    },
  );

  it('closes a connection on which requests are sent ahead without end, and no other', async () => {
    const other = dial(asking('/slow'));
    const { closed, heard } = dial(asking('/slow').repeat(500));
    await closed;
    expect(heard()).toBe('');
    expect(waiting).toHaveLength(1 + 32);
    answerAll();
    await expect.poll(other.heard).toContain('at last');
    other.socket.destroy();
  });

  it('answers a few that were sent ahead, and as many again, in their order', async () => {
    const few = dial(asking('/').repeat(20));
    for (const times of [20, 40, 60]) {
      await expect.poll(() => few.heard().split('here').length - 1).toBe(times);
      if (times < 60) few.socket.write(asking('/').repeat(20));
    }
    few.socket.destroy();
  });
});

import { manualClock, seededRandom } from '@tpmall/kernel';
import { expect, it } from 'vitest';
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

import { manualClock, seededRandom } from '@tpmall/kernel';
import { expect, it } from 'vitest';
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

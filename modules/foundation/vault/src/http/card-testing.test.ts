import { SECOND } from '@tpmall/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cardNumber, startVault, type VaultUnderTest } from '../../test-vault/start-vault.ts';

let vault: VaultUnderTest;
beforeAll(async () => {
  vault = await startVault({
    rateLimit: { perKey: { perSecond: 1, burst: 20 }, perIp: { perSecond: 1, burst: 10 } },
  });
});
afterAll(() => vault.stop());

const send = (key: string, remoteAddress: string, number = cardNumber('4')) =>
  vault.app.inject({
    method: 'POST',
    url: '/v1/payment_methods',
    remoteAddress,
    headers: { authorization: `Bearer ${key}` },
    payload: { type: 'card', card: { number, exp_month: 9, exp_year: 2040 } },
  });
const wrong = (): string => `${cardNumber('4').slice(0, -1)}x`;
const statuses = async (sent: readonly ReturnType<typeof send>[]): Promise<number[]> =>
  (await Promise.all(sent)).map(({ statusCode }) => statusCode);

it('lets an address try two wrong numbers with a browser’s key, then has it wait', async () => {
  const { statusCode } = await send('pk_test_two', '10.0.0.1', wrong());
  expect(statusCode).toBe(402);
  expect(await statuses([send('pk_test_two', '10.0.0.1', wrong())])).toEqual([402]);
  const refused = await send('pk_test_two', '10.0.0.1');
  expect(refused.statusCode).toBe(429);
  expect(refused.json()).toMatchObject({ error: { code: 'rate_limit' } });
  const seconds = Number(refused.headers['retry-after']);
  expect(seconds).toBeGreaterThan(0);
  // Another shopper of the same merchant does not notice.
  expect((await send('pk_test_two', '10.0.0.2')).statusCode).toBe(200);
  vault.clock.advance(seconds * SECOND);
  expect((await send('pk_test_two', '10.0.0.1')).statusCode).toBe(200);
});

it('counts the addresses of an IPv6 network as one', async () => {
  const sender = (n: number) => `2001:db8:0:7::${n}`;
  const first = [send('pk_test_two', sender(1), wrong()), send('pk_test_two', sender(2), wrong())];
  expect(await statuses(first)).toEqual([402, 402]);
  expect((await send('pk_test_two', sender(3))).statusCode).toBe(429);
  expect((await send('pk_test_two', '2001:db8:0:8::1')).statusCode).toBe(200);
});

it('does not shut out a shop’s other shoppers for what some of them mistype', async () => {
  vault.clock.advance(60 * SECOND);
  const mistyped = Array.from({ length: 8 }, (_, n) => send('pk_test_two', `10.0.9.${n}`, wrong()));
  expect(await statuses(mistyped)).toEqual(Array(8).fill(402));
  expect((await send('pk_test_two', '10.0.8.1')).statusCode).toBe(200);
  // A server's key pays for what it sends.
  vault.clock.advance(60 * SECOND);
  const ofServer = Array.from({ length: 5 }, () => send('sk_test_one', '10.0.7.1', wrong()));
  expect((await statuses(ofServer)).includes(429)).toBe(true);
  vault.clock.advance(60 * SECOND);
});

it('limits a secret key by itself and not by its server’s address', async () => {
  const sent = await statuses(Array.from({ length: 25 }, () => send('sk_test_one', '10.0.0.3')));
  expect(sent.filter((status) => status === 200)).toHaveLength(20);
  expect(sent.filter((status) => status === 429)).toHaveLength(5);
});

it('shows the page’s shopper that it must wait', async () => {
  const page = { key: 'pk_test_one', return_url: 'http://localhost/' };
  const { body } = await vault.app.inject({ url: `/cards/new?${new URLSearchParams(page)}` });
  const nonce = /name="nonce" value="([^"]+)"/.exec(body)?.[1] ?? '';
  const post = () =>
    vault.app.inject({
      method: 'POST',
      url: '/cards/new',
      remoteAddress: '10.0.0.4',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        ...page,
        nonce,
        number: wrong(),
        expiry: '12/40',
        cvc: '1',
        name: 'A',
      }).toString(),
    });
  expect((await post()).statusCode).toBe(422);
  expect((await post()).statusCode).toBe(422);
  const refused = await post();
  expect(refused.statusCode).toBe(429);
  expect(refused.headers['content-type']).toContain('text/html');
});

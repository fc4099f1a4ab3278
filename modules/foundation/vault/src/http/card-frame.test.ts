import { createHash } from 'node:crypto';
import { MINUTE } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardNumber, contextOf, startVault, type VaultUnderTest } from '../../test-vault/start-vault.ts';

let vault: VaultUnderTest;
beforeAll(async () => {
  vault = await startVault();
});
afterAll(() => vault.stop());

const number = cardNumber('424242');
const card = { number, expiry: '09 / 31', cvc: '123', name: 'LIN WEI', nonce: 'A'.repeat(22) };

async function open(returnUrl = 'https://mall.example/c/pay/cs_1') {
  const opened = await vault.running.implementation.openCardForm(
    { ...contextOf('acct_one'), caller: 'web' },
    { returnUrl, due: { amount: 123_456n, currency: 'usd' }, verb: 'pay' },
  );
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value.path;
}
const get = (path: string) => vault.app.inject({ url: path });
const post = (fields: Record<string, string>) =>
  vault.app.inject({
    ...{ method: 'POST', url: '/cards/form', payload: new URLSearchParams(fields).toString() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const grantOf = (path: string) => new URL(path, 'http://vault').searchParams.get('grant') ?? '';
const ancestorsOf = (headers: Record<string, unknown>) =>
  /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy']))?.[1];

describe('a card form in a frame', () => {
  it('may be framed by the page that it was opened for, and says what is paid', async () => {
    const { headers, body, statusCode } = await get(await open());
    expect(statusCode).toBe(200);
    expect(ancestorsOf(headers)).toBe('https://mall.example');
    expect(headers).not.toHaveProperty('x-frame-options');
    expect(headers).not.toHaveProperty('set-cookie');
    expect(body).toContain('Pay <span class="m"><span class="c">USD\u00a0</span>1,234');
    expect(body).toContain('data-parent="https://mall.example"');
  });

  it('tells that page of the card, and leads back to it', async () => {
    const grant = grantOf(await open('https://mall.example/c/pay/cs_1?a=1'));
    const { body, statusCode } = await post({ grant, ...card });
    expect(statusCode).toBe(200);
    const id = /&quot;id&quot;:&quot;(pm_\w+)&quot;/.exec(body)?.[1] ?? '';
    expect(body).toContain(`href="https://mall.example/c/pay/cs_1?a=1&amp;payment_method=${id}"`);
    expect(body).not.toContain(number);
    expect(await vault.card('acct_one', id)).toMatchObject({ last4: number.slice(-4) });
    // The same form again is the same card.
    expect((await post({ grant, ...card })).body).toContain(id);
  });

  it('is no form where its grant was made, changed or kept by somebody else', async () => {
    const grant = grantOf(await open());
    const [text = '', mark = ''] = grant.split('.');
    const forged = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...forged, r: 'https://evil.example/' }));
    for (const bad of ['', 'x', text, `${text}.`, `.${mark}`, `${changed.toString('base64url')}.${mark}`]) {
      for (const answer of [await get(`/cards/form?grant=${bad}`), await post({ grant: bad, ...card })]) {
        expect(answer.statusCode, bad).toBe(400);
        expect(ancestorsOf(answer.headers)).toBe("'none'");
        expect(answer.body).not.toContain('<form');
      }
    }
    vault.clock.advance(61 * MINUTE);
    const late = await post({ grant, ...card });
    expect(late.statusCode).toBe(410);
    expect(late.body).toContain('Nothing was charged');
  });

  it('keeps what was typed only where it is no secret', async () => {
    const grant = grantOf(await open());
    const { body, statusCode } = await post({ grant, ...card, expiry: '09/21', name: '"><script>' });
    expect(statusCode).toBe(422);
    expect(body).toContain('This card ran out in September 2021');
    expect(body).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(body).not.toContain(number);
  });
});

describe('card fields of a merchant’s page', () => {
  const fields = (key: string, origin: string) =>
    get(`/fields/card?${new URLSearchParams({ key, origin }).toString()}`);

  it('are framed by the origins that the key names, and by no other', async () => {
    const allowed = await fields('pk_test_shop', 'https://shop.example');
    expect(allowed.statusCode).toBe(200);
    expect(ancestorsOf(allowed.headers)).toBe('https://shop.example');
    for (const [key, origin, status] of [
      ['pk_test_shop', 'https://evil.example', 403],
      ['pk_test_shop', 'https://shop.example.evil.example', 403],
      ['pk_test_shop', 'https://shop.example; frame-ancestors *', 403],
      ['pk_test_shop', '*', 403],
      ['pk_test_one', 'https://shop.example', 403],
      ['sk_test_one', 'https://shop.example', 401],
      ['pk_test_nobody', 'https://shop.example', 401],
    ] as const) {
      const refused = await fields(key, origin);
      expect(refused.statusCode, `${key} ${origin}`).toBe(status);
      expect(ancestorsOf(refused.headers)).toBe("'none'");
      expect(refused.body).not.toContain('<input');
    }
  });

  it('come with a script that any page may load', async () => {
    const { headers, body } = await get('/v1/fields.js');
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    });
    expect(body).not.toMatch(/https?:\/\//);
    const { src, integrity } = (await get('/v1/fields.json')).json<{ src: string; integrity: string }>();
    expect(integrity).toBe(`sha384-${createHash('sha384').update(body).digest('base64')}`);
    expect((await get(src)).headers['cache-control']).toContain('immutable');
  });

  it('come with a script that knows the API’s origin where the vault does', async () => {
    const told = await startVault({ apiUrl: 'https://api.example/a?"b' }, vault);
    const { body } = await told.app.inject({ url: '/v1/fields.js' });
    expect(body).toContain('const api = "https://api.example";');
    expect(body).not.toContain('%API_ORIGIN%');
    expect((await get('/v1/fields.js')).body).toContain('const api = null;');
    await told.stop();
  });
});

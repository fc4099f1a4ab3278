import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cardNumber, contextOf, startVault, type VaultUnderTest } from '../../test-vault/start-vault.ts';

let vault: VaultUnderTest;
beforeAll(async () => {
  vault = await startVault();
});
afterAll(() => vault.stop());

const query = {
  key: 'pk_test_one',
  return_url: 'https://shop.example/done?order=1&x=%20y#end',
  amount: '123456',
  currency: 'usd',
};
const number = cardNumber('424242');
const NONCE = 'AAAAAAAAAAAAAAAAAAAAAA';
const card = { number, expiry: '09 / 31', cvc: '123', name: 'LIN WEI' };

function get(fields: Record<string, string> = query, headers: Record<string, string> = {}) {
  return vault.app.inject({ url: `/cards/new?${new URLSearchParams(fields).toString()}`, headers });
}

function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
  return vault.app.inject({
    method: 'POST',
    url: '/cards/new',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({ ...query, nonce: NONCE, ...fields }).toString(),
  });
}

function linkOf(body: string): URL {
  const href = /<a class="btn wide" href="([^"]+)"/.exec(body)?.[1] ?? '';
  return new URL(href.replaceAll('&amp;', '&'));
}

it('leads with the amount, labels every field, and tells browsers what each is for', async () => {
  const answer = await get();
  expect(answer.statusCode).toBe(200);
  const { body } = answer;
  expect(body).toContain('<span class="c">USD\u00a0</span>1,234<span class="u">.56</span>');
  expect(body.indexOf('class="fig-l"')).toBeLessThan(body.indexOf('<h1'));
  expect(body).toContain('shop.example');
  for (const [name, autocomplete] of [
    ['number', 'cc-number'],
    ['expiry', 'cc-exp'],
    ['cvc', 'cc-csc'],
    ['name', 'cc-name'],
  ]) {
    expect(body).toContain(`<label for="${name}">`);
    expect(body).toContain(`<input id="${name}" name="${name}" autocomplete="${autocomplete}"`);
  }
  expect(body.match(/inputmode="numeric"/g)).toHaveLength(3);
  expect(body).toMatch(/name="nonce" value="[\w-]{22}"/);
  expect(body).not.toMatch(/<script|javascript:|style="|onclick/i);
});

it('lets nothing in or out but its own form, its own style and its icon', async () => {
  const { headers, body } = await get();
  const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toBe(
    [
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "img-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
  );
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-type': 'text/html; charset=utf-8',
  });
  expect(headers).not.toHaveProperty('set-cookie');
  expect(style.length).toBeGreaterThan(1000);
  expect(style).not.toMatch(/url\(|@import|</);
});

it('speaks English and Chinese: as asked, else as the browser prefers', async () => {
  const language = async (lang: string, accept: string) =>
    /<html lang="([^"]+)"/.exec((await get({ ...query, lang }, { 'accept-language': accept })).body)?.[1];
  expect(await language('', 'zh-CN,zh;q=0.9,en;q=0.8')).toBe('zh-CN');
  expect(await language('', 'de,en;q=0.5,zh;q=0.4')).toBe('en');
  expect(await language('', 'de')).toBe('en');
  expect(await language('', 'en;q=0,zh-TW;q=0.1')).toBe('zh-CN');
  expect(await language('en', 'zh')).toBe('en');
  const chinese = (await get({ ...query, currency: 'cny', lang: 'zh' })).body;
  expect(chinese).toContain('¥1,234<span class="u">.56</span>');
  expect(chinese).toContain('卡号');
  expect(chinese).toMatch(/<a lang="en" href="\/cards\/new\?[^"]*lang=en">English/);
});

it('takes a card, and goes on by a link that a person sees', async () => {
  const answer = await post(card);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers.location).toBeUndefined();
  const link = linkOf(answer.body);
  const id = link.searchParams.get('payment_method') ?? '';
  expect(link.href).toBe(`https://shop.example/done?order=1&x=%20y&payment_method=${id}#end`);
  expect(answer.body).toContain('rel="noreferrer"');
  expect(answer.body).toContain(`Visa card ending ${number.slice(-4)}`);
  expect(answer.body).not.toContain(number);
  expect(await vault.card('acct_one', id)).toMatchObject({ name: 'LIN WEI', expMonth: 9, expYear: 2031 });
  const clear = await vault.running.implementation.detokenise(contextOf('acct_one'), {
    id,
    purpose: 'authorisation',
  });
  expect(clear).toMatchObject({ value: { cvv: '123' } });
});

it('makes one card of a form that is sent twice, and another one of another card', async () => {
  const id = async (fields: Record<string, string>) =>
    linkOf((await post(fields)).body).searchParams.get('payment_method');
  const both = await Promise.all([
    id({ ...card, nonce: 'B'.repeat(22) }),
    id({ ...card, nonce: 'B'.repeat(22) }),
  ]);
  expect(both[0]).toBe(both[1]);
  expect(await id({ ...card, nonce: 'B'.repeat(22), number: cardNumber('4') })).not.toBe(both[0]);
  expect(await id({ ...card, nonce: 'C'.repeat(22) })).not.toBe(both[0]);
});

it.each([
  ['token', /^tok_/, null],
  ['confirmation_token', /^ctoken_/, { returnUrl: query.return_url, setupFutureUsage: null, shipping: null }],
] as const)(
  'brings back a %s where it was opened for one, the same for one form',
  async (result, id, terms) => {
    const asked = { ...query, result };
    const { body } = await get(asked);
    expect(body).toContain(`name="result" value="${result}"`);
    expect(body).toMatch(new RegExp(`href="/cards/new[?][^"]*result=${result}&amp;[^"]*lang=zh"`));
    const sent = { ...card, ...asked, nonce: 'D'.repeat(22) };
    const [first, again] = (await Promise.all([post(sent), post(sent)])).map(({ body: page }) =>
      linkOf(page),
    );
    const made = first?.searchParams.get(result) ?? '';
    expect(first?.href).toBe(`https://shop.example/done?order=1&x=%20y&${result}=${made}#end`);
    expect(made).toMatch(id);
    expect(again?.href).toBe(first?.href);
    const token = await vault.running.implementation.findToken(contextOf('acct_one'), { id: made });
    expect(token).toMatchObject({ value: { used: false, terms, card: { last4: number.slice(-4) } } });
    // The same form stands for the same card, whatever is wanted of it.
    const method = linkOf((await post({ ...card, nonce: 'D'.repeat(22) })).body).searchParams;
    expect(token).toMatchObject({ value: { card: { id: method.get('payment_method') } } });
  },
);

it.each([
  [{ number: '' }, 'number', 'Enter the number'],
  [{ number: '4242 4242 4242 4241' }, 'number', 'This is no card number'],
  [{ expiry: '' }, 'expiry', 'Enter month and year'],
  [{ expiry: '13/30' }, 'expiry', 'as on the card'],
  [{ expiry: '9/99' }, 'expiry', 'as on the card'],
  [{ expiry: '09/21' }, 'expiry', 'This card ran out in September 2021'],
  [{ cvc: '' }, 'cvc', 'Enter the security code'],
  [{ cvc: '12' }, 'cvc', 'Visa has a code of 3 digits, on the back'],
  [
    { number: cardNumber('37', 15), cvc: '123' },
    'cvc',
    'American Express has a code of 4 digits, on the front',
  ],
])('says below the field what to do about %o', async (change, field, words) => {
  const answer = await post({ ...card, ...change });
  expect(answer.statusCode).toBe(422);
  const { body } = answer;
  expect(body).toContain('role="alert"');
  expect(body).toContain('Nothing was charged. One field needs another look.');
  expect(body).toMatch(new RegExp(`aria-describedby="${field}-err[^"]*" aria-invalid="true"`));
  expect(body).toMatch(/id="number"[^>]* autofocus>/);
  const said = new RegExp(`id="${field}-err">([^<]+)<`).exec(body)?.[1];
  expect(said).toContain(words);
});

it('keeps what is no secret, and never sends number or code back', async () => {
  const { body } = await post({
    ...card,
    expiry: '01/20',
    name: '"><img src=x onerror=alert(1)>',
    cvc: '987',
  });
  expect(body).toContain('value="01/20"');
  expect(body).toContain('value="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"');
  expect(body).toContain('Visa. Please enter number and code again');
  expect(body).not.toContain(number);
  expect(body).not.toContain('987');
  expect(body).toContain(`name="nonce" value="${NONCE}"`);
});

it.each([
  [{ key: '' }, 400, 'key'],
  [{ key: 'pk_test_nobody' }, 401, 'key'],
  [{ key: 'sk_test_one' }, 401, 'key'],
  [{ return_url: 'javascript:alert(1)' }, 400, 'return_url'],
  [{ return_url: 'data:text/html,x' }, 400, 'return_url'],
  [{ return_url: '//shop.example' }, 400, 'return_url'],
  [{ return_url: 'https://bank.example@evil.example/' }, 400, 'return_url'],
  [{ amount: '-1' }, 400, 'amount'],
  [{ amount: '12.50' }, 400, 'amount'],
  [{ amount: '' }, 400, 'amount'],
  [{ currency: 'xxx' }, 400, 'currency'],
  [{ lang: 'fr' }, 400, 'lang'],
  [{ result: 'charge' }, 400, 'result'],
  [{ colour: 'red' }, 400, 'colour'],
])('shows no form, but who is to blame, for %o', async (change, status, parameter) => {
  const { key, return_url, ...rest } = { ...query, ...change };
  for (const answer of [await get({ key, return_url, ...rest }), await post({ ...card, ...change })]) {
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(`“${parameter}”`);
    expect(answer.body).not.toContain('<form');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  }
});

it('needs no amount, and escapes what it was given', async () => {
  const plain = await get({ key: 'pk_test_one', return_url: 'http://localhost:3000/' });
  expect(plain.statusCode).toBe(200);
  expect(plain.body).not.toContain('class="fig-l"');
  expect(plain.body).toContain('>Use this card</button>');
  const hostile = await get({ ...query, return_url: `https://shop.example/"'><script>alert(1)</script>$&` });
  expect(hostile.statusCode).toBe(200);
  expect(hostile.body).not.toContain('<script');
  const done = await post({ ...card, return_url: `https://shop.example/"'><script>alert(1)</script>$&` });
  expect(done.body).not.toContain('<script');
  expect(linkOf(done.body).host).toBe('shop.example');
});

it('says so when keys cannot be checked, and keeps nothing', async () => {
  vault.identityDown = true;
  const answer = await post(card);
  vault.identityDown = false;
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain('Nothing was charged, and your card was not kept');
});

it('shows every text in both languages, with one heading and a title', async () => {
  for (const lang of ['en', 'zh']) {
    for (const answer of [
      await get({ ...query, lang }),
      await post({ ...card, lang }),
      await post({ ...card, lang, result: 'token' }),
      await post({ lang }),
      await post({ ...card, cvc: '1', expiry: '01/20', lang }),
      await get({ ...query, lang, amount: 'x' }),
    ]) {
      expect(answer.body.match(/<h1/g)).toHaveLength(1);
      expect(answer.body).toMatch(/<title>[^<]+ · TPMall<\/title>/);
      expect(answer.body).not.toMatch(/undefined|\[object|\{\{/);
    }
  }
});

import fc from 'fast-check';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cardNumber, contextOf, startVault, type VaultUnderTest } from '../../test-vault/start-vault.ts';
import { parseForm } from './form-body.ts';

let vault: VaultUnderTest;
beforeAll(async () => {
  vault = await startVault();
});
afterAll(() => vault.stop());

const FORM = 'application/x-www-form-urlencoded';

function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
  return vault.app.inject({
    method: 'POST',
    url: '/v1/payment_methods',
    headers: { 'content-type': FORM, authorization: 'Bearer sk_test_one', ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
}

const visa = cardNumber('424242');
const good = {
  type: 'card',
  'card[number]': visa,
  'card[exp_month]': '9',
  'card[exp_year]': '2031',
  'card[cvc]': '123',
};

it('answers the payment method that clients of the convention expect', async () => {
  const answer = await post({
    ...good,
    'billing_details[name]': '林伟 <b>',
    'billing_details[email]': '',
    'billing_details[address][country]': 'CN',
    'billing_details[address][postal_code]': '200000',
    'metadata[order]': '6735',
    'expand[]': 'customer',
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'request-id': expect.any(String) });
  expect(answer.json()).toEqual({
    id: expect.stringMatching(/^pm_[0-9a-z]{26}$/),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: { city: null, country: 'CN', line1: null, line2: null, postal_code: '200000', state: null },
      email: null,
      name: '林伟 <b>',
      phone: null,
      tax_id: null,
    },
    card: {
      brand: 'visa',
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
      country: 'US',
      display_brand: 'visa',
      exp_month: 9,
      exp_year: 2031,
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      funding: 'credit',
      generated_from: null,
      last4: visa.slice(-4),
      networks: { available: ['visa'], preferred: null },
      regulated_status: null,
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: Math.floor(vault.clock.now() / 1_000_000),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: { order: '6735' },
    type: 'card',
  });
  const { id } = answer.json<{ id: string }>();
  expect(await vault.card('acct_one', id)).toMatchObject({ name: '林伟 <b>', metadata: { order: '6735' } });
});

it('tells a fingerprint to servers alone: a browser could try numbers against it', async () => {
  const number = { number: visa, exp_month: '9', exp_year: '2031' };
  const card = { type: 'card', card: number };
  const bodies: Readonly<Record<string, object>> = {
    payment_methods: card,
    tokens: { card: number },
    confirmation_tokens: { payment_method_data: card },
  };
  for (const [path, payload] of Object.entries(bodies)) {
    const told = async (key: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await vault.app.inject({ method: 'POST', url: `/v1/${path}`, headers, payload });
      const shown = answer.json<{ card?: object; payment_method_preview?: { card: object } }>();
      return shown.card ?? shown.payment_method_preview?.card;
    };
    expect(await told('pk_test_one')).toMatchObject({ last4: visa.slice(-4), fingerprint: null });
    const fingerprint = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(await told('sk_test_one')).toMatchObject({ fingerprint });
  }
});

it.each([
  ['Bearer', { authorization: 'Bearer pk_test_one' }, {}],
  ['Basic', { authorization: `Basic ${Buffer.from('sk_test_one:').toString('base64')}` }, {}],
  ['the key field', { authorization: '' }, { key: 'pk_test_one' }],
])('takes a key as %s', async (_how, headers, fields) => {
  expect((await post({ ...good, ...fields }, headers)).statusCode).toBe(200);
});

it.each([
  ['none', { authorization: '' }],
  ['an unknown one', { authorization: 'Bearer sk_test_nobody' }],
  ['one of the house', { authorization: 'Bearer ok_test_house' }],
  ['an unreadable one', { authorization: 'Basic %%%' }],
])('refuses a request with a key that is %s', async (_what, headers) => {
  const answer = await post(good, headers);
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_api_key' } });
});

it.each([
  [{ 'card[number]': '4242' }, 402, 'card_error', 'incorrect_number', 'number'],
  [{ 'card[number]': 'none' }, 402, 'card_error', 'invalid_number', 'number'],
  [{ 'card[exp_month]': '13' }, 402, 'card_error', 'invalid_expiry_month', 'exp_month'],
  [{ 'card[exp_year]': '2020' }, 402, 'card_error', 'invalid_expiry_year', 'exp_year'],
  [{ 'card[cvc]': '12' }, 402, 'card_error', 'invalid_cvc', 'cvc'],
  [{ 'card[colour]': 'red' }, 400, 'invalid_request_error', 'parameter_unknown', 'card[colour]'],
  [{ colour: 'red' }, 400, 'invalid_request_error', 'parameter_unknown', 'colour'],
  [{ type: 'sepa_debit' }, 400, 'invalid_request_error', 'parameter_invalid', 'type'],
  [
    { 'billing_details[address][planet]': 'x' },
    400,
    'invalid_request_error',
    'parameter_unknown',
    'billing_details[address][planet]',
  ],
  [{ [visa]: 'x' }, 400, 'invalid_request_error', 'parameter_unknown', '(unreadable)'],
  [{ 'card[a][b][c][d]': 'x' }, 400, 'invalid_request_error', 'parameter_invalid', 'card[a][b][c][d]'],
  [{ 'card]': 'x' }, 400, 'invalid_request_error', 'parameter_invalid', 'card]'],
  [{ card: 'x' }, 400, 'invalid_request_error', 'parameter_invalid', 'card'],
])('refuses %o', async (change, status, type, code, param) => {
  const answer = await post({ ...good, ...change });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toEqual({
    error: { type, code, param, message: expect.any(String), doc_url: `/docs/errors#${code}` },
  });
  expect(answer.body).not.toContain(visa);
});

it.each(['type', 'card[number]', 'card[exp_month]', 'card[exp_year]'])(
  'names the missing %s',
  async (name) => {
    const fields: Record<string, string> = { ...good };
    delete fields[name];
    const answer = await post(fields);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'parameter_missing', param: name } });
  },
);

it('reads JSON too, and refuses what is neither', async () => {
  const send = (contentType: string, payload: string) =>
    vault.app.inject({
      method: 'POST',
      url: '/v1/payment_methods',
      headers: { 'content-type': contentType, authorization: 'Bearer sk_test_one' },
      payload,
    });
  const body = { type: 'card', card: { number: visa, exp_month: 9, exp_year: 2031, cvc: '123' } };
  expect((await send('application/json', JSON.stringify(body))).statusCode).toBe(200);
  for (const [type, payload] of [
    ['application/json', '{'],
    ['application/json', '[]'],
    ['application/json', 'null'],
    ['text/xml', '<card/>'],
    ['application/json', `{"__proto__":{"type":"card"}}`],
    [FORM, ''],
    [FORM, 'type=card&type=card'],
    [FORM, Array.from({ length: 200 }, (_, i) => `metadata[k${i}]=x`).join('&')],
  ] as const) {
    const answer = await send(type, payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toHaveProperty('error.message');
  }
});

it('answers the same card to the same idempotency key, and refuses it with other data', async () => {
  const headers = { 'idempotency-key': 'order-6735' };
  const first = await post(good, headers);
  const again = await post(good, headers);
  expect(again.json()).toEqual(first.json());
  expect([first.headers['idempotent-replayed'], again.headers['idempotent-replayed']]).toEqual([
    undefined,
    'true',
  ]);
  const other = await post({ ...good, 'card[exp_year]': '2032' }, headers);
  expect(other.json()).toMatchObject({ error: { type: 'idempotency_error' } });
  const stranger = await post(good, { ...headers, authorization: 'Bearer pk_test_two' });
  expect(stranger.json<{ id: string }>().id).not.toBe(first.json<{ id: string }>().id);
});

it('does not let a browser use up the idempotency keys of the shop’s server', async () => {
  const headers = { 'idempotency-key': 'order-1001' };
  const ofBrowser = { ...headers, authorization: 'Bearer pk_test_one' };
  const card = { ...good, 'card[number]': cardNumber('5555') };
  const first = await post(card, ofBrowser);
  const server = await post(good, headers);
  expect([first.statusCode, server.statusCode]).toEqual([200, 200]);
  expect(server.headers['idempotent-replayed']).toBeUndefined();
  expect((await post(card, ofBrowser)).json()).toEqual(first.json());
});

it('vaults one card for one idempotency key, also when all come at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => post(good, { 'idempotency-key': 'at-once' })),
  );
  expect(new Set(answers.map((answer) => answer.json<{ id: string }>().id)).size).toBe(1);
});

it('stores cards for a restricted key that may write them, and for no other', async () => {
  const stored = await post(good, { authorization: 'Bearer rk_test_cards' });
  expect(stored.statusCode).toBe(200);
  const refused = await post(good, { authorization: 'Bearer rk_test_reads' });
  expect(refused.statusCode).toBe(403);
  expect(refused.json()).toMatchObject({ error: { code: 'permission_denied' } });
});

it('says that it is not there while keys cannot be checked', async () => {
  vault.identityDown = true;
  const answer = await post(good);
  vault.identityDown = false;
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ error: { type: 'api_error' } });
});

it('never answers 5xx and never vaults, whatever is sent', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...Object.keys(good)));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, text, { maxKeys: 8 }), fc.boolean(), async (fields, asJson) => {
      const answer = await vault.app.inject({
        method: 'POST',
        url: '/v1/payment_methods',
        headers: {
          'content-type': asJson ? 'application/json' : FORM,
          authorization: 'Bearer sk_test_one',
        },
        payload: asJson ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
      });
      expect(answer.statusCode).toBe(400);
    }),
    { numRuns: 300 },
  );
  expect(vault.logged).toEqual([]);
});

it('reads forms with brackets as objects and lists without a prototype', () => {
  expect(parseForm('a[b][c]=1&a[b][d]=2&e[]=x&e[]=y&f[1]=b&g=')).toEqual({
    a: { b: { c: '1', d: '2' } },
    e: ['x', 'y'],
    f: { 1: 'b' },
    g: '',
  });
  const hostile = parseForm('__proto__[polluted]=1&constructor[prototype][x]=2');
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(hostile)).toBeNull();
});

it('lets the security code travel from the form to the first authorisation', async () => {
  const { id } = (await post(good)).json<{ id: string }>();
  const clear = await vault.running.implementation.detokenise(contextOf('acct_one'), {
    id,
    purpose: 'authorisation',
  });
  expect(clear).toMatchObject({ value: { cvv: '123', pan: visa } });
});

it('serves the official client', async () => {
  await vault.app.listen({ port: 0, host: '127.0.0.1' });
  const address = vault.app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const options = { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 } as const;
  const client = new Stripe('sk_test_one', options);
  const card = { number: visa, exp_month: 9, exp_year: 2031, cvc: '123' };
  const method = await client.paymentMethods.create({
    type: 'card',
    card,
    billing_details: { name: 'LIN WEI', address: { city: 'Shanghai' } },
    metadata: { order: '6735' },
  });
  expect(method).toMatchObject({ card: { last4: visa.slice(-4) }, metadata: { order: '6735' } });
  expect(method.billing_details.address?.city).toBe('Shanghai');
  const wrong = client.paymentMethods.create({ type: 'card', card: { ...card, number: visa.slice(1) } });
  await expect(wrong).rejects.toMatchObject({ type: 'StripeCardError', code: 'incorrect_number' });
  const stranger = new Stripe('sk_test_nobody', options).paymentMethods.create({ type: 'card', card });
  await expect(stranger).rejects.toMatchObject({ type: 'StripeAuthenticationError' });
});

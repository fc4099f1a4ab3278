import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, declinedWith, storeCard } from '../harness/cards.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

interface Logged {
  readonly id: string;
  readonly operation: string;
  readonly status: number;
  readonly error_code: string | null;
  readonly object_id: string | null;
  readonly replayed: boolean;
  readonly request_body: string;
  readonly response_body: string;
}

/** What a key may ask at once: far more than these tests do with theirs. */
const BURST = 600;
/** How much of a body is kept. */
const BODY_MAX = 16_384;

let test: TestSystem;
let stripe: Stripe;
beforeAll(async () => {
  test = await startTestSystem('one process', {
    settings: {
      gateway: {
        cardTesting: { perBrowser: { perSecond: 0.001, burst: 2 } },
        rateLimit: { perSecond: 0.001, burst: BURST },
      },
    },
  });
  ({ stripe } = test);
});
afterAll(async () => {
  await test.close();
});

/** The log is written behind the answers: waits until it holds so many requests that match. */
async function logged(query: string, atLeast = 1): Promise<Logged[]> {
  for (let tries = 0; tries < 400; tries += 1) {
    const answer = await fetch(`${test.system.apiUrl}/v1/request_logs?${query}`, {
      headers: { authorization: `Bearer ${test.secretKey}` },
    });
    const { data } = (await answer.json()) as { data: Logged[] };
    if (data.length >= atLeast) return data;
    await sleep(50);
  }
  throw new Error(`the log never held ${atLeast} of ${query}`);
}

async function makeKey(permissions: Record<string, string>, more: object = {}): Promise<string> {
  const made = await test.operator('POST', '/v1/keys', {
    kind: 'restricted',
    name: 'k',
    permissions,
    ...more,
  });
  return String(made.key);
}

describe('the request log', () => {
  it('shows the story of an object, with what it was asked and answered, and no secret', async () => {
    const intent = await stripe.paymentIntents.create(
      { amount: 1_000, currency: 'eur', description: 'tea' },
      { idempotencyKey: 'log-1' },
    );
    await stripe.paymentIntents.create(
      { amount: 1_000, currency: 'eur', description: 'tea' },
      { idempotencyKey: 'log-1' },
    );
    await stripe.paymentIntents.cancel(intent.id);
    const story = await logged(`object=${intent.id}`, 3);
    expect(story.map(({ operation }) => operation)).toEqual([
      'cancelPaymentIntent',
      'createPaymentIntent',
      'createPaymentIntent',
    ]);
    expect(story.map(({ replayed }) => replayed)).toEqual([false, true, false]);
    const [, , first] = story;
    expect(JSON.parse(first?.request_body ?? '')).toEqual({
      amount: '1000',
      currency: 'eur',
      description: 'tea',
    });
    expect(first?.response_body).toContain(`"id":"${intent.id}"`);
    expect(first?.response_body).toContain('"client_secret":"[redacted]"');
    expect(JSON.stringify(story)).not.toContain(intent.client_secret);
    const one = await fetch(`${test.system.apiUrl}/v1/request_logs/${first?.id}`, {
      headers: { authorization: `Bearer ${test.secretKey}` },
    });
    expect(await one.json()).toEqual(first);
  });

  it('keeps what was asked beside a path that holds what no database keeps', async () => {
    const ask = (path: string) =>
      fetch(`${test.system.apiUrl}/v1/${path}`, { headers: { authorization: `Bearer ${test.secretKey}` } });
    const answers = await Promise.all([
      ask('refunds/re_before'),
      ask('refunds/%00'),
      ask('refunds/re_after'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    const kept = await logged('operation=retrieveRefund', 3);
    expect(kept.map(({ object_id: id }) => id)).toEqual(
      expect.arrayContaining(['re_before', null, 're_after']),
    );
  });

  it('holds no card number, wherever somebody wrote one', async () => {
    await stripe.customers.create({ description: `card ${approved}`, metadata: { note: approved } });
    await expect(
      stripe.paymentMethods.create({
        type: 'card',
        card: { number: approved, exp_month: 1, exp_year: 2040 },
      }),
    ).rejects.toBeInstanceOf(Stripe.errors.StripeError);
    const ask = (path: string, more: object) =>
      fetch(`${test.system.apiUrl}/v1/${path}`, {
        ...more,
        headers: {
          authorization: `Bearer ${test.secretKey}`,
          'content-type': 'application/json',
          'user-agent': `shop ${approved}`,
          'idempotency-key': `order of ${approved}`,
        },
      });
    // In the path and in headers; in a body that is cut in the middle of the number.
    expect((await ask(`customers/${approved}`, {})).status).toBe(404);
    const description = 'x'.repeat(BODY_MAX - '{"description":"'.length - 8) + approved;
    const long = await ask('customers', { method: 'POST', body: JSON.stringify({ description }) });
    expect(long.status).toBe(400);
    expect(await logged('operation=retrieveCustomer')).toHaveLength(1);
    const kept = await logged('operation=createCustomer', 2);
    expect(kept[0]?.request_body).toMatch(/xxx.*…$/);
    expect(JSON.stringify(kept[1])).toContain('[redacted]');
    const everything = await test.system.databaseOf('gateway')?.run<{ text: string }>(
      {
        name: 'test.all-logged',
        text: 'SELECT string_agg(r::text, $1) AS text FROM gateway.request_log AS r',
      },
      ['\n'],
    );
    expect(everything?.rows[0]?.text).not.toContain(approved.slice(0, 8));
  });

  it('does not say whose a card is', async () => {
    const name = 'Ada {"Lovelace';
    await stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_visa' },
      billing_details: { name, email: 'ada@example.org', address: { city: 'London' } },
    });
    const [kept] = await logged('operation=createPaymentMethod&status=200');
    expect(kept?.response_body).toContain('"billing_details":"[redacted]"');
    expect(JSON.stringify(kept)).not.toMatch(/Lovelace|ada@example|London/);
  });

  it('does not say it in the older shape of cards, of requests and of answers', async () => {
    const { id } = await stripe.customers.create({ description: 'holds a card' });
    const source = await stripe.customers.createSource(id, { source: 'tok_visa' });
    const holder = { name: 'Grace Hopper', address_line1: '1 Harbour Street', address_zip: 'A1 2BC' };
    await stripe.customers.updateSource(id, source.id, holder);
    await stripe.customers.retrieveSource(id, source.id);
    const [changed] = await logged('operation=updateCustomerSource');
    const [read] = await logged('operation=retrieveCustomerSource');
    expect(changed?.request_body).toContain('"name":"[redacted]"');
    expect(read?.response_body).toContain('"address_line1":"[redacted]"');
    expect(JSON.stringify([changed, read])).not.toMatch(/Hopper|Harbour|A1 2BC/);
  });

  it('opens no socket to whoever reads it', async () => {
    const answer = await fetch(`${test.system.apiUrl}/v1/stripecli/sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.secretKey}` },
      body: new URLSearchParams({ 'websocket_features[]': 'webhooks' }),
    });
    const { websocket_id: id } = (await answer.json()) as { websocket_id: string };
    const [kept] = await logged('operation=openListenSession');
    expect(id.length).toBeGreaterThan(20);
    expect(kept?.response_body).toContain('"websocket_id":"[redacted]"');
    expect(JSON.stringify(kept)).not.toContain(id);
  });

  it('filters by what went wrong', async () => {
    await expect(stripe.paymentIntents.create({ amount: 0, currency: 'eur' })).rejects.toBeInstanceOf(Error);
    const [refused] = await logged('error_code=parameter_invalid_integer&status=400');
    expect(refused).toMatchObject({
      operation: 'createPaymentIntent',
      error_code: 'parameter_invalid_integer',
    });
  });

  it('filters by who asked', async () => {
    const made = await test.operator('POST', '/v1/keys', { kind: 'secret', name: 'Who asks' });
    await sdk(test.system.apiUrl, String(made.key)).customers.create({ description: 'asked by one key' });
    const asked = await logged(`key=${String(made.id)}`);
    expect(asked.map(({ operation }) => operation)).toEqual(['createCustomer']);
  });
});

describe('restricted keys and limits, through the official SDK', () => {
  it('a restricted key does what it was made for and nothing else', async () => {
    const reader = sdk(test.system.apiUrl, await makeKey({ payment_intents: 'read' }));
    await expect(reader.paymentIntents.list()).resolves.toMatchObject({ object: 'list' });
    await expect(reader.paymentIntents.create({ amount: 1, currency: 'eur' })).rejects.toMatchObject({
      statusCode: 403,
      code: 'permission_denied',
    });
    await expect(reader.customers.list()).rejects.toBeInstanceOf(Stripe.errors.StripePermissionError);
    await expect(test.operator('POST', '/v1/keys', { kind: 'restricted', name: 'k' })).rejects.toThrow(
      'permissions',
    );
    await expect(makeKey({ nothing: 'read' })).rejects.toThrow('permissions');
  });

  it('a key with a quota ends for the day', async () => {
    const counted = sdk(test.system.apiUrl, await makeKey({ customers: 'read' }, { daily_quota: 2 }));
    await counted.customers.list();
    await counted.customers.list();
    await expect(counted.customers.list()).rejects.toMatchObject({ statusCode: 429, code: 'quota_exceeded' });
  });

  it('a key that asks too much at once has to wait, and no other with it', async () => {
    const keys = [await makeKey({ refunds: 'read' }), await makeKey({ refunds: 'read' })];
    const ask = async (key = '') =>
      (
        await test.system.apps.api.inject({
          ...{ method: 'GET', url: '/v1/customers', headers: { authorization: `Bearer ${key}` } },
        })
      ).statusCode;
    const [busy, other] = keys;
    const answers: number[] = [];
    for (let asked = 0; asked < BURST + 2; asked += 1) answers.push(await ask(busy));
    expect([answers.indexOf(429), answers.at(-1)]).toEqual([BURST, 429]);
    expect(await ask(other)).toBe(403);
  });

  it('a page on which one card after the other is declined has to wait', async () => {
    const browser = sdk(test.system.apiUrl, test.publishableKey);
    const tryCard = async (number: string) => {
      const card = await storeCard(test.vault, number);
      const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'eur' });
      return browser.paymentIntents.confirm(intent.id, {
        payment_method: card.id,
        return_url: 'http://localhost/done',
        // What a browser sends beside its publishable key; the SDK's types are those of a server.
        ...({ client_secret: intent.client_secret } as object),
      });
    };
    for (let tries = 0; tries < 2; tries += 1) {
      await expect(tryCard(declinedWith('51'))).rejects.toMatchObject({ statusCode: 402 });
    }
    await expect(tryCard(approved)).rejects.toMatchObject({
      statusCode: 429,
      code: 'card_testing_suspected',
    });
  });
});

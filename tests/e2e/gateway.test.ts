import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

const RETURN_URL = 'http://localhost/thanks';
const FORM = 'application/x-www-form-urlencoded';

describe('the gateway, in front of real modules', () => {
  let test: TestSystem;
  let stripe: Stripe;
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
  });
  afterAll(async () => {
    await test.close();
  });

  function ask(method: 'GET' | 'POST', url: string, headers: Record<string, string>, payload?: string) {
    const type = payload?.startsWith('{') ? 'application/json' : FORM;
    return test.system.apps.api.inject({
      method,
      url,
      headers: { ...headers, ...(payload !== undefined && { 'content-type': type }) },
      ...(payload !== undefined && { payload }),
    });
  }
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });
  const codeOf = (answer: { json<T>(): T }) =>
    answer.json<{ error?: { code: string }; code?: string }>().error?.code ??
    answer.json<{ code: string }>().code;

  async function pay(more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
    const card = await storeCard(test.vault, approved);
    return stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'eur',
      payment_method: card.id,
      confirm: true,
      return_url: RETURN_URL,
      ...more,
    });
  }

  it('lets in who has the right kind of key, and tells the others why not', async () => {
    const path = '/v1/payment_intents';
    expect((await ask('GET', path, basic(test.secretKey))).statusCode).toBe(200);
    expect(codeOf(await ask('GET', path, {}))).toBe('api_key_missing');
    expect(codeOf(await ask('GET', path, bearer('sk_test_nobody')))).toBe('api_key_invalid');
    expect(codeOf(await ask('GET', path, bearer(test.publishableKey)))).toBe('permission_denied');
    const problem = await ask('GET', '/v1/ledger/digest', bearer(test.secretKey));
    expect(problem.statusCode).toBe(403);
    expect(problem.headers['content-type']).toContain('application/problem+json');
    expect(problem.json()).toMatchObject({ status: 403, code: 'permission_denied' });
    await expect(sdk(test.system.apiUrl, 'sk_test_nobody_at_all').customers.list()).rejects.toBeInstanceOf(
      Stripe.errors.StripeAuthenticationError,
    );
  });

  it('gives a browser one payment intent, for its client secret, and less of it', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 700, currency: 'eur', metadata: { a: '1' } });
    const path = `/v1/payment_intents/${intent.id}`;
    const key = bearer(test.publishableKey);
    expect(codeOf(await ask('GET', path, key))).toBe('parameter_missing');
    const wrong = await ask('GET', `${path}?client_secret=${intent.id}_secret_x`, key);
    expect(codeOf(wrong)).toBe('payment_intent_incompatible_secret');
    const seen = await ask('GET', `${path}?client_secret=${intent.client_secret}`, key);
    expect(seen.json()).toMatchObject({ id: intent.id, amount: 700, client_secret: intent.client_secret });
    expect(seen.json()).not.toHaveProperty('metadata');
    const card = await storeCard(test.vault, approved);
    const confirm = `payment_method=${card.id}&return_url=${encodeURIComponent(RETURN_URL)}`;
    expect(codeOf(await ask('POST', `${path}/confirm`, key, confirm))).toBe('parameter_missing');
    const body = `${confirm}&client_secret=${intent.client_secret}`;
    for (const [param, value] of [
      ['capture_method', 'manual'],
      ['off_session', 'true'],
      ['payment_method_options[card][request_three_d_secure]', 'automatic'],
    ] as const) {
      const refused = await ask('POST', `${path}/confirm`, key, `${body}&${param}=${value}`);
      expect(refused.json()).toMatchObject({ error: { code: 'permission_denied' } });
    }
    expect((await ask('POST', `${path}/confirm`, key, body)).json()).toMatchObject({ status: 'succeeded' });
  });

  describe('a page of another origin', () => {
    const shop = 'https://shop.example';
    let page: Record<string, string>;
    let nameless: Record<string, string>;
    beforeAll(async () => {
      const named = { kind: 'publishable', name: 'The shop', origins: ['https://shop.example:8443', shop] };
      page = { ...bearer(String((await test.operator('POST', '/v1/keys', named))['key'])), origin: shop };
      nameless = { ...bearer(test.publishableKey), origin: shop };
    });
    const open = async () => {
      const { id, client_secret: secret } = await stripe.paymentIntents.create({
        amount: 700,
        currency: 'eur',
      });
      const confirm = (headers: Record<string, string>, card: string) =>
        ask(
          ...(['POST', `/v1/payment_intents/${id}/confirm`] as const),
          headers,
          `payment_method=${card}&client_secret=${secret}&return_url=${encodeURIComponent(RETURN_URL)}`,
        );
      const read = (headers: Record<string, string>) =>
        ask('GET', `/v1/payment_intents/${id}?client_secret=${secret}`, headers);
      return { id, confirm, read };
    };
    const readers = ({ headers }: { headers: Record<string, unknown> }) =>
      headers['access-control-allow-origin'];

    it('is let ask where browsers may, and nowhere else', async () => {
      const preflight = (url: string) => test.system.apps.api.inject({ method: 'OPTIONS', url });
      for (const path of ['/v1/payment_intents/pi_1', '/v1/setup_intents/seti_1']) {
        const [read, confirm] = [await preflight(path), await preflight(`${path}/confirm`)];
        expect([read.statusCode, confirm.statusCode]).toEqual([204, 204]);
        expect(read.headers['access-control-allow-methods']).toBe('GET');
        expect(confirm.headers['access-control-allow-methods']).toBe('POST');
        expect(confirm.headers).not.toHaveProperty('access-control-allow-credentials');
        expect(String(confirm.headers['access-control-allow-headers'])).not.toContain('tpmall-console');
      }
      for (const path of ['/v1/payment_intents', '/v1/payment_intents/pi_1/capture', '/v1/refunds', '/']) {
        expect(readers(await preflight(path)), path).toBeUndefined();
      }
    });

    it('reads what its key’s intent is, and what a decline says', async () => {
      const { id, confirm, read } = await open();
      const seen = await read(page);
      expect(seen.json()).toMatchObject({ id });
      expect([readers(seen), seen.headers['vary']]).toEqual([shop, 'origin']);
      const declined = await confirm(page, 'pm_card_chargeDeclined');
      expect([declined.statusCode, readers(declined)]).toEqual([402, shop]);
      const paid = await confirm(page, 'pm_card_visa');
      expect(paid.json()).toMatchObject({ status: 'succeeded' });
      expect(readers(paid)).toBe(shop);
      const setup = await stripe.setupIntents.create();
      const path = `/v1/setup_intents/${setup.id}?client_secret=${setup.client_secret}`;
      expect(readers(await ask('GET', path, page))).toBe(shop);
    });

    it('does nothing and reads nothing with a key that does not name it', async () => {
      const { id, confirm, read } = await open();
      const strange = ['https://evil.example', `${shop}.evil.example`, 'https://shop.example:1', 'null', ''];
      for (const headers of [nameless, ...strange.map((origin) => ({ ...page, origin }))]) {
        for (const refused of [await confirm(headers, 'pm_card_visa'), await read(headers)]) {
          expect(refused.statusCode, headers.origin).toBe(403);
          expect(codeOf(refused)).toBe('origin_not_allowed');
          expect(readers(refused), headers.origin).toBeUndefined();
        }
      }
      expect((await stripe.paymentIntents.retrieve(id)).latest_charge).toBeNull();
      // A secret key has no business in a page: what it is answered, no page reads.
      expect(readers(await read({ ...bearer(test.secretKey), origin: shop }))).toBeUndefined();
    });

    it('does not use up the idempotency keys of the shop’s server', async () => {
      const { id, confirm } = await open();
      const key = { 'idempotency-key': 'order-1001' };
      const first = await confirm({ ...page, ...key }, 'pm_card_visa');
      expect(first.json()).toMatchObject({ status: 'succeeded' });
      const again = await confirm({ ...page, ...key }, 'pm_card_visa');
      expect([again.body, again.headers['idempotent-replayed']]).toEqual([first.body, 'true']);
      const order = { amount: 900, currency: 'eur' };
      const server = await stripe.paymentIntents.create(order, { idempotencyKey: 'order-1001' });
      expect(server.id).not.toBe(id);
    });
  });

  it('works out one answer for a key that two requests bring at once', async () => {
    const headers = { ...bearer(test.secretKey), 'idempotency-key': 'both-at-once' };
    const body = 'amount=900&currency=eur';
    // The key is known from here on, so that neither of the two waits for it while the other is worked out.
    await ask('GET', '/v1/customers', bearer(test.secretKey));
    const answers = await Promise.all([1, 2].map(() => ask('POST', '/v1/payment_intents', headers, body)));
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200, 409]));
    const again = await ask('POST', '/v1/payment_intents', headers, 'currency=eur&amount=900');
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toBe(answers.find((answer) => answer.statusCode === 200)?.body);
    const other = await ask('POST', '/v1/customers', headers, 'name=A');
    expect(codeOf(other)).toBe('idempotency_mismatch');
    const refused = { ...bearer(test.secretKey), 'idempotency-key': 'wrong-at-first' };
    expect((await ask('POST', '/v1/customers', refused, 'nam=A')).statusCode).toBe(400);
    expect((await ask('POST', '/v1/customers', refused, 'name=A')).statusCode).toBe(200);
  });

  it('expands objects in objects and in lists', async () => {
    const customer = await stripe.customers.create({ name: 'Ada' });
    const intent = await pay({ customer: customer.id });
    const expand = ['latest_charge.payment_intent.customer', 'customer'];
    const expanded = await stripe.paymentIntents.retrieve(intent.id, { expand });
    expect(expanded).toMatchObject({
      customer: { id: customer.id, name: 'Ada' },
      latest_charge: { object: 'charge', payment_intent: { id: intent.id, customer: { name: 'Ada' } } },
    });
    const listed = await stripe.charges.list({ limit: 1, expand: ['data.customer'] });
    expect(listed.data[0]?.customer).toMatchObject({ id: customer.id });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 5, expand: ['charge'] });
    expect(refund.charge).toMatchObject({ amount_refunded: 5 });
  });

  it('takes the commission of the fee plan where a payment does not say', async () => {
    const account = await stripe.accounts.create({
      country: 'DE',
      default_currency: 'eur',
      business_profile: { name: 'Fee Plan Shop' },
      ...({ fee_plan: { basis_points: 250, fixed: 25 } } as object),
    });
    const planned = await pay({ transfer_data: { destination: account.id } });
    expect(planned.application_fee_amount).toBe(75);
    const said = await pay({ transfer_data: { destination: account.id }, application_fee_amount: 0 });
    expect(said.application_fee_amount).toBeNull();
    const part = await pay({ transfer_data: { destination: account.id, amount: 500 } });
    expect(part.transfer_data).toMatchObject({ destination: account.id, amount: 500 });
  });

  it('keeps a merchant’s whole part whole when the amount changes', async () => {
    const [merchant = ''] = test.merchants;
    const intent = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'eur',
      transfer_data: { destination: merchant },
      application_fee_amount: 100,
    });
    const updated = await stripe.paymentIntents.update(intent.id, { amount: 1_500, metadata: { b: '2' } });
    expect(updated).toMatchObject({ amount: 1_500, application_fee_amount: 100, metadata: { b: '2' } });
    expect(updated.transfer_data).toEqual({ destination: merchant });
  });

  it('says whose key it is', async () => {
    const own = await stripe.accounts.retrieveCurrent();
    expect(own).toMatchObject({ object: 'account', type: 'custom' });
    expect(test.merchants).not.toContain(own.id);
    expect(await stripe.accounts.retrieve(own.id)).toEqual(own);
  });

  it('does not act as a merchant, and says so', async () => {
    const [merchant = ''] = test.merchants;
    const list = (account: string) =>
      ask('GET', '/v1/payment_intents', { ...bearer(test.secretKey), 'stripe-account': account });
    expect(codeOf(await list(merchant))).toBe('account_scope_not_supported');
    const stranger = await list('acct_of_somebody_else');
    expect(stranger.statusCode).toBe(403);
    expect(codeOf(stranger)).toBe('account_invalid');
  });

  it('echoes the version, names the request, and tells what it cannot route or read', async () => {
    const versioned = await ask('GET', '/v1/customers', {
      ...bearer(test.secretKey),
      'stripe-version': '2022-11-15',
    });
    expect(versioned.headers).toMatchObject({ 'stripe-version': '2022-11-15', 'cache-control': 'no-store' });
    expect(versioned.headers['request-id']).toMatch(/^req_/);
    expect(codeOf(await ask('GET', '/v1/no_such_thing', bearer(test.secretKey)))).toBe('route_not_found');
    const unreadable = await ask('GET', '/v1/customers/%', bearer(test.secretKey));
    expect(unreadable.statusCode).toBe(400);
    expect(codeOf(unreadable)).toBe('request_malformed');
    // The SDK reads what it is told of the newer version of the convention, which is not served.
    await expect(stripe.v2.core.events.retrieve('evt_none')).rejects.toMatchObject({
      statusCode: 404,
      message: 'there is no GET /v2/core/events/evt_none',
    });
  });

  it('refuses bodies that are no text or nested beyond reason, and says so', async () => {
    const send = (payload: string | Buffer, type: string) =>
      test.system.apps.api.inject({
        ...{ method: 'POST', url: '/v1/customers', payload },
        headers: { ...bearer(test.secretKey), 'content-type': type },
      });
    const nested = `{"metadata":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_001)}`;
    for (const [payload, type] of [
      [nested, 'application/json'],
      [Buffer.from([...Buffer.from('name='), 0xff, 0xfe]), FORM],
      [Buffer.from('{"name":"Zo\u00eb"}', 'latin1'), 'application/json'],
    ] as const) {
      const refused = await send(payload, type);
      expect([refused.statusCode, codeOf(refused)]).toEqual([400, 'parameters_malformed']);
    }
    expect((await send('name=Zo\u00eb', FORM)).json()).toMatchObject({ name: 'Zo\u00eb' });
  });

  it('refuses the ledger accounts of a module to an operator, and posts nothing', async () => {
    await pay();
    const { accounts } = (await test.operator('POST', '/v1/ledger/accounts/query', { limit: 10 })) as {
      accounts: { id: string; owner: string; ledger: number }[];
    };
    const owned = accounts.find(({ owner }) => owner === 'payments');
    const before = await test.operator('GET', '/v1/ledger/digest');
    const transfer = {
      id: '77',
      debit_account_id: owned?.id,
      credit_account_id: '5',
      amount: '1',
      ledger: owned?.ledger,
      code: 30_000,
    };
    const body = JSON.stringify({ transfers: [transfer] });
    const refused = await ask('POST', '/v1/ledger/transfers', bearer(test.operatorKey), body);
    expect(refused.statusCode).toBe(403);
    expect(codeOf(refused)).toBe('ledger_account_owned');
    expect(await test.operator('GET', '/v1/ledger/digest')).toEqual(before);
  });

  it('takes 8,190 transfers in one body, and tells one result for each', async () => {
    const accounts = ['501', '502'].map((id) => ({ id, ledger: 978, code: 30_000 }));
    await test.operator('POST', '/v1/ledger/accounts', { accounts });
    const transfers = Array.from({ length: 8_190 }, (_unused, index) => ({
      id: String(10n ** 30n + BigInt(index)),
      debit_account_id: '501',
      credit_account_id: '502',
      amount: '3',
      ledger: 978,
      code: 30_000,
      user_data_128: String(2n ** 127n),
    }));
    const { results } = (await test.operator('POST', '/v1/ledger/transfers', { transfers })) as {
      results: { status: string }[];
    };
    expect(results).toHaveLength(8_190);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['created']));
    const found = await test.operator('POST', '/v1/ledger/accounts/lookup', { ids: ['501'] });
    expect(found).toMatchObject({ accounts: [{ debits_posted: '24570', owner: 'operator' }] });
  });

  it('shows the ledger to an operator’s browser, in both languages and as files', async () => {
    await pay();
    const key = basic(test.operatorKey);
    for (const path of [
      '/ledger',
      '/ledger/chart',
      '/ledger/journal',
      '/ledger/trial-balance?currency=eur',
    ]) {
      const shut = await ask('GET', path, {});
      expect(shut.statusCode).toBe(401);
      expect(shut.headers['www-authenticate']).toContain('Basic');
      const open = await ask('GET', path, { ...key, 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' });
      expect(open.statusCode).toBe(200);
      expect(open.headers['content-security-policy']).toContain("default-src 'none'");
      expect(open.body).toContain('<html lang="zh-CN"');
      expect(open.body).not.toContain('<script');
    }
    const at = await ask('GET', '/ledger/trial-balance?lang=en&currency=eur&at=2001-01-01T00:00:00Z', key);
    expect(at.statusCode).toBe(200);
    const file = await ask('GET', '/ledger/trial-balance.csv?currency=eur', key);
    const lines = file.body.split('\r\n');
    expect(lines[0]).toBe(
      'as_of,currency,code,name,accounts,debits_pending,credits_pending,debits_posted,credits_posted',
    );
    const total = lines.find((line) => line.includes(',total,'))?.split(',') ?? [];
    expect(total[7]).toBe(total[8]);
    expect(total.slice(0, 2)).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), 'EUR']);
    const [heads, newest] = (await ask('GET', '/ledger/journal.csv', key)).body.split('\r\n');
    expect(heads).toContain('timestamp,id,reason');
    expect(newest).toMatch(/^\d{4}-.*,(payment|merchant|platform)_\w+,/);
    const then = newest?.split(',', 1)[0] ?? '';
    const asOf = await ask('GET', `/ledger/trial-balance.csv?currency=eur&at=${then}`, key);
    expect(asOf.body).toBe(file.body);
    const noDay = await ask('GET', '/ledger/trial-balance.csv?currency=eur&at=2026-11-31T00:00:00Z', key);
    expect(noDay.statusCode).toBe(400);
    expect((await ask('GET', '/ledger/trial-balance?currency=nope', key)).statusCode).toBe(400);
  });

  it('finds in the journal what touches a payment, a merchant, a kind of account', async () => {
    const intent = await pay();
    const key = basic(test.operatorKey);
    const rowsOf = async (query: string): Promise<string[]> => {
      const file = await ask('GET', `/ledger/journal.csv?${query}`, key);
      expect(file.statusCode).toBe(200);
      return file.body.split('\r\n').slice(1, -1);
    };
    const ofPayment = await rowsOf(`payment=${intent.id}`);
    const all = await rowsOf('currency=eur');
    expect(ofPayment.length).toBeGreaterThan(0);
    expect(ofPayment.length).toBeLessThan(all.length);
    const ofKind = await rowsOf('kind=100&currency=eur');
    expect(ofKind.every((row) => /,payment_|,refund_settlement/.test(row))).toBe(true);
    const [, , , , , debit] = (ofPayment[0] ?? '').split(',');
    const page = await ask('GET', `/ledger/journal?lang=en&account=${debit}&payment=${intent.id}`, key);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(String(debit));
    expect(page.body).not.toMatch(/merchant_payable|acquirer_receivable|<script/);
    expect((await ask('GET', '/ledger/journal?account=nobody', key)).statusCode).toBe(400);
  });

  it('says whether the balances are those of the log', async () => {
    const key = basic(test.operatorKey);
    const verified = await ask('GET', '/ledger/verification?lang=zh', key);
    expect(verified.body).toContain('全部余额与日志一致');
    expect((await ask('GET', '/ledger/verification', {})).statusCode).toBe(401);
  });

  it('changes nothing for a foreign page by what a browser keeps of Basic', async () => {
    const kept = basic(test.operatorKey);
    const entry = (value: string) => `list=block&kind=email&value=${value}&reason=Test`;
    const block = (value: string, headers: Record<string, string>) =>
      ask('POST', '/v1/risk/lists', headers, entry(value));
    const here = { host: 'api.example', origin: 'http://api.example', 'sec-fetch-site': 'same-origin' };
    for (const page of [
      { ...here, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      // A browser that knows nothing of Fetch Metadata, and a page that hides where it comes from.
      { host: here.host, origin: 'https://evil.example' },
      { host: here.host, origin: 'null' },
      { ...here, 'sec-fetch-site': 'same-site', origin: 'http://web.api.example' },
      { host: here.host, 'sec-fetch-site': 'cross-site' },
    ]) {
      const refused = await block('lured@example.org', { ...kept, ...page });
      expect([refused.statusCode, codeOf(refused)], JSON.stringify(page)).toEqual([403, 'page_foreign']);
    }
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask('GET', '/ledger', { ...kept, ...foreign })).statusCode).toBe(200);
    // A program names its key, and so does a script that was given one.
    expect((await block('curl@example.org', kept)).statusCode).toBe(200);
    expect((await block('own@example.org', { ...kept, ...here })).statusCode).toBe(200);
    expect((await block('bearer@example.org', { ...bearer(test.operatorKey), ...foreign })).statusCode).toBe(
      200,
    );
    const listed = (await ask('GET', '/v1/risk/lists', kept)).json<{ data: { value: string }[] }>();
    const values = listed.data.map(({ value }) => value);
    expect(values).toEqual(
      expect.arrayContaining(['curl@example.org', 'own@example.org', 'bearer@example.org']),
    );
    expect(values).not.toContain('lured@example.org');
  });

  it('tells its metrics to programs of this machine alone, on every origin', async () => {
    for (const app of Object.values(test.system.apps)) {
      const read = (from: object) => app.inject({ method: 'GET', url: '/metrics', ...from });
      const here = await read({});
      expect([here.statusCode, here.body.includes('# TYPE')]).toEqual([200, true]);
      for (const from of [
        { remoteAddress: '203.0.113.5' },
        { headers: { 'x-forwarded-for': '203.0.113.5' } },
        { headers: { forwarded: 'for=203.0.113.5' } },
        // A page in a browser of this machine, whose host's name was made to lead here.
        { headers: { host: 'page.example:4400' } },
      ]) {
        const there = await read(from);
        expect([there.statusCode, there.body.includes('# TYPE')]).toEqual([404, false]);
      }
    }
  });

  it('explains every error at the address it gives', async () => {
    const refused = await ask('GET', '/v1/customers?limit=0', bearer(test.secretKey));
    const url = new URL(refused.json<{ error: { doc_url: string } }>().error.doc_url);
    const page = await ask('GET', url.pathname, {});
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('TPM_WIRE_PARAMETER_INVALID_INTEGER');
  });
});

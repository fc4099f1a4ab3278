import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, declinedWith, storeCard } from '../harness/cards.ts';
import { idOf } from '../harness/id-of.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

/** Parameters and fields that are this system's own, which the SDK's types do not know. */
const own = (more: object): object => more;

const priceOf = (product: Stripe.Product): string => idOf(product.default_price);

describe('catalogue and checkout, with the official SDK', () => {
  let test: TestSystem;
  let stripe: Stripe;
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
  });
  afterAll(async () => {
    await test.close();
  });

  const page = (path: string, method: 'GET' | 'POST' = 'GET', payload = '') =>
    test.system.apps.web.inject({
      method,
      url: path,
      headers: {
        'accept-language': 'en',
        ...{ host: new URL(test.system.webUrl).host, origin: test.system.webUrl },
        ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(method === 'POST' && { payload }),
    });
  const pay = (session: string, paymentMethod: string) =>
    stripe.rawRequest('POST', `/v1/payment_pages/${session}/confirm`, { payment_method: paymentMethod });
  const tea = () =>
    stripe.products.create({
      name: 'Green tea',
      default_price_data: { currency: 'eur', unit_amount: 1250, tax_behavior: 'inclusive' },
      package_dimensions: { height: 1.5, length: 2, width: 3, weight: 4 },
      marketing_features: [{ name: 'First picking' }],
      ...own({ merchant: test.merchants[0] }),
    });

  it('keeps products and prices as clients know them', async () => {
    const product = await tea();
    expect(product).toMatchObject({
      object: 'product',
      active: true,
      merchant: test.merchants[0],
      package_dimensions: { height: 1.5 },
    });
    const read = await stripe.products.retrieve(product.id, { expand: ['default_price.product'] });
    expect(read.default_price).toMatchObject({
      unit_amount: 1250,
      unit_amount_decimal: expect.anything(),
      product: { id: product.id, name: 'Green tea' },
    });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'eur',
      unit_amount_decimal: Stripe.Decimal.from('12.5'),
      currency_options: { cny: { unit_amount: 98 } },
      lookup_key: 'by-gram',
    });
    expect(price.unit_amount).toBeNull();
    expect(price).not.toHaveProperty('currency_options');
    const options = await stripe.prices.retrieve(price.id, { expand: ['currency_options'] });
    expect(Object.keys(options.currency_options ?? {})).toEqual(['eur', 'cny']);
    const found = await stripe.prices.list({ lookup_keys: ['by-gram'], expand: ['data.product'] });
    expect(found.data.map(({ id }) => id)).toEqual([price.id]);
    expect(found.data[0]?.product).toMatchObject({ name: 'Green tea' });
    const changed = await stripe.products.update(product.id, { description: 'Loose', metadata: { a: '1' } });
    expect(changed).toMatchObject({ description: 'Loose', metadata: { a: '1' } });
    expect((await stripe.products.update(product.id, { description: '' })).description).toBeNull();
    await expect(stripe.products.del(product.id)).rejects.toMatchObject({ code: 'product_has_prices' });
    const bare = await stripe.products.create({ name: 'Bare', id: 'bare-1' });
    expect(await stripe.products.del(bare.id)).toMatchObject({ id: 'bare-1', deleted: true });
    await expect(stripe.products.retrieve('bare-1')).rejects.toMatchObject({ code: 'resource_missing' });
  });

  it('names the parameter at fault', async () => {
    const refusal = async (work: Promise<unknown>) =>
      work.then(
        () => ({ accepted: true }),
        (error: unknown) => ({
          code: (error as Stripe.errors.StripeError).code,
          param: (error as Stripe.errors.StripeError).param,
        }),
      );
    const { id: product } = await tea();
    const make = (more: object) => stripe.prices.create({ product, currency: 'eur', ...more });
    expect(await refusal(make({}))).toEqual({ code: 'parameter_missing', param: 'unit_amount' });
    expect(await refusal(make({ unit_amount: 1, unit_amount_decimal: '1' }))).toEqual({
      code: 'parameters_exclusive',
      param: 'unit_amount_decimal',
    });
    expect(await refusal(make({ unit_amount: 1, tiers: [] }))).toMatchObject({ accepted: true });
    expect(await refusal(make({ unit_amount: 1, tiers_mode: 'volume' }))).toEqual({
      code: 'parameter_unsupported',
      param: 'tiers_mode',
    });
    expect(await refusal(make({ unit_amount: 1, currency_options: { xyz: { unit_amount: 1 } } }))).toEqual({
      code: 'parameter_invalid_enum',
      param: 'currency_options[xyz]',
    });
    expect(
      await refusal(stripe.prices.create({ product: 'prod_none', currency: 'eur', unit_amount: 1 })),
    ).toEqual({
      code: 'resource_missing',
      param: 'product',
    });
    expect(await refusal(stripe.products.create({ name: 'T', ...own({ merchant: 'acct_none' }) }))).toEqual({
      code: 'resource_missing',
      param: 'merchant',
    });
    const session = (more: object) => stripe.checkout.sessions.create({ mode: 'payment', ...more });
    expect(await refusal(session({ line_items: [{ price: 'price_none', quantity: 1 }] }))).toEqual({
      code: 'resource_missing',
      param: 'line_items[0][price]',
    });
    const { id: monthly } = await make({ unit_amount: 1, recurring: { interval: 'month' } }).then((it) => it);
    expect(await refusal(session({ line_items: [{ price: monthly, quantity: 1 }] }))).toMatchObject({
      code: 'price_recurring',
    });
    expect(await refusal(session({ mode: 'subscription' }))).toMatchObject({
      code: 'parameter_unsupported',
      param: 'mode',
    });
    expect(
      await refusal(
        session({
          customer: 'cus_1',
          customer_email: 'a@b.example',
          line_items: [{ price: 'p', quantity: 1 }],
        }),
      ),
    ).toEqual({ code: 'parameters_exclusive', param: 'customer_email' });
    const described = { currency: 'eur', product_data: { name: 'x', merchant: 'acct_none' }, unit_amount: 1 };
    expect(await refusal(session({ line_items: [{ price_data: described, quantity: 1 }] }))).toEqual({
      code: 'resource_missing',
      param: 'line_items[0][price_data][product_data][merchant]',
    });
  });

  it('lets the shopper choose quantities within the seller’s bounds, by a plain form', async () => {
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        {
          price: priceOf(await tea()),
          quantity: 2,
          adjustable_quantity: { enabled: true, minimum: 1, maximum: 4 },
        },
      ],
      expand: ['line_items'],
    });
    const line = session.line_items?.data[0]?.id ?? '';
    const here = `/c/pay/${session.id}`;
    const shown = (await page(here)).body;
    expect(shown).toMatch(new RegExp(`<input id="q-${line}" name="${line}" type="number"[^>]*value="2"`));
    expect(shown).toMatch(/min="1" max="4"/);
    const change = async (payload: string) =>
      (await page(`${here}/quantities`, 'POST', payload)).headers.location;
    expect(await change(`${line}=3`)).toBe(here);
    expect((await stripe.checkout.sessions.retrieve(session.id)).amount_total).toBe(3750);
    for (const wrong of ['5', '0', '-1', '1.5', '', '9999999']) {
      expect(await change(`${line}=${wrong}`), wrong).toBe(`${here}?problem=quantity`);
    }
    expect((await page(`${here}?problem=quantity`)).body).toContain('does not sell these quantities');
    const declined = await storeCard(test.vault, declinedWith('51'));
    await expect(pay(session.id, declined.id)).rejects.toMatchObject({ code: 'card_declined' });
    expect((await page(here)).body).not.toContain('/quantities"');
    expect(await change(`${line}=1`)).toBe(`${here}?problem=begun`);
    const card = await storeCard(test.vault, approved);
    await pay(session.id, card.id);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(paid).toMatchObject({ amount_total: 3750, payment_intent: { amount_received: 3750 } });
  });

  it('shows an order in the language its seller asks for, under the names it was made with', async () => {
    const product = await stripe.products.create({
      name: 'Celadon bowl',
      metadata: { name_zh: ' 青瓷<b>碗 ' },
      default_price_data: { currency: 'cny', unit_amount: 88_00 },
    });
    const bare = await tea();
    const { id: price } = await stripe.prices.create({
      ...{ product: bare.id, currency: 'cny', unit_amount: 1_00 },
    });
    const bounds = { adjustable_quantity: { enabled: true, minimum: 1, maximum: 3 } };
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      locale: 'zh',
      line_items: [
        { price: priceOf(product), quantity: 1, ...bounds },
        { price, quantity: 1 },
      ],
    });
    await stripe.products.update(product.id, { name: 'Bowl', metadata: { name_zh: '碗' } });
    const { pathname } = new URL(session.url ?? '');
    const zh = (await page(pathname)).body;
    expect(zh).toContain('<html lang="zh-CN"');
    expect(zh.split('青瓷&lt;b&gt;碗').length).toBeGreaterThan(2);
    expect(zh).not.toContain('Celadon');
    expect(zh).toContain('Green tea');
    const en = (await page(`${pathname}?lang=en`)).body;
    expect(en).toContain('<html lang="en"');
    expect(en).toContain('Celadon bowl');
    expect(en).not.toContain('青瓷');
    await pay(session.id, 'pm_card_visa');
    expect((await page(`${pathname}?done=1`)).body).toContain('青瓷&lt;b&gt;碗');
    const { data } = await stripe.checkout.sessions.listLineItems(session.id);
    expect(data.map(({ description }) => description)).toEqual(['Celadon bowl', 'Green tea']);
    // What is no language of the pages is the browser's to say.
    const german = await stripe.checkout.sessions.create({
      ...{ mode: 'payment', locale: 'de', line_items: [{ price, quantity: 1 }] },
    });
    expect((await page(new URL(german.url ?? '').pathname)).body).toContain('<html lang="en"');
  });

  it('sells an order of two merchants by a session, and shows its page', async () => {
    const first = await tea();
    const second = await stripe.products.create({
      name: 'Cup <b>',
      default_price_data: { currency: 'eur', unit_amount: 500 },
      ...own({ merchant: test.merchants[1] }),
    });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        { price: priceOf(first), quantity: 2 },
        { price: priceOf(second), quantity: 1 },
      ],
      success_url: 'https://shop.example/done?session={CHECKOUT_SESSION_ID}',
      client_reference_id: 'order-1',
      payment_intent_data: { metadata: { order: '1' } },
      expand: ['line_items.data.price.product'],
    });
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 3000,
      payment_intent: null,
      line_items: { data: [{ price: { product: { name: 'Green tea' } } }, { amount_total: 500 }] },
    });
    const shown = await page(new URL(session.url ?? '').pathname);
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toContain('Cup &lt;b&gt;');
    // One script, which the policy names by its hash; the frame and the form go to the vault and to here
    // alone.
    const script = /<script>([^]*?)<\/script>/.exec(shown.body)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(shown.body.match(/<script/g)).toHaveLength(1);
    expect(shown.headers['content-security-policy']).toContain(`script-src 'sha256-${hash}';`);
    expect(shown.headers['content-security-policy']).toContain(`frame-src ${test.system.vaultUrl};`);
    const declined = await storeCard(test.vault, declinedWith('51'));
    await expect(pay(session.id, declined.id)).rejects.toMatchObject({
      type: 'StripeCardError',
      code: 'card_declined',
      payment_intent: { status: 'requires_payment_method' },
    });
    const card = await storeCard(test.vault, approved);
    const paid = await pay(session.id, card.id);
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid' });
    const read = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(read).toMatchObject({
      status: 'complete',
      url: null,
      payment_intent: {
        amount_received: 3000,
        metadata: { order: '1' },
        split: [{ destination: test.merchants[0] }, { destination: test.merchants[1], amount: 500 }],
      },
    });
    const done = await page(`/c/pay/${session.id}?lang=zh`);
    expect(done.body).toContain('已支付');
    expect(done.body).toContain(`https://shop.example/done?session=${session.id}`);
    await expect(pay(session.id, card.id)).rejects.toMatchObject({ code: 'checkout_session_not_open' });
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({
      code: 'checkout_session_not_open',
    });
    const lines = await stripe.checkout.sessions.listLineItems(session.id, { limit: 1 });
    expect(lines).toMatchObject({ has_more: true, data: [{ quantity: 2 }] });
    const rest = await stripe.checkout.sessions.listLineItems(session.id, {
      starting_after: lines.data[0]?.id ?? '',
    });
    expect(rest).toMatchObject({ has_more: false, data: [{ quantity: 1 }] });
  });

  it('saves a card by a session of mode setup, and takes no money', async () => {
    const { id: customer } = await stripe.customers.create({ name: 'Ada' });
    const session = await stripe.checkout.sessions.create({
      ...{ mode: 'setup', customer, success_url: 'https://shop.example/cards?of={CHECKOUT_SESSION_ID}' },
      setup_intent_data: { description: 'For tea', metadata: { plan: 'tea' } },
      expand: ['setup_intent'],
    });
    expect(session).toMatchObject({
      ...{ mode: 'setup', status: 'open', payment_status: 'no_payment_required', payment_intent: null },
      ...{ amount_total: null, currency: null, payment_method_collection: 'always' },
      setup_intent: { customer, description: 'For tea', metadata: { plan: 'tea' }, usage: 'off_session' },
    });
    const setup = (session.setup_intent as Stripe.SetupIntent).id;
    const { pathname } = new URL(session.url ?? '');
    const shown = await page(pathname);
    expect(shown.body).toContain('Nothing is charged now.');
    expect(shown.headers['content-security-policy']).toContain(`frame-src ${test.system.vaultUrl};`);
    const declined = await storeCard(test.vault, declinedWith('51'));
    await expect(pay(session.id, declined.id)).rejects.toMatchObject({
      ...{ type: 'StripeCardError', setup_intent: { status: 'requires_payment_method' } },
    });
    expect((await page(pathname)).body).toContain('Your bank declined the card. Nothing was charged.');
    const card = await storeCard(test.vault, approved);
    expect(await pay(session.id, card.id)).toMatchObject({ status: 'complete' });
    const { data } = await stripe.customers.listPaymentMethods(customer);
    expect(data.map(({ id }) => id)).toEqual([card.id]);
    await test.system.drainEvents();
    const [event] = (await stripe.events.list({ type: 'checkout.session.completed', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id: session.id, setup_intent: setup });
    const done = await page(`${pathname}?lang=en`);
    expect(done.body).toContain('Visa •••• 4242');
    expect(done.body).toContain(`https://shop.example/cards?of=${session.id}`);
    const other = await stripe.checkout.sessions.create({ mode: 'setup', currency: 'eur' });
    await stripe.checkout.sessions.expire(other.id);
    expect((await page(new URL(other.url ?? '').pathname)).body).toContain('No card was saved');
    expect(await stripe.setupIntents.retrieve(idOf(other.setup_intent))).toMatchObject({
      status: 'canceled',
    });
    const line_items = [{ price: priceOf(await tea()), quantity: 1 }];
    const refusals = [
      [{ mode: 'setup', line_items }, 'parameters_exclusive', 'line_items'],
      [
        { mode: 'setup', payment_intent_data: { description: 'Tea' } },
        'parameters_exclusive',
        'payment_intent_data',
      ],
      [{ mode: 'setup', submit_type: 'pay' }, 'parameters_exclusive', 'submit_type'],
      [
        { mode: 'payment', line_items, setup_intent_data: { description: 'Tea' } },
        'parameters_exclusive',
        'setup_intent_data',
      ],
      [{ mode: 'payment' }, 'parameter_missing', 'line_items'],
      [{ mode: 'setup', customer: 'cus_none' }, 'resource_missing', 'customer'],
    ] as const;
    for (const [asked, code, param] of refusals) {
      const refused = stripe.checkout.sessions.create(asked as Stripe.Checkout.SessionCreateParams);
      await expect(refused, param).rejects.toMatchObject({ code, param });
    }
  });

  it('lets who tries one card after the other wait on the page, whatever the next card is', async () => {
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: priceOf(await tea()), quantity: 1 }],
    });
    const { pathname } = new URL(session.url ?? '');
    const form = async (paymentMethod: string) => {
      const shown = (await page(pathname)).body;
      const attempt = /name="attempt" value="([\w-]{22})"/.exec(shown)?.[1] ?? '';
      const fields = { attempt, amount: '1250', payment_method: paymentMethod };
      const sent = await page(pathname, 'POST', new URLSearchParams(fields).toString());
      return String(sent.headers.location);
    };
    let tries = 0;
    for (; !(await form('pm_card_chargeDeclined')).includes('slow_down'); tries += 1) {
      expect(tries).toBeLessThan(20);
    }
    expect(tries).toBe(10);
    expect(await form('pm_card_visa')).toContain('problem=slow_down');
    expect((await page(`${pathname}?problem=slow_down`)).body).toContain(
      'Too many cards were declined here.',
    );
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    const { data } = await stripe.charges.list({ payment_intent: idOf(intent), limit: 100 });
    expect(data.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'failed'));
  });

  it('completes a session whose intent is confirmed behind its back', async () => {
    const product = await tea();
    const session = await stripe.checkout.sessions.create({
      line_items: [{ price: priceOf(product), quantity: 1 }],
      payment_intent_data: { capture_method: 'manual' },
    });
    const declined = await storeCard(test.vault, declinedWith('51'));
    await expect(pay(session.id, declined.id)).rejects.toMatchObject({ code: 'card_declined' });
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    const card = await storeCard(test.vault, approved);
    await stripe.paymentIntents.confirm(idOf(intent), { payment_method: card.id });
    await test.system.drainEvents();
    const held = await stripe.checkout.sessions.retrieve(session.id);
    expect(held).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    await stripe.paymentIntents.capture(idOf(intent));
    await test.system.drainEvents();
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  it('opens sessions of a payment link for whoever follows it', async () => {
    const product = await tea();
    const link = await stripe.paymentLinks.create({
      line_items: [{ price: priceOf(product), quantity: 1 }],
      restrictions: { completed_sessions: { limit: 1 } },
      after_completion: { type: 'redirect', redirect: { url: 'https://shop.example/thanks' } },
    });
    const { pathname } = new URL(link.url);
    expect((await page(pathname)).body).toContain('Green tea');
    const opened = await page(pathname, 'POST');
    expect(opened.statusCode).toBe(303);
    const location = String(opened.headers.location);
    expect((await page(location)).statusCode).toBe(200);
    const session = location.split('/').at(-1) ?? '';
    const card = await storeCard(test.vault, approved);
    await pay(session, card.id);
    expect(await stripe.paymentLinks.retrieve(link.id, { expand: ['line_items'] })).toMatchObject({
      active: false,
      restrictions: { completed_sessions: { count: 1, limit: 1 } },
      line_items: { data: [{ description: 'Green tea' }] },
    });
    const late = await page(pathname, 'POST');
    expect([late.statusCode, late.headers.location]).toEqual([303, pathname]);
    expect((await page(pathname)).body).toContain('This link is not active');
    const listed = await stripe.checkout.sessions.list({ payment_link: link.id, status: 'complete' });
    expect(listed.data.map(({ id }) => id)).toEqual([session]);
  });

  it('repeats for a key, and keeps other platforms out', async () => {
    const idempotencyKey = 'one-product';
    const [one, two] = [
      await stripe.products.create({ name: 'Once' }, { idempotencyKey }),
      await stripe.products.create({ name: 'Once' }, { idempotencyKey }),
    ];
    expect(two.id).toBe(one.id);
    const { id } = await stripe.checkout.sessions.create({
      line_items: [{ price: priceOf(await tea()), quantity: 1 }],
    });
    const other = sdk(test.system.apiUrl, await foreignKey());
    await expect(other.products.retrieve(one.id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(other.checkout.sessions.retrieve(id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(other.checkout.sessions.expire(id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(
      other.rawRequest('POST', `/v1/payment_pages/${id}/confirm`, { payment_method: 'pm_card_visa' }),
    ).rejects.toMatchObject({ statusCode: 404 });
    expect((await other.products.list()).data).toEqual([]);
  });

  /** The secret key of another platform of the same house. */
  async function foreignKey(): Promise<string> {
    const { accountsContract } = await import('@tpmall/accounts/contract');
    const { identityContract } = await import('@tpmall/identity/contract');
    const { operatorContext } = await import('@tpmall/server');
    const accounts = test.system.portFor(accountsContract, 'operator');
    const made = await accounts.createPlatform(operatorContext('', 'test:other'), {
      name: 'Other Mall',
      country: 'DE',
      defaultCurrency: 'eur',
    });
    if (!made.ok) throw new Error(made.error.message);
    const identity = test.system.portFor(identityContract, 'operator');
    const key = await identity.createKey(operatorContext(made.value.id, 'test:key'), {
      kind: 'secret',
      name: 'other',
    });
    if (!key.ok) throw new Error(key.error.message);
    return key.value.key;
  }
});

import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, declinedWith, storeCard } from '../harness/cards.ts';
import { idOf } from '../harness/id-of.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';
import { priceOf, type Till, tillOf } from '../harness/till.ts';

/** Parameters and fields that are this system's own, which the SDK's types do not know. */
const own = (more: object): object => more;

describe('catalogue and checkout, with the official SDK', () => {
  let test: TestSystem;
  let stripe: Stripe;
  let till: Till;
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
    till = tillOf(test);
  });
  afterAll(async () => {
    await test.close();
  });

  const page: Till['page'] = (...asked) => till.page(...asked);
  const pay: Till['pay'] = (...asked) => till.pay(...asked);
  const tea = () => till.tea();

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

  it('tells with a completed session who has paid: the customer, or a guest who said nothing', async () => {
    const { id: price } = await stripe.prices.create({
      ...{ product: (await tea()).id, currency: 'eur', unit_amount: 900 },
    });
    const { id: card } = await storeCard(test.vault, approved);
    const completed = async (more: Stripe.Checkout.SessionCreateParams) => {
      const { id } = await stripe.checkout.sessions.create({
        ...{ mode: 'payment', line_items: [{ price, quantity: 1 }] },
        ...more,
      });
      await stripe.rawRequest('POST', `/v1/payment_pages/${id}/confirm`, { payment_method: card });
      await test.system.drainEvents();
      const { data } = await stripe.events.list({ type: 'checkout.session.completed' });
      const event = data.find(({ data: { object } }) => 'id' in object && object.id === id);
      return (event?.data.object as Stripe.Checkout.Session | undefined)?.customer_details;
    };
    const address = { line1: 'Teestraße 1', city: 'Berlin', country: 'DE', postal_code: '10115' };
    const known = { email: 'ada@example.com', name: 'Ada', phone: '+4930123456', address };
    const { id: customer } = await stripe.customers.create(known);
    expect(await completed({ customer })).toMatchObject(known);
    expect(await completed({})).toMatchObject({ email: null, name: null, tax_exempt: 'none' });
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

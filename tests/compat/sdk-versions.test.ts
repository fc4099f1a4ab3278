import { createRequire } from 'node:module';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkThrough } from '../../apps/cli/src/demo/browser.ts';
import { booksBalance } from '../harness/books.ts';
import { approved, challenged, storeCard } from '../harness/cards.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

/**
 * Order to cash through every major version of the official SDK that is in use. The old ones declare their
 * types as the module `stripe`, which would mix with the newest: they are loaded without, and used by its
 * types.
 */
const require = createRequire(import.meta.url);
const versions: readonly (readonly [major: string, load: () => unknown])[] = [
  ['15', () => require('stripe15') as unknown],
  ['17', () => require('stripe17') as unknown],
  ['20', () => require('stripe20') as unknown],
  ['22', () => require('stripe22') as unknown],
  ['23', () => Stripe],
];

const RETURN_URL = 'http://localhost/thanks';

let test: TestSystem;
let shop: Receiver;
beforeAll(async () => {
  test = await startTestSystem();
  shop = await startReceiver();
});
afterAll(async () => {
  await shop.close();
  await test.close();
});

/** What was thrown. */
async function refusalOf(attempt: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  return attempt.then(
    () => {
      throw new Error('was not refused');
    },
    (error: unknown) => error as Stripe.errors.StripeError,
  );
}

describe.each(versions)('version %s of the official SDK', (major, load) => {
  const SDK = load() as typeof Stripe;
  let stripe: Stripe;
  beforeAll(() => {
    stripe = connect(test.secretKey);
  });

  const connect = (key: string): Stripe => {
    const { hostname: host, port } = new URL(test.system.apiUrl);
    return new SDK(key, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
  };

  const pay = (params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'eur',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
      ...params,
    });

  it('is that version', () => {
    expect(SDK.PACKAGE_VERSION.split('.')[0]).toBe(major);
  });

  it('keeps a customer: create, update, unset, delete', async () => {
    const made = await stripe.customers.create({ name: 'Lin Wei', metadata: { order: '1' } });
    const changed = await stripe.customers.update(made.id, { name: '', metadata: { order: '' } });
    expect(changed).toMatchObject({ id: made.id, name: null, metadata: {} });
    expect(await stripe.customers.del(made.id)).toMatchObject({ id: made.id, deleted: true });
    expect(await stripe.customers.retrieve(made.id)).toMatchObject({ deleted: true });
  });

  it('saves a card by a setup intent, pays with it, and lets it go', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'lin@example.com' });
    const setup = await stripe.setupIntents.create({
      customer,
      payment_method: (await storeCard(test.vault, approved)).id,
      confirm: true,
      return_url: RETURN_URL,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(setup).toMatchObject({
      status: 'succeeded',
      customer,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const [card] = (await stripe.paymentMethods.list({ customer, type: 'card' })).data;
    const paid = await pay({ customer, payment_method: card?.id ?? '', off_session: true });
    expect(paid).toMatchObject({ status: 'succeeded', customer, payment_method: card?.id });
    expect(paid.automatic_payment_methods).toBeNull();
    // What a setup is opened with holds for a confirmation that does not say it.
    const strict = { card: { request_three_d_secure: 'any' } } as const;
    const asked = await stripe.setupIntents.create({ customer, payment_method_options: strict });
    const acting = await stripe.setupIntents.confirm(asked.id, {
      payment_method: 'pm_card_threeDSecureOptional',
      return_url: RETURN_URL,
    });
    expect(acting).toMatchObject({ status: 'requires_action', payment_method_options: strict });
    expect((await pay({ payment_method_options: strict })).payment_method_options).toMatchObject(strict);
    expect(await stripe.paymentMethods.detach(card?.id ?? '')).toMatchObject({ customer: null });
    expect((await stripe.customers.listPaymentMethods(customer)).data).toEqual([]);
  });

  it('holds, captures a part, and refunds a part of it', async () => {
    const made = await stripe.paymentIntents.create({
      amount: 5_000,
      currency: 'eur',
      capture_method: 'manual',
      automatic_payment_methods: { enabled: true },
    });
    expect(made).toMatchObject({
      status: 'requires_payment_method',
      automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
    });
    const held = await stripe.paymentIntents.confirm(made.id, {
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 5_000 });
    const taken = await stripe.paymentIntents.capture(made.id, { amount_to_capture: 3_000 });
    expect(taken).toMatchObject({
      status: 'succeeded',
      amount_received: 3_000,
      automatic_payment_methods: made.automatic_payment_methods,
    });
    const refund = await stripe.refunds.create({ payment_intent: made.id, amount: 1_000 });
    expect(refund).toMatchObject({ status: 'succeeded', amount: 1_000, charge: taken.latest_charge });
    await booksBalance(test);
  });

  it('sends the shopper to the issuer for 3-D Secure, and the payment goes on by itself', async () => {
    const asked = await pay({ payment_method: (await storeCard(test.vault, challenged)).id });
    expect(asked).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    await walkThrough(asked.next_action?.redirect_to_url?.url ?? '', '1234', RETURN_URL);
    const settled = async (): Promise<string> => (await stripe.paymentIntents.retrieve(asked.id)).status;
    await expect.poll(settled, { timeout: 20_000 }).toBe('succeeded');
  });

  it('throws a decline as a card error, and bad input as an invalid request', async () => {
    const declined = await refusalOf(pay({ payment_method: 'pm_card_chargeDeclined' }));
    expect(declined).toBeInstanceOf(SDK.errors.StripeCardError);
    expect(declined).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
    });
    expect(declined.payment_intent?.status).toBe('requires_payment_method');
    const unknown = await refusalOf(pay({ ...({ colour: 'blue' } as object) }));
    expect(unknown).toBeInstanceOf(SDK.errors.StripeInvalidRequestError);
    expect(unknown).toMatchObject({ statusCode: 400, code: 'parameter_unknown', param: 'colour' });
    const missing = await refusalOf(stripe.paymentIntents.retrieve('pi_none'));
    expect(missing).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    // Plugins tell a customer that is gone by these words.
    expect(missing.message).toBe("No such payment_intent: 'pi_none'");
    const stranger = await refusalOf(pay({ customer: 'cus_none' }));
    expect(stranger).toMatchObject({ code: 'resource_missing', param: 'customer' });
    expect(stranger.message).toBe("No such customer: 'cus_none'");
    const denied = await refusalOf(connect(`sk_test_${'0'.repeat(32)}`).customers.list());
    expect(denied).toBeInstanceOf(SDK.errors.StripeAuthenticationError);
  });

  it('knows the test values', async () => {
    expect(await pay()).toMatchObject({ status: 'succeeded' });
    expect(await pay({ payment_method: 'pm_card_bypassPending' })).toMatchObject({ status: 'succeeded' });
    const asks = await pay({ payment_method: 'pm_card_threeDSecure2Required' });
    expect(asks.status).toBe('requires_action');
    const refused = await refusalOf(pay({ payment_method: 'pm_card_visa_chargeDeclined' }));
    expect(refused).toBeInstanceOf(SDK.errors.StripeCardError);
  });

  it('charges a token, reads the charge with its payment, and refunds it whole', async () => {
    const charge = await stripe.charges.create({ amount: 700, currency: 'eur', source: 'tok_visa' });
    expect(charge).toMatchObject({ status: 'succeeded', paid: true, captured: true, amount: 700 });
    const refund = await stripe.refunds.create({ charge: charge.id });
    expect(refund).toMatchObject({ status: 'succeeded', amount: 700, charge: charge.id });
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ refunded: true, amount_refunded: 700 });
    const bad = await refusalOf(
      stripe.charges.create({ amount: 700, currency: 'eur', source: 'tok_chargeDeclined' }),
    );
    expect(bad).toBeInstanceOf(SDK.errors.StripeCardError);
    await booksBalance(test);
  });

  it('sells a product by a checkout session and a payment link', async () => {
    const product = await stripe.products.create({ name: 'Green tea' });
    const price = await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 1_250 });
    const line_items = [{ price: price.id, quantity: 2 }];
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items,
      success_url: 'http://localhost/thanks',
    });
    expect(session).toMatchObject({ status: 'open', amount_total: 2_500, payment_status: 'unpaid' });
    expect((await stripe.checkout.sessions.listLineItems(session.id)).data).toMatchObject([{ quantity: 2 }]);
    const card = (await storeCard(test.vault, approved)).id;
    await test.stripe.rawRequest('POST', `/v1/payment_pages/${session.id}/confirm`, { payment_method: card });
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
    });
    // The bank is asked who it is, though the card could do without.
    const strict = { card: { request_three_d_secure: 'any' } } as const;
    const asking = await stripe.checkout.sessions.create({
      ...{ mode: 'payment', line_items, success_url: RETURN_URL, payment_method_options: strict },
    });
    expect(asking.payment_method_options).toEqual(strict);
    await test.stripe.rawRequest('POST', `/v1/payment_pages/${asking.id}/confirm`, {
      ...{ payment_method: 'pm_card_threeDSecureOptional', return_url: RETURN_URL },
    });
    const { payment_intent: acting } = await stripe.checkout.sessions.retrieve(asking.id, {
      expand: ['payment_intent'],
    });
    expect(acting).toMatchObject({ status: 'requires_action', payment_method_options: strict });
    const { id: customer } = await stripe.customers.create({ name: 'Lin' });
    const saving = await stripe.checkout.sessions.create({
      ...{ mode: 'setup', currency: 'eur', customer, success_url: RETURN_URL },
      ...{ payment_method_options: strict, expand: ['setup_intent'] },
    });
    expect(saving).toMatchObject({
      payment_method_options: strict,
      setup_intent: { payment_method_options: strict },
    });
    const link = await stripe.paymentLinks.create({ line_items });
    expect(await stripe.paymentLinks.update(link.id, { active: false })).toMatchObject({ active: false });
    const old = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items,
      success_url: RETURN_URL,
    });
    expect(await stripe.checkout.sessions.expire(old.id)).toMatchObject({ status: 'expired' });
  });

  it('gets events at its endpoint, verifies their signature, and reads them again', async () => {
    const endpoint = await stripe.webhookEndpoints.create({
      url: shop.url,
      enabled_events: ['payment_intent.succeeded'],
    });
    const before = shop.received.length;
    const intent = await pay();
    const post = (await shop.until(before + 1)).at(-1);
    const signature = String(post?.headers['stripe-signature']);
    const event = stripe.webhooks.constructEvent(post?.body ?? '', signature, endpoint.secret ?? '');
    expect(event).toMatchObject({ type: 'payment_intent.succeeded', data: { object: { id: intent.id } } });
    const forged = (): unknown =>
      stripe.webhooks.constructEvent(`${post?.body} `, signature, endpoint.secret ?? '');
    expect(forged).toThrow(SDK.errors.StripeSignatureVerificationError);
    expect(await stripe.events.retrieve(event.id)).toMatchObject({ id: event.id, type: event.type });
    const listed = await stripe.events.list({ type: 'payment_intent.succeeded', limit: 1 });
    expect(listed.data).toMatchObject([{ id: event.id }]);
    expect(await stripe.webhookEndpoints.del(endpoint.id)).toMatchObject({ deleted: true });
  });

  it('searches, pages by itself, and expands four deep', async () => {
    const { id: customer } = await stripe.customers.create({ name: `Pages ${major}` });
    const made: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      made.unshift((await pay({ amount: 900 + n, customer, metadata: { sdk: major } })).id);
    }
    const paged: string[] = [];
    for await (const each of stripe.paymentIntents.list({ customer, limit: 1 })) paged.push(each.id);
    expect(paged).toEqual(made);
    const whole = await stripe.paymentIntents.list({ customer }).autoPagingToArray({ limit: 10 });
    expect(whole.map(({ id }) => id)).toEqual(made);
    await test.system.drainEvents();
    const found = await stripe.paymentIntents.search({ query: `metadata["sdk"]:"${major}"` });
    expect(found.data.map(({ id }) => id)).toEqual(made);
    const refund = await stripe.refunds.create(
      { payment_intent: made[0] ?? '', expand: ['charge.payment_intent.latest_charge.customer'] },
      { idempotencyKey: `expand ${major}` },
    );
    expect(refund).toMatchObject({
      charge: { payment_intent: { latest_charge: { customer: { id: customer, name: `Pages ${major}` } } } },
    });
  });

  it('repeats a request by its key without doing it again, and refuses a changed one', async () => {
    const key = { idempotencyKey: `order of ${major}` };
    const first = await stripe.paymentIntents.create({ amount: 1_100, currency: 'eur' }, key);
    const again = await stripe.paymentIntents.create({ amount: 1_100, currency: 'eur' }, key);
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    const changed = await refusalOf(stripe.paymentIntents.create({ amount: 1_200, currency: 'eur' }, key));
    expect(changed).toBeInstanceOf(SDK.errors.StripeIdempotencyError);
  });
});

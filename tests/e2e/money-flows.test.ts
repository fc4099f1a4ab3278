import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { idOf } from '../harness/id-of.ts';
import { anotherPlatform } from '../harness/platform.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

/** Captures, increments, refunds and customers as a developer with the official SDK meets them. */
let test: TestSystem;
let stripe: Stripe;
beforeAll(async () => {
  test = await startTestSystem();
  stripe = test.stripe;
});
afterAll(() => test.close());

const asked = {
  card: {
    request_multicapture: 'if_available',
    request_overcapture: 'if_available',
    request_incremental_authorization: 'if_available',
  },
} as const;

const pay = (method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 1000,
    currency: 'eur',
    payment_method: method,
    confirm: true,
    return_url: 'http://localhost/thanks',
    expand: ['latest_charge'],
    ...more,
  });
const hold = () => pay('pm_card_visa', { capture_method: 'manual', payment_method_options: asked });
const cardOf = (intent: Stripe.PaymentIntent) =>
  (intent.latest_charge as Stripe.Charge).payment_method_details?.card;

/** Waits for what the acquirer tells by itself. */
async function refundThat(id: string, status: string): Promise<Stripe.Refund> {
  for (let looks = 0; looks < 300; looks += 1) {
    const refund = await stripe.refunds.retrieve(id);
    if (refund.status === status) return refund;
    await sleep(50);
  }
  throw new Error(`${id} never was ${status}`);
}

/** What clients were told of an object by events of these types, with what it was, by type. */
async function changesOf(id: string, types: string[]) {
  await test.system.drainEvents();
  const { data } = await stripe.events.list({ types, limit: 100 });
  return data
    .filter(({ data: { object } }) => 'id' in object && object.id === id)
    .sort((one, other) => one.type.localeCompare(other.type))
    .map((event) => [event.type, event.data.previous_attributes]);
}

describe('what was held and not captured', () => {
  it('has gone back to the shopper once the payment is cancelled', async () => {
    const { id, latest_charge: held } = await hold();
    expect(held).toMatchObject({ refunded: false, amount_refunded: 0 });
    await stripe.paymentIntents.cancel(id);
    const charge = await stripe.charges.retrieve((held as Stripe.Charge).id);
    expect(charge).toMatchObject({ amount: 1000, amount_captured: 0, amount_refunded: 1000 });
    expect(charge).toMatchObject({ refunded: true, captured: false });
    expect(await changesOf(charge.id, ['charge.refunded'])).toMatchObject([
      ['charge.refunded', { amount_refunded: 0, refunded: false }],
    ]);
  });

  it('has gone back once the capture is final, and the rest can be refunded', async () => {
    const { id, latest_charge: held } = await hold();
    await stripe.paymentIntents.capture(id, { amount_to_capture: 300, final_capture: false });
    const charge = () => stripe.charges.retrieve((held as Stripe.Charge).id);
    expect(await charge()).toMatchObject({ amount_refunded: 0, refunded: false });
    await stripe.paymentIntents.capture(id, { amount_to_capture: 200 });
    expect(await charge()).toMatchObject({ amount_captured: 500, amount_refunded: 500, refunded: false });
    expect(await changesOf((held as Stripe.Charge).id, ['charge.captured'])).toMatchObject([
      ['charge.captured', { amount_captured: 300, amount_refunded: 0, captured: false }],
    ]);
    await stripe.refunds.create({ payment_intent: id, amount: 400 });
    expect(await charge()).toMatchObject({ amount_refunded: 900, refunded: false });
    await stripe.refunds.create({ payment_intent: id });
    expect(await charge()).toMatchObject({ amount_refunded: 1000, refunded: true });
    expect(await changesOf((held as Stripe.Charge).id, ['charge.refunded'])).toMatchObject([
      ['charge.refunded', { amount_refunded: 900, refunded: false }],
      ['charge.refunded', { amount_refunded: 500 }],
    ]);
  });
});

describe('one authorisation', () => {
  it('says what it can be used for, and is captured several times and beyond its amount', async () => {
    const held = await hold();
    expect(cardOf(held)).toMatchObject({
      multicapture: { status: 'available' },
      overcapture: { status: 'available', maximum_amount_capturable: 1150 },
      incremental_authorization: { status: 'available' },
    });
    expect(held.payment_method_options?.card).toMatchObject(asked.card);
    const first = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 700,
      final_capture: false,
    });
    expect(first).toMatchObject({ status: 'requires_capture', amount_capturable: 300, amount_received: 700 });
    await expect(stripe.paymentIntents.capture(held.id, { amount_to_capture: 451 })).rejects.toMatchObject({
      code: 'amount_too_large',
      param: 'amount_to_capture',
    });
    const last = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 450 });
    expect(last).toMatchObject({ status: 'succeeded', amount: 1000, amount_received: 1150 });
  });

  it('is not incremented once its card is detached, and what is held stays', async () => {
    const customer = await stripe.customers.create();
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const held = await pay(card.id, {
      customer: customer.id,
      capture_method: 'manual',
      payment_method_options: asked,
    });
    await stripe.paymentMethods.detach(card.id);
    await expect(
      stripe.paymentIntents.incrementAuthorization(held.id, { amount: 1500 }),
    ).rejects.toMatchObject({ type: 'StripeCardError', code: 'payment_method_not_found' });
    expect(await stripe.paymentIntents.capture(held.id)).toMatchObject({ status: 'succeeded' });
  });

  it('is incremented, up to what the issuer says', async () => {
    const held = await hold();
    const raised = await stripe.paymentIntents.incrementAuthorization(held.id, {
      amount: 1500,
      metadata: { nights: '2' },
      expand: ['latest_charge'],
    });
    expect(raised).toMatchObject({ amount: 1500, amount_capturable: 1500, metadata: { nights: '2' } });
    expect(cardOf(raised)?.overcapture?.maximum_amount_capturable).toBe(1725);
    const short = await pay('pm_card_incrementDeclined', {
      capture_method: 'manual',
      payment_method_options: asked,
    });
    await expect(
      stripe.paymentIntents.incrementAuthorization(short.id, { amount: 1500 }),
    ).rejects.toMatchObject({
      type: 'StripeCardError',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    });
    expect(await stripe.paymentIntents.retrieve(short.id)).toMatchObject({
      status: 'requires_capture',
      amount: 1000,
    });
  });

  it('lets go of the rest by a capture of nothing, or by cancelling', async () => {
    const held = [await hold(), await hold()];
    for (const { id } of held) {
      await stripe.paymentIntents.capture(id, { amount_to_capture: 400, final_capture: false });
    }
    const nothing = { amount_to_capture: 0, final_capture: true };
    expect(await stripe.paymentIntents.capture(held[0]?.id ?? '', nothing)).toMatchObject({
      status: 'succeeded',
      amount_received: 400,
    });
    expect(await stripe.paymentIntents.cancel(held[1]?.id ?? '')).toMatchObject({
      status: 'succeeded',
      amount_received: 400,
      amount_capturable: 0,
    });
  });

  it('is captured by its charge as well, once', async () => {
    const held = await hold();
    const { id } = held.latest_charge as Stripe.Charge;
    expect(await stripe.charges.capture(id, { amount: 600 })).toMatchObject({
      captured: true,
      amount_captured: 600,
    });
    await expect(stripe.charges.capture(id)).rejects.toMatchObject({ code: 'charge_already_captured' });
    expect(await stripe.charges.update(id, { metadata: { order: '1' }, description: 'Tea' })).toMatchObject({
      metadata: { order: '1' },
      description: 'Tea',
    });
  });
});

describe('a confirmation', () => {
  const open = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({ amount: 1000, currency: 'eur', ...more });

  it('says when to take the money, to whom to write, and where goods go', async () => {
    const { id } = await open();
    const confirmed = await stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      receipt_email: 'ada@example.org',
      shipping: { name: 'Ada', address: { line1: 'Teestraße 1' } },
      return_url: 'http://localhost/thanks',
      expand: ['latest_charge'],
    });
    expect(confirmed).toMatchObject({
      status: 'requires_capture',
      capture_method: 'manual',
      receipt_email: 'ada@example.org',
      latest_charge: { receipt_email: 'ada@example.org', shipping: { name: 'Ada' } },
    });
    const { id: later } = await open();
    const card = { capture_method: 'manual', setup_future_usage: 'none' } as const;
    const options = { payment_method: 'pm_card_visa', payment_method_options: { card } };
    expect(await stripe.paymentIntents.confirm(later, options)).toMatchObject({ status: 'requires_capture' });
  });

  it('is declined where the shopper would have to act and nobody can', async () => {
    const asked = { error_on_requires_action: true, return_url: 'http://localhost/thanks' };
    const { id } = await open({ payment_method: 'pm_card_threeDSecure2Required' });
    await expect(stripe.paymentIntents.confirm(id, asked)).rejects.toMatchObject({
      type: 'StripeCardError',
      code: 'authentication_required',
    });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_payment_method' });
    const again = { payment_method: 'pm_card_threeDSecure2Required', return_url: 'http://localhost/thanks' };
    expect(await stripe.paymentIntents.confirm(id, again)).toMatchObject({ status: 'requires_action' });
    await expect(open({ error_on_requires_action: true })).rejects.toMatchObject({
      param: 'error_on_requires_action',
    });
  });

  it('finds the currency and the time of capture as they were changed', async () => {
    const { id } = await open({ transfer_group: 'order-7' });
    const changed = { amount: 900, currency: 'usd', capture_method: 'manual' } as const;
    await stripe.paymentIntents.update(id, changed);
    const held = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 900, currency: 'usd' });
    const { data } = await stripe.charges.list({ transfer_group: 'order-7' });
    expect(data.map((charge) => [charge.id, charge.currency])).toEqual([[held.latest_charge, 'usd']]);
    const destination = test.merchants[0] ?? '';
    const split = await open({ transfer_data: { destination } });
    await expect(stripe.paymentIntents.update(split.id, { currency: 'usd' })).rejects.toMatchObject({
      code: 'parameter_missing',
      param: 'transfer_data[destination]',
    });
  });

  it('and its capture can say the commission', async () => {
    const destination = test.merchants[0] ?? '';
    const more = { capture_method: 'manual', transfer_data: { destination } } as const;
    const [held, other] = [await pay('pm_card_visa', more), await pay('pm_card_visa', more)];
    const taken = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 600,
      application_fee_amount: 70,
      metadata: { parcel: '1' },
    });
    expect(taken).toMatchObject({
      status: 'succeeded',
      application_fee_amount: 70,
      metadata: { parcel: '1' },
    });
    const charge = (other.latest_charge as Stripe.Charge).id;
    await expect(stripe.charges.capture(charge, { application_fee_amount: 1001 })).rejects.toMatchObject({
      code: 'split_exceeds_amount',
      param: 'application_fee_amount',
    });
    expect(await stripe.charges.capture(charge, { transfer_data: { amount: 800 } })).toMatchObject({
      captured: true,
      transfer_data: { destination, amount: 800 },
    });
  });
});

describe('a refund', () => {
  it('to a card that was closed fails with the reason, and the merchant keeps the money', async () => {
    const paid = await pay('pm_card_refundClosedCard', { amount: 1200 });
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect(refund).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    const charge = await stripe.charges.retrieve((paid.latest_charge as Stripe.Charge).id);
    expect(charge).toMatchObject({ refunded: false, amount_refunded: 0 });
    expect(await changesOf(refund.id, ['refund.failed', 'refund.updated', 'charge.refund.updated'])).toEqual([
      ['charge.refund.updated', { status: 'pending', failure_reason: null }],
      ['refund.failed', undefined],
      ['refund.updated', { status: 'pending', failure_reason: null }],
    ]);
  });

  it('that succeeded and comes back later fails, and its charge is as before', async () => {
    const paid = await pay('pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: paid.id, metadata: { a: '1' } });
    expect(refund.status).toBe('succeeded');
    const failed = await refundThat(refund.id, 'failed');
    expect(failed).toMatchObject({ failure_reason: 'expired_or_canceled_card', metadata: { a: '1' } });
    expect(failed.failure_balance_transaction).toMatch(/^txn_/);
    const charge = await stripe.charges.retrieve((paid.latest_charge as Stripe.Charge).id);
    expect(charge.amount_refunded).toBe(0);
    expect(await stripe.refunds.update(refund.id, { metadata: { a: '', b: '2' } })).toMatchObject({
      metadata: { b: '2' },
    });
    await expect(stripe.refunds.cancel(refund.id)).rejects.toMatchObject({ code: 'refund_not_cancelable' });
  });
});

describe('a customer', () => {
  it('has the fields that clients use, and after its deletion only says so', async () => {
    const address = { line1: 'Teestraße 1', city: 'Berlin', country: 'de', postal_code: '10115' };
    const made = await stripe.customers.create({
      name: 'Ada',
      address,
      shipping: { name: 'Ada', address },
      preferred_locales: ['de'],
    });
    expect(made).toMatchObject({
      address: { ...address, country: 'DE', line2: null, state: null },
      shipping: { name: 'Ada' },
      preferred_locales: ['de'],
      next_invoice_sequence: 1,
    });
    expect(await stripe.customers.update(made.id, { address: '', preferred_locales: [] })).toMatchObject({
      address: null,
    });
    expect(await stripe.customers.del(made.id)).toEqual({ id: made.id, object: 'customer', deleted: true });
    expect(await stripe.customers.retrieve(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(pay('pm_card_visa', { customer: made.id })).rejects.toMatchObject({
      code: 'resource_missing',
      param: 'customer',
    });
  });

  it('begins with a card, which may be the preferred one', async () => {
    const key = { idempotencyKey: 'first-card' };
    const card = {
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    };
    const made = await stripe.customers.create(card, key);
    const { data } = await stripe.customers.listPaymentMethods(made.id);
    expect(data.map(({ id }) => id)).toEqual([made.invoice_settings.default_payment_method]);
    const refused = { payment_method: data[0]?.id ?? '', name: 'Somebody else' };
    const before = await stripe.customers.list({ limit: 1 });
    await expect(stripe.customers.create(refused)).rejects.toMatchObject({
      code: 'payment_method_unexpected_state',
      param: 'payment_method',
    });
    expect((await stripe.customers.list({ limit: 1 })).data).toEqual(before.data);
  });

  it('gets what is shipped to it', async () => {
    const shipping = { name: 'Ada', address: { line1: 'Teestraße 1' }, tracking_number: 'T1' };
    const paid = await pay('pm_card_visa', { shipping, receipt_email: 'ada@example.org' });
    expect(paid.shipping).toMatchObject({ name: 'Ada', tracking_number: 'T1', address: { city: null } });
    expect((paid.latest_charge as Stripe.Charge).receipt_email).toBe('ada@example.org');
  });
});

describe('what is said besides', () => {
  const refusalOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => Promise.reject(new Error('was not refused')),
      (error: unknown) => error,
    );
  const online = { type: 'online', online: { ip_address: '192.0.2.7', user_agent: 'Browser/1' } } as const;
  const mandate = (customer_acceptance: object) => ({ mandate_data: { customer_acceptance } }) as object;

  it('is how a shopper has agreed to later payments, by a payment and by a setup', async () => {
    const owner = await stripe.customers.create({ name: 'Lin Wei' });
    const kept = { customer: owner.id, payment_method: 'pm_card_visa' };
    const paid = await pay('pm_card_visa', {
      customer: owner.id,
      setup_future_usage: 'off_session',
      ...mandate(online),
    });
    expect(paid.status).toBe('succeeded');
    const saved = await stripe.setupIntents.create({
      ...kept,
      confirm: true,
      ...mandate({ type: 'offline' }),
    });
    expect(saved).toMatchObject({ status: 'succeeded', mandate: null });
    // A browser need not say where it is.
    const setup = await stripe.setupIntents.create({ customer: owner.id });
    const { id } = await storeCard(test.vault, approved);
    const browser = sdk(test.system.apiUrl, test.publishableKey);
    const confirmed = await browser.setupIntents.confirm(setup.id, {
      ...{ client_secret: setup.client_secret ?? '', payment_method: id },
      ...mandate({ type: 'online' }),
    });
    expect(confirmed.status).toBe('succeeded');
    const at = 'mandate_data[customer_acceptance]';
    for (const [said, code, param] of [
      [{ type: 'online' }, 'parameter_missing', `${at}[online][ip_address]`],
      [
        { type: 'online', online: { ip_address: 'here', user_agent: 'B' } },
        'parameter_invalid_string',
        `${at}[online][ip_address]`,
      ],
      [{ type: 'online', online: { ip_address: '::1' } }, 'parameter_missing', `${at}[online][user_agent]`],
      [{ ...online, type: 'offline' }, 'parameters_exclusive', `${at}[online]`],
      [{ type: 'by mail' }, 'parameter_invalid_enum', `${at}[type]`],
    ] as const) {
      const refused = await refusalOf(pay('pm_card_visa', mandate(said)));
      expect(refused, JSON.stringify(said)).toMatchObject({ statusCode: 400, code, param });
    }
    const early = await refusalOf(
      stripe.paymentIntents.create({ amount: 700, currency: 'eur', ...mandate(online) }),
    );
    expect(early).toMatchObject({ code: 'parameters_exclusive', param: 'mandate_data' });
  });

  it('is on whose behalf, by an account of one’s own, and stands with all that comes of it', async () => {
    const [merchant = ''] = test.merchants;
    const behalf = { on_behalf_of: merchant };
    const paid = await pay('pm_card_visa', behalf);
    expect(paid).toMatchObject({ ...behalf, latest_charge: behalf });
    const read = await stripe.paymentIntents.retrieve(paid.id, { expand: ['on_behalf_of'] });
    expect(read.on_behalf_of).toMatchObject({ id: merchant, object: 'account' });
    const charge = await stripe.charges.create({
      amount: 700,
      currency: 'eur',
      source: 'tok_visa',
      ...behalf,
    });
    expect(charge).toMatchObject(behalf);
    expect(await stripe.setupIntents.create(behalf)).toMatchObject(behalf);
    const product = await stripe.products.create({
      name: 'Tea',
      default_price_data: { currency: 'eur', unit_amount: 500 },
    });
    const line_items = [{ price: idOf(product.default_price), quantity: 1 }];
    expect(await stripe.paymentLinks.create({ line_items, ...behalf })).toMatchObject(behalf);
    const selling = { mode: 'payment', line_items } as const;
    const session = await stripe.checkout.sessions.create({ ...selling, payment_intent_data: behalf });
    await stripe.rawRequest('POST', `/v1/payment_pages/${session.id}/confirm`, {
      payment_method: (await storeCard(test.vault, approved)).id,
    });
    const ended = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(ended.payment_intent).toMatchObject(behalf);

    const saving = { mode: 'setup' as const, currency: 'eur', expand: ['setup_intent'] };
    const setup = await stripe.checkout.sessions.create({ ...saving, setup_intent_data: behalf });
    expect(setup.setup_intent).toMatchObject(behalf);

    const theirs = await anotherPlatform(test);
    const strange = { on_behalf_of: 'acct_none' };
    for (const [attempt, param] of [
      [() => pay('pm_card_visa', strange), 'on_behalf_of'],
      [() => theirs.setupIntents.create(behalf), 'on_behalf_of'],
      [() => theirs.paymentIntents.create({ amount: 100, currency: 'eur', ...behalf }), 'on_behalf_of'],
      [
        () => stripe.charges.create({ amount: 700, currency: 'eur', source: 'tok_visa', ...strange }),
        'on_behalf_of',
      ],
      [() => stripe.paymentLinks.create({ line_items, ...strange }), 'on_behalf_of'],
      [
        () => stripe.checkout.sessions.create({ ...selling, payment_intent_data: strange }),
        'payment_intent_data[on_behalf_of]',
      ],
      [
        () => stripe.checkout.sessions.create({ ...saving, setup_intent_data: strange }),
        'setup_intent_data[on_behalf_of]',
      ],
    ] as const) {
      expect(await refusalOf(attempt())).toMatchObject({ statusCode: 400, code: 'resource_missing', param });
    }
  });

  it('is whether a customer pays tax', async () => {
    const made = await stripe.customers.create({ tax_exempt: 'exempt', preferred_locales: ['de', 'en'] });
    expect(made).toMatchObject({ tax_exempt: 'exempt', preferred_locales: ['de', 'en'] });
    expect(await stripe.customers.update(made.id, { name: 'Ada' })).toMatchObject({ tax_exempt: 'exempt' });
    expect(await stripe.customers.update(made.id, { tax_exempt: '' })).toMatchObject({ tax_exempt: 'none' });
    const refused = await refusalOf(stripe.customers.update(made.id, { tax_exempt: 'never' }));
    expect(refused).toMatchObject({ code: 'parameter_invalid_enum', param: 'tax_exempt' });
  });
});

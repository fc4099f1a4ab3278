import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkThrough } from '../../apps/cli/src/demo/browser.ts';
import { approved, asBrowsersSee, challenged, declinedWith, storeCard } from '../harness/cards.ts';
import { anotherPlatform } from '../harness/platform.ts';
import { refusalOf } from '../harness/refusal.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

const RETURN_URL = 'http://localhost/thanks';

let test: TestSystem;
let stripe: Stripe;
beforeAll(async () => {
  test = await startTestSystem();
  stripe = test.stripe;
});
afterAll(() => test.close());

const customer = (): Promise<Stripe.Customer> => stripe.customers.create({ name: 'Lin Wei' });

async function savedCard(number = approved): Promise<{ owner: Stripe.Customer; card: Stripe.PaymentMethod }> {
  const owner = await customer();
  const { id } = await storeCard(test.vault, number);
  return { owner, card: await stripe.paymentMethods.attach(id, { customer: owner.id }) };
}

const pay = (params: Partial<Stripe.PaymentIntentCreateParams>): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({
    amount: 1_200,
    currency: 'eur',
    confirm: true,
    return_url: RETURN_URL,
    ...params,
  });

async function until<T extends { status: string }>(read: () => Promise<T>, ...left: string[]): Promise<T> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const now = await read();
    if (!left.includes(now.status)) return now;
    await sleep(50);
  }
  throw new Error(`did not leave ${left.join()}`);
}

describe('a saved card', () => {
  it('is attached, paid with on and off session, detached, and then refused', async () => {
    const { owner, card } = await savedCard();
    expect(card).toMatchObject({ customer: owner.id, type: 'card', card: { last4: approved.slice(-4) } });

    const present = await pay({ customer: owner.id, payment_method: card.id });
    expect(present).toMatchObject({ status: 'succeeded', payment_method: card.id, customer: owner.id });
    const absent = await pay({ customer: owner.id, payment_method: card.id, off_session: true });
    expect(absent.status).toBe('succeeded');

    const detached = await stripe.paymentMethods.detach(card.id);
    expect(detached).toMatchObject({ id: card.id, customer: null });
    const refused = await refusalOf(pay({ customer: owner.id, payment_method: card.id }));
    expect(refused).toMatchObject({
      statusCode: 400,
      code: 'payment_method_unexpected_state',
      param: 'payment_method',
    });
    const again = await refusalOf(stripe.paymentMethods.attach(card.id, { customer: owner.id }));
    expect(again).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' });
    const twice = await refusalOf(stripe.paymentMethods.detach(card.id));
    expect(twice).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' });

    // The money of a card that was taken away still goes back to it.
    const refund = await stripe.refunds.create({ payment_intent: present.id });
    expect(refund.status).toBe('succeeded');
    expect(await stripe.paymentMethods.retrieve(card.id)).toMatchObject({ id: card.id, customer: null });
  });

  it('pays for its customer only, who must be named', async () => {
    const { card } = await savedCard();
    const other = await customer();
    for (const params of [{ payment_method: card.id }, { payment_method: card.id, customer: other.id }]) {
      const refused = await refusalOf(pay(params));
      expect(refused).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' });
    }
    const moved = await refusalOf(stripe.paymentMethods.attach(card.id, { customer: other.id }));
    expect(moved).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' });
  });

  it('is listed with its customer, newest first, and found by the fingerprint of its number', async () => {
    const { owner, card } = await savedCard();
    const { id } = await storeCard(test.vault, approved);
    const second = await stripe.paymentMethods.attach(id, { customer: owner.id });
    expect(second.id).not.toBe(card.id);
    expect(second.card?.fingerprint).toBe(card.card?.fingerprint);

    const listed = await stripe.paymentMethods.list({ customer: owner.id, type: 'card' });
    expect(listed.data.map((each) => each.id)).toEqual([second.id, card.id]);
    const first = await stripe.customers.listPaymentMethods(owner.id, { limit: 1 });
    expect(first).toMatchObject({ has_more: true, url: `/v1/customers/${owner.id}/payment_methods` });
    const rest = await stripe.customers.listPaymentMethods(owner.id, { starting_after: second.id });
    expect(rest.data.map((each) => each.id)).toEqual([card.id]);
    const before = await stripe.customers.listPaymentMethods(owner.id, { ending_before: card.id });
    expect(before.data.map((each) => each.id)).toEqual([second.id]);
    const same = await stripe.paymentMethods.list({
      customer: owner.id,
      ...({ fingerprint: card.card?.fingerprint } as object),
    });
    expect(same.data).toHaveLength(2);
    const one = await stripe.customers.retrievePaymentMethod(owner.id, card.id, { expand: ['customer'] });
    expect(one.customer).toMatchObject({ id: owner.id, object: 'customer' });
    const stranger = await customer();
    const wrong = await refusalOf(stripe.customers.retrievePaymentMethod(stranger.id, card.id));
    expect(wrong).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    await stripe.paymentMethods.detach(card.id);
    const left = await stripe.customers.listPaymentMethods(owner.id);
    expect(left.data.map((each) => each.id)).toEqual([second.id]);
  });

  it('takes another expiry, billing details, metadata, redisplay, and keeps what is not said', async () => {
    const { card } = await savedCard();
    const updated = await stripe.paymentMethods.update(card.id, {
      card: { exp_month: 3, exp_year: 2039 },
      billing_details: { email: 'lin@example.org', address: { city: 'Berlin' } },
      metadata: { a: '1', b: '2' },
      allow_redisplay: 'always',
    });
    expect(updated).toMatchObject({
      card: { exp_month: 3, exp_year: 2039 },
      billing_details: { email: 'lin@example.org', address: { city: 'Berlin' } },
      metadata: { a: '1', b: '2' },
      allow_redisplay: 'always',
    });
    const patched = await stripe.paymentMethods.update(card.id, {
      billing_details: { email: '', phone: '+49 30 1' },
      metadata: { a: '' },
    });
    expect(patched).toMatchObject({
      card: { exp_month: 3, exp_year: 2039 },
      billing_details: { email: null, phone: '+49 30 1', address: { city: 'Berlin' } },
      metadata: { b: '2' },
    });
    const past = await refusalOf(stripe.paymentMethods.update(card.id, { card: { exp_year: 2020 } }));
    expect(past).toMatchObject({ code: 'invalid_expiry_year', param: 'card[exp_year]' });
    const unsaved = await storeCard(test.vault, approved);
    const refused = await refusalOf(stripe.paymentMethods.update(unsaved.id, { metadata: { a: '1' } }));
    expect(refused).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' });
  });

  it('looks the same from the vault and from the API, but for what browsers are not told', async () => {
    const stored = await storeCard(test.vault, approved);
    const read = await stripe.paymentMethods.retrieve(stored.id);
    expect(read.card?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(asBrowsersSee(read)).toEqual(JSON.parse(JSON.stringify(stored)));
  });

  it('is not there for anybody else', async () => {
    const { owner, card } = await savedCard();
    const { id } = await stripe.setupIntents.create({ customer: owner.id });
    const other = await anotherPlatform(test);
    const attempts = [
      () => other.paymentMethods.retrieve(card.id),
      () => other.paymentMethods.update(card.id, { metadata: { a: '1' } }),
      () => other.paymentMethods.detach(card.id),
      () => other.customers.listPaymentMethods(owner.id),
      () => other.setupIntents.retrieve(id),
      () => other.setupIntents.confirm(id, { payment_method: 'pm_card_visa' }),
      () => other.setupIntents.cancel(id),
    ];
    for (const attempt of attempts) {
      expect(await refusalOf(attempt())).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    }
    const list = await other.paymentMethods.list({ customer: owner.id });
    expect(list.data).toEqual([]);
  });
});

describe('test cards by name', () => {
  it('become a payment method of the tenant’s own when attached, each time another', async () => {
    const owner = await customer();
    const first = await stripe.paymentMethods.attach('pm_card_visa', { customer: owner.id });
    const second = await stripe.paymentMethods.attach('pm_card_visa', { customer: owner.id });
    expect(first.id).toMatch(/^pm_(?!card_)/);
    expect(second.id).not.toBe(first.id);
    const key = { idempotencyKey: 'attach-amex' };
    const once = await stripe.paymentMethods.attach('pm_card_amex', { customer: owner.id }, key);
    const repeated = await stripe.paymentMethods.attach('pm_card_amex', { customer: owner.id }, key);
    expect(repeated.id).toBe(once.id);
    expect(await pay({ customer: owner.id, payment_method: once.id })).toMatchObject({ status: 'succeeded' });
  });

  it('attaches the card that fails only when it is charged', async () => {
    const owner = await customer();
    const card = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: owner.id });
    const refused = await refusalOf(pay({ customer: owner.id, payment_method: card.id }));
    expect(refused).toMatchObject({ statusCode: 402, code: 'card_declined' });
  });

  it.each(['tok_visa', 'tok_mastercard', 'tok_amex', 'tok_bypassPending'])(
    'makes a card of %s',
    async (token) => {
      const card = await stripe.paymentMethods.create({
        type: 'card',
        card: { token },
        billing_details: { name: 'Ada' },
        metadata: { a: '1' },
      });
      expect(card).toMatchObject({ billing_details: { name: 'Ada' }, metadata: { a: '1' }, customer: null });
      expect(await pay({ payment_method: card.id })).toMatchObject({ status: 'succeeded' });
    },
  );

  it('says so where there is no such token', async () => {
    const refused = await refusalOf(
      stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_none' } }),
    );
    expect(refused).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'card[token]' });
  });

  it('pays with a token in place of a payment method', async () => {
    const data = { type: 'card', ...({ card: { token: 'tok_visa' } } as object) } as const;
    const paid = await pay({ payment_method_data: data });
    expect(paid).toMatchObject({
      status: 'succeeded',
      payment_method: expect.stringMatching(/^pm_(?!card_)/),
    });
  });

  it('refuses a number in the place of a token, and names the vault', async () => {
    const refused = await refusalOf(
      stripe.paymentMethods.create({
        type: 'card',
        card: { number: approved, exp_month: 1, exp_year: 2040 },
      }),
    );
    expect(refused).toMatchObject({ statusCode: 400, code: 'card_data_not_accepted' });
    expect(refused.message).toContain(test.system.vaultUrl);
    expect(JSON.stringify(refused)).not.toContain(approved);
  });
});

describe('charges', () => {
  it('charge a token at once, or hold it', async () => {
    const charge = await stripe.charges.create({
      amount: 2_000,
      currency: 'eur',
      source: 'tok_visa',
      description: 'My first charge',
      metadata: { order: '1' },
    });
    expect(charge).toMatchObject({
      object: 'charge',
      amount: 2_000,
      captured: true,
      paid: true,
      status: 'succeeded',
      description: 'My first charge',
      metadata: { order: '1' },
    });
    const held = await stripe.charges.create({
      amount: 2_000,
      currency: 'eur',
      source: 'tok_mastercard',
      capture: false,
    });
    expect(held).toMatchObject({ captured: false, amount_captured: 0, status: 'succeeded' });
    const refund = await stripe.refunds.create({ charge: charge.id });
    expect(refund).toMatchObject({ status: 'succeeded', charge: charge.id });
  });

  it('share with a merchant', async () => {
    const charge = await stripe.charges.create({
      amount: 3_000,
      currency: 'eur',
      source: 'tok_visa',
      transfer_data: { destination: test.merchants[0] ?? '', amount: 2_500 },
    });
    expect(charge.transfer_data).toMatchObject({ destination: test.merchants[0] });
  });

  it.each([
    ['tok_chargeDeclined', 'card_declined'],
    ['tok_chargeCustomerFail', 'card_declined'],
    ['tok_chargeDeclinedExpiredCard', 'expired_card'],
    ['tok_threeDSecure2Required', 'authentication_required'],
  ])('tell a decline of %s with the charge: %s', async (source, code) => {
    const refused = await refusalOf(stripe.charges.create({ amount: 2_000, currency: 'eur', source }));
    expect(refused).toMatchObject({ statusCode: 402, type: 'StripeCardError', code });
    const { charge, payment_intent: intent } = refused.raw as Record<string, unknown>;
    expect(intent).toBeUndefined();
    expect(await stripe.charges.retrieve(String(charge))).toMatchObject({ status: 'failed', paid: false });
  });

  it('charge a saved card of a customer', async () => {
    const { owner, card } = await savedCard();
    const charge = await stripe.charges.create({
      amount: 900,
      currency: 'eur',
      customer: owner.id,
      source: card.id,
    });
    expect(charge).toMatchObject({ paid: true, customer: owner.id, payment_method: card.id });
    const refused = await refusalOf(stripe.charges.create({ amount: 900, currency: 'eur', source: card.id }));
    expect(refused).toMatchObject({ code: 'payment_method_unexpected_state', param: 'source' });
  });
});

describe('setup intents', () => {
  it('save a card for its customer, who then pays off session', async () => {
    const owner = await customer();
    const setup = await stripe.setupIntents.create({ customer: owner.id, metadata: { a: '1' } });
    expect(setup).toMatchObject({ status: 'requires_payment_method', usage: 'off_session' });
    const { id } = await storeCard(test.vault, approved);
    const saved = await stripe.setupIntents.confirm(setup.id, { payment_method: id });
    expect(saved).toMatchObject({ status: 'succeeded', payment_method: id, last_setup_error: null });
    const listed = await stripe.customers.listPaymentMethods(owner.id);
    expect(listed.data.map((each) => each.id)).toEqual([id]);
    const paid = await pay({ customer: owner.id, payment_method: id, off_session: true });
    expect(paid.status).toBe('succeeded');
    const again = await refusalOf(stripe.setupIntents.confirm(setup.id, { payment_method: id }));
    expect(again).toMatchObject({ statusCode: 400, code: 'setup_intent_unexpected_state' });
  });

  it('name the card that was made of a test card', async () => {
    const owner = await customer();
    const setup = await stripe.setupIntents.create({
      customer: owner.id,
      payment_method: 'pm_card_mastercard',
      confirm: true,
      expand: ['payment_method'],
    });
    expect(setup).toMatchObject({ status: 'succeeded', payment_method: { customer: owner.id } });
  });

  it('refuse a card that its issuer refuses, and stay open for another', async () => {
    const owner = await customer();
    const setup = await stripe.setupIntents.create({ customer: owner.id });
    const { id } = await storeCard(test.vault, declinedWith('54'));
    const key = { idempotencyKey: 'setup-declined' };
    const refused = await refusalOf(stripe.setupIntents.confirm(setup.id, { payment_method: id }, key));
    expect(refused).toMatchObject({
      statusCode: 402,
      code: 'expired_card',
      setup_intent: {
        id: setup.id,
        status: 'requires_payment_method',
        last_setup_error: { code: 'expired_card' },
      },
    });
    expect((await stripe.customers.listPaymentMethods(owner.id)).data).toEqual([]);
    const saved = await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_visa' });
    expect(saved.status).toBe('succeeded');
  });

  it('send the shopper to the issuer, and go on by themselves afterwards', async () => {
    const owner = await customer();
    const { id } = await storeCard(test.vault, challenged);
    const setup = await stripe.setupIntents.create({
      customer: owner.id,
      payment_method: id,
      confirm: true,
      return_url: RETURN_URL,
    });
    expect(setup.status).toBe('requires_action');
    const url = String(setup.next_action?.redirect_to_url?.url);
    expect(new URL(url).origin).toBe(test.system.vaultUrl);
    await walkThrough(url, '1234', RETURN_URL);
    const saved = await until(() => stripe.setupIntents.retrieve(setup.id), 'requires_action', 'processing');
    expect(saved).toMatchObject({ status: 'succeeded', payment_method: id });
    expect((await stripe.customers.listPaymentMethods(owner.id)).data).toHaveLength(1);
    // The issuer wants proof for every payment with this card: without its shopper it is declined.
    const absent = await refusalOf(pay({ customer: owner.id, payment_method: id, off_session: true }));
    expect(absent).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('can be given up, and changed before', async () => {
    const setup = await stripe.setupIntents.create({ payment_method: 'pm_card_visa', usage: 'on_session' });
    expect(setup.status).toBe('requires_confirmation');
    const changed = await stripe.setupIntents.update(setup.id, { description: 'Rent', metadata: { a: '1' } });
    expect(changed).toMatchObject({ description: 'Rent', metadata: { a: '1' }, usage: 'on_session' });
    const canceled = await stripe.setupIntents.cancel(setup.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    const late = await refusalOf(stripe.setupIntents.confirm(setup.id));
    expect(late.code).toBe('setup_intent_unexpected_state');
    const listed = await stripe.setupIntents.list({ limit: 1 });
    expect(listed.data[0]?.id).toBe(setup.id);
  });

  it('are confirmed by a browser that has their secret', async () => {
    const owner = await customer();
    const setup = await stripe.setupIntents.create({ customer: owner.id });
    const browser = sdk(test.system.apiUrl, test.publishableKey);
    const { id } = await storeCard(test.vault, approved);
    const params = { payment_method: id, ...({ client_secret: String(setup.client_secret) } as object) };
    const wrong = await refusalOf(
      browser.setupIntents.confirm(setup.id, { ...params, ...({ client_secret: 'x' } as object) }),
    );
    expect(wrong.code).toBe('payment_intent_incompatible_secret');
    const saved = await browser.setupIntents.confirm(setup.id, params);
    expect(saved.status).toBe('succeeded');
    expect(saved.customer).toBeUndefined();
  });
});

describe('setup_future_usage', () => {
  it('saves the card of a payment that succeeds, and of none that fails', async () => {
    const owner = await customer();
    const { id } = await storeCard(test.vault, declinedWith('51'));
    await refusalOf(pay({ customer: owner.id, payment_method: id, setup_future_usage: 'off_session' }));
    expect((await stripe.customers.listPaymentMethods(owner.id)).data).toEqual([]);
    const paid = await pay({
      customer: owner.id,
      payment_method: 'pm_card_visa',
      setup_future_usage: 'off_session',
    });
    expect(paid).toMatchObject({ status: 'succeeded', setup_future_usage: 'off_session' });
    const listed = await stripe.customers.listPaymentMethods(owner.id);
    expect(listed.data.map((each) => each.id)).toEqual([paid.payment_method]);
  });

  it('saves the card of a payment whose challenge ends without its shopper coming back', async () => {
    const owner = await customer();
    const { id } = await storeCard(test.vault, challenged);
    const intent = await pay({
      customer: owner.id,
      payment_method: id,
      setup_future_usage: 'off_session',
    });
    await walkThrough(String(intent.next_action?.redirect_to_url?.url), '1234', RETURN_URL);
    await until(() => stripe.paymentIntents.retrieve(intent.id), 'requires_action', 'processing');
    await expect
      .poll(async () => (await stripe.customers.listPaymentMethods(owner.id)).data.length, {
        timeout: 20_000,
      })
      .toBe(1);
  });
});

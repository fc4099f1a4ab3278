import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, challenged, declinedWith, storeCard } from '../harness/cards.ts';
import { refusalOf } from '../harness/refusal.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const RETURN_URL = 'https://shop.example/thanks';

describe('payments that are no longer open, and failures', () => {
  let test: TestSystem;
  let stripe: Stripe;
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
  });
  afterAll(async () => {
    await test.close();
  });

  async function pay(more: Partial<Stripe.PaymentIntentCreateParams> = {}, number = approved) {
    const card = await storeCard(test.vault, number);
    return stripe.paymentIntents.create({
      amount: 4_200,
      currency: 'eur',
      payment_method: card.id,
      confirm: true,
      return_url: RETURN_URL,
      ...more,
    });
  }

  const settled = {
    succeeded: () => pay(),
    requires_capture: () => pay({ capture_method: 'manual' }),
    requires_action: () => pay({}, challenged),
    canceled: async () => stripe.paymentIntents.cancel((await pay({ capture_method: 'manual' })).id),
  };

  it.each(Object.keys(settled) as (keyof typeof settled)[])('describes one that is %s', async (status) => {
    const intent = await settled[status]();
    expect(intent.status).toBe(status);
    const shipping = { name: 'Ada', address: { line1: '1 Harbour Road', country: 'NL' } };
    const updated = await stripe.paymentIntents.update(intent.id, {
      metadata: { order: '6735' },
      description: 'Order 6735',
      receipt_email: 'ada@example.com',
      shipping,
    });
    expect(updated).toMatchObject({
      ...{ status, description: 'Order 6735', receipt_email: 'ada@example.com' },
      ...{ metadata: { order: '6735' }, shipping },
    });
    const abilities = { payment_method_options: { card: { request_multicapture: 'if_available' } } } as const;
    const refused = await refusalOf(stripe.paymentIntents.update(intent.id, abilities));
    expect(refused).toMatchObject({ code: 'payment_intent_unexpected_state', statusCode: 400 });
    expect(refused.payment_intent).toMatchObject({ id: intent.id, status });
  });

  it('tells with a refusal how the payment stands', async () => {
    const { id } = await pay();
    const refusals = await Promise.all([
      refusalOf(stripe.paymentIntents.capture(id)),
      refusalOf(stripe.paymentIntents.cancel(id)),
      refusalOf(stripe.paymentIntents.confirm(id)),
      refusalOf(stripe.paymentIntents.incrementAuthorization(id, { amount: 9_000 })),
    ]);
    for (const refused of refusals) {
      expect(refused.code).toBe('payment_intent_unexpected_state');
      expect(refused.payment_intent).toMatchObject({ id, status: 'succeeded' });
    }
    const open = await stripe.paymentIntents.create({ amount: 4_200, currency: 'eur' });
    const cardless = await refusalOf(stripe.paymentIntents.confirm(open.id));
    expect(cardless.payment_intent).toMatchObject({ id: open.id, status: 'requires_payment_method' });
  });

  it('tells a browser with a refusal what a browser may see', async () => {
    const { id, client_secret: secret } = await pay({ metadata: { margin: '40%' } });
    const answer = await fetch(`${test.system.apiUrl}/v1/payment_intents/${id}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.publishableKey}` },
      body: new URLSearchParams({ client_secret: secret ?? '' }),
    });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { payment_intent?: object } };
    expect(error.payment_intent).toMatchObject({ id, status: 'succeeded' });
    expect(error.payment_intent).not.toHaveProperty('metadata');
  });

  it('tells with a refusal how the setup stands', async () => {
    const card = await storeCard(test.vault, approved);
    const { id } = await stripe.setupIntents.create({ payment_method: card.id, confirm: true });
    const refusals = await Promise.all([
      refusalOf(stripe.setupIntents.confirm(id)),
      refusalOf(stripe.setupIntents.cancel(id)),
      refusalOf(stripe.setupIntents.update(id, { description: 'late' })),
    ]);
    for (const refused of refusals) {
      expect(refused.code).toBe('setup_intent_unexpected_state');
      expect(refused.setup_intent).toMatchObject({ id, status: 'succeeded' });
    }
  });

  it('tells which card was declined, in the error, the payment and its event', async () => {
    const card = await test.vault.paymentMethods.create({
      type: 'card',
      card: { number: declinedWith('51'), exp_month: 12, exp_year: 2034, cvc: '314' },
      billing_details: { name: 'Ada' },
    });
    const open = await stripe.paymentIntents.create({ amount: 4_200, currency: 'eur' });
    const refused = await refusalOf(
      stripe.paymentIntents.confirm(open.id, { payment_method: card.id, return_url: RETURN_URL }),
    );
    const told = {
      ...{ id: card.id, object: 'payment_method', type: 'card' },
      ...{ card: { last4: card.card?.last4 }, billing_details: { name: 'Ada' } },
    };
    expect(refused).toMatchObject({ code: 'card_declined', statusCode: 402, payment_method: told });
    expect(refused.payment_intent?.last_payment_error?.payment_method).toMatchObject(told);
    const found = await stripe.paymentIntents.retrieve(open.id);
    expect(found.last_payment_error?.payment_method).toMatchObject(told);
    const listed = await stripe.paymentIntents.list({ limit: 1 });
    expect(listed.data[0]?.last_payment_error?.payment_method).toMatchObject(told);
    await expect
      .poll(
        async () => {
          const { data } = await stripe.events.list({ type: 'payment_intent.payment_failed' });
          const event = data.find(({ data: { object } }) => 'id' in object && object.id === open.id);
          return (event?.data.object as Stripe.PaymentIntent | undefined)?.last_payment_error?.payment_method;
        },
        { timeout: 20_000 },
      )
      .toMatchObject(told);
  });

  it('tells which card could not be set up', async () => {
    const card = await storeCard(test.vault, declinedWith('51'));
    const open = await stripe.setupIntents.create({});
    const refused = await refusalOf(stripe.setupIntents.confirm(open.id, { payment_method: card.id }));
    expect(refused).toMatchObject({ code: 'card_declined', payment_method: { id: card.id } });
    const told = { id: card.id, object: 'payment_method' };
    const found = await stripe.setupIntents.retrieve(open.id);
    expect(found.last_setup_error?.payment_method).toMatchObject(told);
    const listed = await stripe.setupIntents.list({ limit: 1 });
    expect(listed.data[0]?.last_setup_error?.payment_method).toMatchObject(told);
  });
});

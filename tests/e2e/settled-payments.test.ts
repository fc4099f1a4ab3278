import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, challenged, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const RETURN_URL = 'https://shop.example/thanks';

/** What the SDK threw, which must be one of its own typed errors. */
async function refusalOf(attempt: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('payments that are no longer open', () => {
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
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { hash128 } from '@tpmall/kernel';
import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { walkThrough } from '../../apps/cli/src/demo/browser.ts';
import { booksBalance } from '../harness/books.ts';
import { approved, challenged, declinedWith, storeCard } from '../harness/cards.ts';
import { refusalOf } from '../harness/refusal.ts';
import { startTestSystem, type TestSystem, type Topology } from '../harness/system.ts';

const RETURN_URL = 'http://localhost/thanks';
const topologies: readonly Topology[] = ['one process', 'ledger and card data apart'];

/** The id of an object that was not expanded. */
function idOf(reference: unknown): string {
  if (typeof reference !== 'string') throw new Error('not an id');
  return reference;
}

describe.each(topologies)('payments through the official SDK, %s', (topology) => {
  let test: TestSystem;
  let stripe: Stripe;
  beforeAll(async () => {
    test = await startTestSystem(topology);
    stripe = test.stripe;
  });
  afterAll(async () => {
    await test.close();
  });
  beforeEach(async () => {
    await test.network('DELETE', '/behaviours');
  });

  async function pay(
    amount: number,
    more: Partial<Stripe.PaymentIntentCreateParams> = {},
    number = approved,
  ) {
    const card = await storeCard(test.vault, number);
    return stripe.paymentIntents.create({
      amount,
      currency: 'eur',
      payment_method: card.id,
      confirm: true,
      return_url: RETURN_URL,
      ...more,
    });
  }

  async function until(id: string, ...left: string[]): Promise<Stripe.PaymentIntent> {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const intent: Stripe.PaymentIntent = await stripe.paymentIntents.retrieve(id);
      if (!left.includes(intent.status)) return intent;
      await sleep(100);
    }
    throw new Error(`${id} did not leave ${left.join()}`);
  }

  async function posted(intent: string): Promise<bigint> {
    const { transfers } = (await test.operator('POST', '/v1/ledger/transfers/query', {
      user_data_128: hash128('payment', intent).toString(),
    })) as { transfers: { amount: string; flags: string[] }[] };
    return transfers
      .filter(({ flags }) => !flags.includes('pending') && !flags.includes('void_pending_transfer'))
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  }

  async function bookOf(reference: (one: Record<string, unknown>) => boolean) {
    const { authorisations } = (await test.network('GET', '/book')) as {
      authorisations: Record<string, unknown>[];
    };
    return authorisations.filter(reference);
  }

  it('takes a payment, and the ledger holds each share of it', async () => {
    const [merchant = ''] = test.merchants;
    const intent = await pay(4_800, {
      transfer_data: { destination: merchant },
      application_fee_amount: 384,
      transfer_group: 'order_1',
    });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 4_800, livemode: false });
    const charge = await stripe.charges.retrieve(idOf(intent.latest_charge));
    expect(charge).toMatchObject({ paid: true, captured: true, amount: 4_800, transfer_group: 'order_1' });
    // The sale, the merchant's share and the commission on it.
    expect(await posted(intent.id)).toBe(4_800n + 4_800n + 384n);
    await booksBalance(test);
  });

  it('splits one order over two merchants', async () => {
    const [first = '', second = ''] = test.merchants;
    const split = [
      { destination: first, amount: 3_000, application_fee_amount: 240 },
      { destination: second, amount: 1_500, application_fee_amount: 150 },
    ];
    const intent = await pay(5_000, { ...({ split } as object) });
    expect(intent.status).toBe('succeeded');
    // The sale; three shares (the platform's own included); two commissions.
    expect(await posted(intent.id)).toBe(5_000n + 5_000n + 390n);
    await booksBalance(test);
  });

  it('holds, captures a part and lets go of the rest', async () => {
    const held = await pay(9_000, { capture_method: 'manual' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 9_000, amount_received: 0 });
    const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 2_500 });
    expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 2_500 });
    const more = await refusalOf(stripe.paymentIntents.capture(held.id, { amount_to_capture: 1 }));
    expect(more.code).toBe('payment_intent_unexpected_state');
    await booksBalance(test);
  });

  it('cancels a hold: nothing is posted, and the issuer is told', async () => {
    const held = await pay(7_700, { capture_method: 'manual' });
    const canceled = await stripe.paymentIntents.cancel(held.id, {
      cancellation_reason: 'requested_by_customer',
    });
    expect(canceled).toMatchObject({ status: 'canceled', amount_capturable: 0 });
    expect(await posted(held.id)).toBe(0n);
    await expect
      .poll(async () => (await bookOf((one) => one['amount'] === '7700')).map((one) => one['remaining']), {
        timeout: 20_000,
      })
      .toEqual(['0']);
    await booksBalance(test);
  });

  it.each([
    ['51', 'insufficient_funds'],
    ['41', 'lost_card'],
    ['54', 'expired_card'],
  ])('tells a decline (%s) as a card error the SDK types: %s', async (code, declineCode) => {
    const refusal = await refusalOf(pay(1_000, {}, declinedWith(code)));
    expect(refusal).toMatchObject({ statusCode: 402, type: 'StripeCardError' });
    expect([refusal.decline_code, refusal.code]).toContain(declineCode);
    expect(refusal.payment_intent).toMatchObject({ status: 'requires_payment_method' });
    expect(await posted(String(refusal.payment_intent?.id))).toBe(0n);
  });

  it('sends the shopper to the issuer and goes on by itself afterwards', async () => {
    const intent = await pay(2_300, {}, challenged);
    expect(intent.status).toBe('requires_action');
    const url = String(intent.next_action?.redirect_to_url?.url);
    expect(new URL(url).origin).toBe(test.system.vaultUrl);
    const visits = await walkThrough(url, '1234', RETURN_URL);
    expect(visits.length).toBeGreaterThanOrEqual(3);
    expect(await until(intent.id, 'requires_action', 'processing')).toMatchObject({ status: 'succeeded' });
    await booksBalance(test);
  });

  it('leaves a payment whose answer was lost processing, and settles it once', async () => {
    await test.network('POST', '/behaviours', { kind: 'lose_answer', mti: '0100', times: 1 });
    const intent = await pay(3_333);
    expect(intent.status).toBe('processing');
    const resolved = await until(intent.id, 'processing');
    expect(resolved).toMatchObject({ status: 'requires_payment_method', amount_received: 0 });
    const booked = await bookOf((one) => one['amount'] === '3333');
    expect(booked.map((one) => one['remaining'])).toEqual(['0']);
    expect(await posted(intent.id)).toBe(0n);
    const again = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: (await storeCard(test.vault, approved)).id,
      return_url: RETURN_URL,
    });
    expect(again.status).toBe('succeeded');
    expect(await posted(intent.id)).toBe(6_666n);
    await booksBalance(test);
  });

  it('never refunds more than was taken, however many ask at once', async () => {
    const intent = await pay(10_000, {
      transfer_data: { destination: test.merchants[0] ?? '' },
      application_fee_amount: 999,
    });
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.refunds.create({ payment_intent: intent.id, amount: 3_000 })),
    );
    const made = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(made).toHaveLength(3);
    const rest = await stripe.refunds.create({ payment_intent: intent.id });
    expect(rest.amount).toBe(1_000);
    const charge = await stripe.charges.retrieve(idOf(intent.latest_charge));
    expect(charge).toMatchObject({ amount_refunded: 10_000, refunded: true });
    await booksBalance(test);
  });

  it('never captures more than is held, however many ask at once', async () => {
    const held = await pay(6_100, { capture_method: 'manual' });
    const attempts = await Promise.allSettled(
      Array.from({ length: 12 }, (_unused, index) =>
        stripe.paymentIntents.capture(held.id, { amount_to_capture: 1_000 + index }),
      ),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    const intent = await stripe.paymentIntents.retrieve(held.id);
    expect(await posted(held.id)).toBe(BigInt(intent.amount_received) * 2n);
    await booksBalance(test);
  });

  it('answers a repeated key as the first time, and refuses it for something else', async () => {
    const card = await storeCard(test.vault, approved);
    const params = {
      amount: 1_111,
      currency: 'eur',
      payment_method: card.id,
      confirm: true,
      return_url: RETURN_URL,
    };
    const key = { idempotencyKey: `key-${topology}` };
    const first = await stripe.paymentIntents.create(params, key);
    const second = await stripe.paymentIntents.create(params, key);
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    const other = await refusalOf(stripe.paymentIntents.create({ ...params, amount: 1_112 }, key));
    expect(other).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    expect(await posted(first.id)).toBe(2_222n);
  });

  it('refuses card numbers on the API and names where they belong', async () => {
    const refusal = await refusalOf(
      stripe.paymentIntents.create({
        amount: 100,
        currency: 'eur',
        payment_method_data: { type: 'card', ...({ card: { number: approved } } as object) },
      }),
    );
    expect(refusal.message).toContain(test.system.vaultUrl);
    expect(JSON.stringify(refusal)).not.toContain(approved);
  });

  it('opens nothing that is confirmed without a payment method', async () => {
    const newest = async (): Promise<(string | undefined)[]> => [
      (await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id,
      (await stripe.setupIntents.list({ limit: 1 })).data[0]?.id,
    ];
    const before = await newest();
    const payment = stripe.paymentIntents.create({ amount: 1_000, currency: 'eur', confirm: true });
    expect(await refusalOf(payment)).toMatchObject({ statusCode: 400, param: 'payment_method' });
    const setup = stripe.setupIntents.create({ confirm: true });
    expect(await refusalOf(setup)).toMatchObject({ statusCode: 400, param: 'payment_method' });
    expect(await newest()).toEqual(before);
  });

  it('keeps a customer', async () => {
    const customer = await stripe.customers.create({
      email: 'lin@example.com',
      name: 'Lin Wei',
      metadata: { a: '1' },
    });
    const intent = await pay(500, { customer: customer.id });
    expect(intent.customer).toBe(customer.id);
    const updated = await stripe.customers.update(customer.id, { name: '', metadata: { a: '', b: '2' } });
    expect(updated).toMatchObject({ name: null, metadata: { b: '2' } });
    const listed = await stripe.paymentIntents.list({ customer: customer.id });
    expect(listed.data.map(({ id }) => id)).toEqual([intent.id]);
  });
});

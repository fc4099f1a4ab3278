import { request } from 'node:http';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksBalance } from '../harness/books.ts';
import { anotherPlatform } from '../harness/platform.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const AT_ONCE = 20;

describe('pains of others, as a merchant’s developer meets them', () => {
  let test: TestSystem;
  let stripe: Stripe;
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
  });
  afterAll(() => test.close());

  const payment = {
    amount: 1_000,
    currency: 'eur',
    payment_method: 'pm_card_visa',
    confirm: true,
    return_url: 'http://localhost/thanks',
  } as const;

  it('1: two concurrent refunds exceed the capture (hyperswitch #13182)', async () => {
    const { id } = await stripe.paymentIntents.create(payment);
    const tried = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, () => stripe.refunds.create({ payment_intent: id, amount: 400 })),
    );
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const codes = tried.flatMap((each) => (each.status === 'rejected' ? [codeOf(each.reason)] : []));
    expect(new Set(codes)).toEqual(new Set(['amount_too_large']));
    await booksBalance(test);
  });

  it('4: whoever lost the answer repeats the request, and it is done once (blnk #374)', async () => {
    const key = 'lost answer';
    await hangUp(test, '/v1/payment_intents', new URLSearchParams(asForm(payment)).toString(), key);
    const again = async (): Promise<Stripe.PaymentIntent | undefined> =>
      stripe.paymentIntents.create(payment, { idempotencyKey: key }).catch((error: unknown) => {
        // The first one is still at it: a client waits and asks again.
        if (codeOf(error) !== 'idempotency_key_in_use') throw error;
        return undefined;
      });
    await expect.poll(again, { timeout: 20_000 }).toMatchObject({ status: 'succeeded' });
    const one = await again();
    expect((await again())?.id).toBe(one?.id);
    const all = await stripe.charges.list({ payment_intent: one?.id ?? '' });
    expect(all.data).toHaveLength(1);
    await booksBalance(test);
  });

  it('14: tenant context leaks between concurrent requests (rafiki #3959)', async () => {
    const other = await anotherPlatform(test);
    const names = Array.from({ length: AT_ONCE }, (_, index) => `at once ${index}`);
    const make = (platform: Stripe, owner: string) =>
      names.map((name) =>
        platform.customers.create({ name, metadata: { owner } }, { idempotencyKey: `same ${name}` }),
      );
    const [mine, theirs] = await Promise.all([
      Promise.all(make(stripe, 'mine')),
      Promise.all(make(other, 'theirs')),
    ]);
    expect(mine.map(({ metadata }) => metadata['owner'])).toEqual(names.map(() => 'mine'));
    expect(theirs.map(({ metadata }) => metadata['owner'])).toEqual(names.map(() => 'theirs'));
    const listed = await other.customers.list({ limit: 100 });
    expect(new Set(listed.data.map(({ id }) => id))).toEqual(new Set(theirs.map(({ id }) => id)));
    const foreign = await Promise.allSettled(mine.map(({ id }) => other.customers.retrieve(id)));
    const codes = foreign.map((each) => (each.status === 'rejected' ? codeOf(each.reason) : 'found'));
    expect(new Set(codes)).toEqual(new Set(['resource_missing']));
  });
});

function codeOf(error: unknown): string | undefined {
  return (error as Stripe.errors.StripeError).code;
}

function asForm(parameters: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(parameters).map(([name, value]) => [name, String(value)]);
}

/** Sends a request and goes away before it is answered. */
function hangUp(test: TestSystem, path: string, body: string, key: string): Promise<void> {
  return new Promise((resolve) => {
    const asked = request(test.system.apiUrl + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${test.secretKey}`,
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': key,
      },
    });
    asked.on('error', () => resolve());
    asked.end(body, () => setImmediate(() => asked.destroy()));
    asked.on('close', () => resolve());
  });
}

import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { booksBalance } from '../harness/books.ts';
import { type Cuttable, cuttable } from '../harness/cuttable.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const payment = {
  amount: 1_000,
  currency: 'eur',
  payment_method: 'pm_card_visa',
  confirm: true,
  return_url: 'http://localhost/thanks',
} as const;

let test: TestSystem;
let way: Cuttable;
beforeAll(async () => {
  const wayTo = async (url: string): Promise<string> => {
    way = await cuttable(url);
    return way.urlOf(url);
  };
  test = await startTestSystem('one process', {}, { wayTo });
});
afterAll(async () => {
  await way?.become('there');
  await test?.close();
  await way?.close();
});

it('a request meets no database: it is told to come again, and its repetition does it once', async () => {
  const idempotencyKey = 'no database';
  await way.become('gone');
  const refused = await test.stripe.paymentIntents
    .create(payment, { idempotencyKey })
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({
    statusCode: 503,
    type: 'StripeAPIError',
    code: 'database_unavailable',
    headers: { 'retry-after': '2', 'stripe-should-retry': 'true' },
  });
  await way.become('there');
  // The ledger may still be on its way back, which is told in the same way.
  const again = () => test.stripe.paymentIntents.create(payment, { idempotencyKey }).catch(refusalOf);
  await expect.poll(again, { timeout: 30_000 }).toMatchObject({ status: 'succeeded' });
  const { id } = (await again()) as Stripe.PaymentIntent;
  expect((await test.stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
  await booksBalance(test);
});

it('the official SDK repeats by itself what met no database', async () => {
  const { hostname: host, port } = new URL(test.system.apiUrl);
  const statuses: number[] = [];
  const client = Stripe.createNodeHttpClient();
  const httpClient: Stripe.HttpClient = {
    getClientName: () => client.getClientName(),
    makeRequest: async (...request) => {
      const response = await client.makeRequest(...request);
      statuses.push(response.getStatusCode());
      // From the first refusal on.
      await way.become('there');
      return response;
    },
  };
  const stripe = new Stripe(test.secretKey, { host, port, protocol: 'http', httpClient });
  await way.become('gone');
  const { data } = await stripe.customers.list();
  expect(data).toEqual([]);
  expect(statuses).toEqual([503, 200]);
});

function refusalOf(error: unknown): unknown {
  if (error instanceof Stripe.errors.StripeAPIError) return error.code;
  throw error;
}

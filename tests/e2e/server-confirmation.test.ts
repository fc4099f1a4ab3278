import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { walkThrough } from '../../apps/cli/src/demo/browser.ts';
import { booksBalance } from '../harness/books.ts';
import { challenged, storeCard } from '../harness/cards.ts';
import { idOf } from '../harness/id-of.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const BACK = 'https://shop.example/done';

let test: TestSystem;
let stripe: Stripe;
beforeAll(async () => {
  test = await startTestSystem();
  stripe = test.stripe;
});
afterAll(async () => {
  await test.close();
});

async function challenge(): Promise<Stripe.PaymentIntent> {
  const { id: card } = await storeCard(test.vault, challenged);
  const intent = await stripe.paymentIntents.create({
    ...{ amount: 4_200, currency: 'eur', payment_method: card, confirm: true, return_url: BACK },
    confirmation_method: 'manual',
  });
  expect(intent.status).toBe('requires_action');
  return intent;
}

async function answerBank(intent: Stripe.PaymentIntent, code: string, status: string) {
  await walkThrough(intent.next_action?.redirect_to_url?.url ?? '', code, BACK);
  for (let looks = 0; looks < 200; looks += 1) {
    const found = await stripe.paymentIntents.retrieve(intent.id);
    if (found.status !== 'requires_action' && found.status !== 'processing') {
      expect(found.status).toBe(status);
      return;
    }
    await sleep(50);
  }
  throw new Error(`${intent.id} still waits`);
}

it('takes the money when the server confirms after 3-D Secure, and not before', async () => {
  const intent = await challenge();
  await answerBank(intent, '1234', 'requires_confirmation');
  expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    ...{ amount_received: 0, next_action: null, payment_method: intent.payment_method },
  });
  const paid = await stripe.paymentIntents.confirm(intent.id);
  expect(paid).toMatchObject({ status: 'succeeded', amount_received: 4_200 });
  const { data: charges } = await stripe.charges.list({ payment_intent: intent.id });
  expect(charges.map(({ id }) => id)).toEqual([idOf(paid.latest_charge)]);
  expect(charges[0]?.payment_method_details?.card?.three_d_secure?.result).toBe('authenticated');
  await booksBalance(test);
});

it('needs no server to end where the shopper was not authenticated', async () => {
  const intent = await challenge();
  await answerBank(intent, '0000', 'requires_payment_method');
  expect((await stripe.paymentIntents.retrieve(intent.id)).last_payment_error?.code).toBe(
    'payment_intent_authentication_failure',
  );
});

it('asks the shopper again about another amount, and ends with a cancellation', async () => {
  const intent = await challenge();
  await answerBank(intent, '1234', 'requires_confirmation');
  await stripe.paymentIntents.update(intent.id, { amount: 9_900 });
  expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('requires_action');
  const canceled = await stripe.paymentIntents.cancel(intent.id);
  expect(canceled).toMatchObject({ status: 'canceled', amount_received: 0 });
  const { data: charges } = await stripe.charges.list({ payment_intent: intent.id });
  expect(charges.map(({ status }) => status)).toEqual(['failed', 'failed']);
});

it('is confirmed by no browser', async () => {
  const intent = await challenge();
  await answerBank(intent, '1234', 'requires_confirmation');
  const answer = await fetch(`${test.system.apiUrl}/v1/payment_intents/${intent.id}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${test.publishableKey}` },
    body: new URLSearchParams({ client_secret: intent.client_secret ?? '' }),
  });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ error: { code: 'permission_denied' } });
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_confirmation');
});

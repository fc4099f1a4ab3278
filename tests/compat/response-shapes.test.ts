import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkResponse, ResponseShapeError } from '../harness/check-response.ts';
import { startReceiver } from '../harness/receiver.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

/**
 * What the server answers, against the types of the official SDK; every other test does the same by its SDK.
 */
describe('the shapes of answers', () => {
  let test: TestSystem;
  let intent: Record<string, unknown>;
  beforeAll(async () => {
    test = await startTestSystem();
    const created = await test.stripe.paymentIntents.create({
      amount: 500,
      currency: 'eur',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'http://localhost/done',
      expand: ['latest_charge', 'payment_method'],
    });
    intent = JSON.parse(JSON.stringify(created)) as Record<string, unknown>;
  });
  afterAll(() => test.close());

  const charge = (): Record<string, unknown> => intent['latest_charge'] as Record<string, unknown>;

  it('are those of the types', () => {
    expect(intent).toMatchObject({ status: 'succeeded', latest_charge: { object: 'charge' } });
    checkResponse(intent);
    checkResponse({ object: 'list', data: [intent] });
  });

  it.each([
    ['a field of another type', (): unknown => ({ ...intent, amount: '500' }), 'amount'],
    ['a field that is missing', (): unknown => ({ ...intent, currency: undefined }), 'currency'],
    ['a field that nobody knows', (): unknown => ({ ...intent, colour: 'blue' }), 'colour'],
    ['a value that nobody knows', (): unknown => ({ ...intent, status: 'paid' }), 'status'],
    ['an object nobody serves', (): unknown => ({ id: 'in_1', object: 'invoice' }), 'invoice'],
    [
      'a wrong field of an expanded object',
      (): unknown => ({ ...intent, latest_charge: { ...charge(), paid: 'yes' } }),
      'latest_charge/paid',
    ],
    [
      'a wrong field inside a list',
      (): unknown => ({ object: 'list', data: [{ ...intent, amount: null }] }),
      'amount',
    ],
    [
      'a wrong field inside an error',
      (): unknown => ({ error: { type: 'card_error', payment_intent: { ...intent, created: 'now' } } }),
      'created',
    ],
  ])('with %s are found out', (_what, planted, named) => {
    // Through JSON, as an answer comes: what is undefined is not there.
    const body = JSON.parse(JSON.stringify(planted())) as unknown;
    expect(() => checkResponse(body)).toThrow(ResponseShapeError);
    expect(() => checkResponse(body)).toThrow(named);
  });

  it('are checked by the SDK of the tests', async () => {
    const answer = await test.stripe.paymentIntents.retrieve(String(intent['id']));
    expect(answer.lastResponse.statusCode).toBe(200);
    await test.system.drainEvents();
    const events = await test.stripe.events.list({ limit: 100 });
    expect(events.data.length).toBeGreaterThan(2);
    await expect(
      test.stripe.paymentIntents.create({ amount: 500, currency: 'eur', payment_method: 'pm_none' }),
    ).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
  });

  it('that are wrong never reach a test', async () => {
    const wrong = { id: 'pi_1', object: 'payment_intent', amount: '500' };
    const server = await startReceiver((_post, response) => response.end(JSON.stringify(wrong)));
    try {
      const reading = sdk(server.url, 'sk_test_nobody').paymentIntents.retrieve('pi_1');
      await expect(reading).rejects.toBeInstanceOf(Stripe.errors.StripeAPIError);
    } finally {
      await server.close();
    }
  });
});

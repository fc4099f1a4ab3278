import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStripeCli, hasStripeCli, type StripeCli } from '../harness/stripe-cli.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

/**
 * What the client triggers, and what its object must be afterwards: any answer of 2xx satisfies the client.
 */
const triggers: readonly (readonly [type: string, state: object])[] = [
  ['product.created', { object: 'product', name: 'myproduct', active: true }],
  ['product.updated', { object: 'product', metadata: { foo: 'bar' } }],
  ['product.deleted', { object: 'product', name: 'myproduct' }],
  ['price.created', { object: 'price', unit_amount: 1500, recurring: { interval: 'month' } }],
  ['price.updated', { object: 'price', metadata: { foo: 'bar' } }],
  ['payment_link.created', { object: 'payment_link', active: true }],
  ['payment_link.updated', { object: 'payment_link', allow_promotion_codes: true }],
  ['checkout.session.completed', { status: 'complete', payment_status: 'paid', amount_total: 3000 }],
  ['checkout.session.expired', { status: 'expired', payment_status: 'unpaid', url: null }],
];

describe.skipIf(!hasStripeCli)(
  'the official command-line client, triggering events of catalogue and checkout',
  () => {
    let test: TestSystem;
    let cli: StripeCli;
    beforeAll(async () => {
      test = await startTestSystem();
      cli = createStripeCli(test.system.apiUrl, test.secretKey);
    });
    afterAll(async () => {
      cli.close();
      await test.close();
    });

    const eventsOf = async (type: string): Promise<Stripe.Event[]> => {
      await test.system.drainEvents();
      return (await test.stripe.events.list({ type, limit: 100 })).data;
    };

    it.each(triggers)('%s', async (type, state) => {
      const before = (await eventsOf(type)).length;
      await cli.run('trigger', type);
      const after = await eventsOf(type);
      expect(after.length).toBe(before + 1);
      expect(after[0]?.data.object).toMatchObject(state);
    });

    it('pays the completed session for real, to the address that was given', async () => {
      await cli.run('trigger', 'checkout.session.completed');
      const [session] = (
        await test.stripe.checkout.sessions.list({ limit: 1, expand: ['data.payment_intent'] })
      ).data;
      expect(session?.payment_intent).toMatchObject({
        status: 'succeeded',
        amount_received: 3000,
        currency: 'usd',
        shipping: { name: 'Jenny Rosen', address: { city: 'San Francisco', country: 'US' } },
      });
    });

    it('refuses what has no rails here, with the error that the client expects of a failure', async () => {
      const before = (await test.stripe.checkout.sessions.list({ limit: 100 })).data.length;
      await expect(cli.run('trigger', 'checkout.session.async_payment_succeeded')).rejects.toThrow(
        'payment_method_types',
      );
      expect((await test.stripe.checkout.sessions.list({ limit: 100 })).data).toHaveLength(before);
    });
  },
);

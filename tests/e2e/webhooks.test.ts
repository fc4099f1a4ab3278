import { Webhook } from 'standardwebhooks';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

describe('webhooks, as a merchant’s developer sees them', () => {
  let test: TestSystem;
  let stripe: Stripe;
  const receivers: Receiver[] = [];
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
  });
  afterEach(async () => {
    for (const endpoint of (await stripe.webhookEndpoints.list({ limit: 100 })).data) {
      await stripe.webhookEndpoints.del(endpoint.id);
    }
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  });
  afterAll(async () => {
    await test.close();
  });

  async function receiver(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
    const started = await startReceiver(...args);
    receivers.push(started);
    return started;
  }

  async function pay(): Promise<Stripe.PaymentIntent> {
    const card = await storeCard(test.vault, approved);
    return stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'eur',
      payment_method: card.id,
      confirm: true,
      return_url: 'http://localhost/thanks',
    });
  }

  it('sends what an endpoint asked for, signed so that both libraries accept it', async () => {
    const shop = await receiver();
    const endpoint = await stripe.webhookEndpoints.create({
      url: shop.url,
      enabled_events: ['payment_intent.succeeded'],
      metadata: { shop: 'one' },
    });
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const intent = await pay();
    const [post] = await shop.until(1);
    const event = stripe.webhooks.constructEvent(
      post?.body ?? '',
      String(post?.headers['stripe-signature']),
      endpoint.secret ?? '',
    );
    expect(event).toMatchObject({
      object: 'event',
      type: 'payment_intent.succeeded',
      livemode: false,
      pending_webhooks: 1,
      data: { object: { id: intent.id, object: 'payment_intent', amount: 2_000, client_secret: null } },
    });
    const headers = post?.headers as Record<string, string>;
    expect(new Webhook(endpoint.secret ?? '').verify(post?.body ?? '', headers)).toEqual(event);
    expect(() => new Webhook(endpoint.secret ?? '').verify(`${post?.body} `, headers)).toThrow();
    const read = await stripe.events.retrieve(event.id);
    expect({ ...read, pending_webhooks: 1 }).toMatchObject(JSON.parse(post?.body ?? '') as object);
  });

  it('lists events by type, by group and by time', async () => {
    const intent = await pay();
    await test.system.drainEvents();
    const succeeded = await stripe.events.list({ type: 'payment_intent.succeeded', limit: 1 });
    expect(succeeded.data[0]?.data.object).toMatchObject({ id: intent.id });
    expect(succeeded.url).toBe('/v1/events');
    const group = await stripe.events.list({ type: 'payment_intent.*', limit: 100 });
    expect(new Set(group.data.map(({ type }) => type.split('.')[0]))).toEqual(new Set(['payment_intent']));
    const two = await stripe.events.list({ types: ['charge.succeeded', 'payment_intent.created'], limit: 2 });
    expect(two.data.map(({ type }) => type).sort()).toEqual(['charge.succeeded', 'payment_intent.created']);
    const { created } = succeeded.data[0] as Stripe.Event;
    const since = await stripe.events.list({ created: { gte: created }, limit: 100 });
    expect(since.data.every((event) => event.created >= created)).toBe(true);
    expect((await stripe.events.list({ created: { gt: created + 3_600 } })).data).toEqual([]);
    const all = await stripe.events.list({ limit: 100 });
    const first = await stripe.events.list({ limit: 2 });
    const next = await stripe.events.list({ limit: 2, starting_after: first.data[1]?.id ?? '' });
    expect([...first.data, ...next.data].map(({ id }) => id)).toEqual(
      all.data.slice(0, 4).map(({ id }) => id),
    );
    const before = await stripe.events.list({ limit: 2, ending_before: next.data[0]?.id ?? '' });
    expect(before.data.map(({ id }) => id)).toEqual(first.data.map(({ id }) => id));
    await expect(stripe.events.list({ type: 'no.such' })).rejects.toMatchObject({ param: 'type' });
    await expect(stripe.events.retrieve('evt_none')).rejects.toMatchObject({ statusCode: 404 });
  });
});

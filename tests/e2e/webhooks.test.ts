import { Webhook } from 'standardwebhooks';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { idOf } from '../harness/id-of.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

describe('webhooks, as a merchant’s developer sees them', () => {
  let test: TestSystem;
  let stripe: Stripe;
  const receivers: Receiver[] = [];
  beforeAll(async () => {
    // What fails is sent again when a test says so, and not in the middle of it.
    const settings = { webhooks: { retryFirstSeconds: 60 } };
    test = await startTestSystem('one process', { settings });
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

  it('names the request behind every event, and none where nobody asked', async () => {
    const card = await storeCard(test.vault, approved);
    const intent = await stripe.paymentIntents.create(
      {
        amount: 2_000,
        currency: 'eur',
        payment_method: card.id,
        confirm: true,
        return_url: 'http://localhost',
      },
      { idempotencyKey: 'order-17' },
    );
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    await test.system.drainEvents();
    const requestsOf = async (types: string[], id: string) => {
      const { data } = await stripe.events.list({ types, limit: 100 });
      return data
        .filter((event) => JSON.stringify(event.data.object).includes(id))
        .map(({ type, request }) => [type, request] as const);
    };
    const paid = { id: intent.lastResponse.requestId, idempotency_key: 'order-17' };
    expect(
      new Map(
        await requestsOf(
          ['payment_intent.created', 'payment_intent.succeeded', 'charge.succeeded'],
          intent.id,
        ),
      ),
    ).toEqual(
      new Map([
        ['payment_intent.created', paid],
        ['payment_intent.succeeded', paid],
        ['charge.succeeded', paid],
      ]),
    );
    const asked = { id: refund.lastResponse.requestId, idempotency_key: expect.any(String) };
    const told = await requestsOf(['refund.created', 'refund.updated', 'charge.refunded'], intent.id);
    expect(told.map(([type]) => type)).toHaveLength(3);
    for (const [, request] of told) expect(request).toEqual(asked);
  });

  it('says of an update what has changed', async () => {
    const customer = await stripe.customers.create({ name: 'Ada', metadata: { tier: 'gold', age: '36' } });
    await stripe.customers.update(customer.id, { name: 'Ada L.', metadata: { tier: '', born: '1815' } });
    const product = await stripe.products.create({
      name: 'Tea',
      default_price_data: { currency: 'eur', unit_amount: 500 },
    });
    await stripe.products.update(product.id, { description: 'Green' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'eur',
      unit_amount: 1,
      lookup_key: 'tea',
    });
    const other = await stripe.prices.create({
      ...{ product: product.id, currency: 'eur', unit_amount: 2 },
      ...{ lookup_key: 'tea', transfer_lookup_key: true },
    });
    await stripe.prices.update(other.id, { nickname: 'small' });
    const link = await stripe.paymentLinks.create({ line_items: [{ price: price.id, quantity: 1 }] });
    await stripe.paymentLinks.update(link.id, { active: false });
    const intent = await pay();
    await stripe.charges.update(idOf(intent.latest_charge), { description: 'Tea for two' });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 1 });
    await stripe.refunds.update(refund.id, { metadata: { why: 'cold' } });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.paymentMethods.update(method.id, {
      card: { exp_year: 2039 },
      billing_details: { name: 'Ada' },
    });
    await test.system.drainEvents();
    const changes = async (type: string, id: string) =>
      (await stripe.events.list({ type, limit: 100 })).data
        .filter((event) => (event.data.object as { id: string }).id === id)
        .map((event) => event.data.previous_attributes);
    expect(await changes('customer.updated', customer.id)).toEqual([
      { name: 'Ada', metadata: { tier: 'gold', born: null } },
    ]);
    // `updated` counts seconds: whether it has changed is the clock's to say.
    expect(await changes('product.updated', product.id)).toMatchObject([{ description: null }]);
    expect(await changes('price.updated', price.id)).toEqual([{ lookup_key: 'tea' }]);
    expect(await changes('price.updated', other.id)).toEqual([{ nickname: null }]);
    expect(await changes('payment_link.updated', link.id)).toEqual([{ active: true }]);
    expect(await changes('charge.updated', idOf(intent.latest_charge))).toEqual([{ description: null }]);
    const updates = await changes('refund.updated', refund.id);
    expect(updates).toEqual([{ metadata: { why: null } }, { status: 'pending', balance_transaction: null }]);
    expect(await changes('charge.refund.updated', refund.id)).toEqual(updates);
    expect(await changes('payment_method.updated', method.id)).toEqual([
      { card: { exp_year: method.card?.exp_year } },
    ]);
    expect(await changes('customer.created', customer.id)).toEqual([undefined]);
    await stripe.paymentMethods.detach(method.id);
    await test.system.drainEvents();
    expect(await changes('payment_method.detached', method.id)).toEqual([{ customer: customer.id }]);
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

  it('keeps endpoints: made, read, changed, disabled, listed, deleted', async () => {
    const made = await stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/hook',
      enabled_events: ['charge.dispute.created', 'payment_intent.succeeded'],
      description: 'Orders',
      metadata: { shop: 'one', till: 'two' },
      api_version: '2024-06-20',
    });
    expect(made).toMatchObject({ object: 'webhook_endpoint', status: 'enabled', api_version: '2024-06-20' });
    const { secret: _secret, lastResponse: _response, ...shown } = made;
    const found = await stripe.webhookEndpoints.retrieve(made.id);
    expect(found).toMatchObject(shown);
    expect(found).not.toHaveProperty('secret');
    const changed = await stripe.webhookEndpoints.update(made.id, {
      enabled_events: ['*'],
      metadata: { till: '' },
      description: '',
      disabled: true,
    });
    expect(changed).toMatchObject({
      enabled_events: ['*'],
      metadata: { shop: 'one' },
      description: null,
      status: 'disabled',
      disabled_reason: 'owner',
    });
    expect((await stripe.webhookEndpoints.update(made.id, { disabled: false })).status).toBe('enabled');
    expect((await stripe.webhookEndpoints.list()).data.map(({ id }) => id)).toEqual([made.id]);
    expect(await stripe.webhookEndpoints.del(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(stripe.webhookEndpoints.retrieve(made.id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(stripe.webhookEndpoints.del(made.id)).rejects.toMatchObject({ code: 'resource_missing' });
  });

  it('says which parameter is wrong, and keeps nothing of it', async () => {
    const wrong: [Record<string, unknown>, string, string][] = [
      [{ url: 'http://10.0.0.1/hook', enabled_events: ['*'] }, 'url', 'webhook_url_not_allowed'],
      [{ url: 'shop.example', enabled_events: ['*'] }, 'url', 'url_invalid'],
      [{ enabled_events: ['*'] }, 'url', 'parameter_missing'],
      [{ url: 'https://shop.example' }, 'enabled_events', 'parameter_missing'],
      [
        { url: 'https://shop.example', enabled_events: ['no.such'] },
        'enabled_events[0]',
        'parameter_invalid_enum',
      ],
      [
        { url: 'https://shop.example', enabled_events: ['*'], connect: true },
        'connect',
        'parameter_unsupported',
      ],
    ];
    for (const [parameters, param, code] of wrong) {
      const refused = stripe.webhookEndpoints.create(
        parameters as unknown as Stripe.WebhookEndpointCreateParams,
      );
      await expect(refused).rejects.toMatchObject({ statusCode: 400, param, code });
    }
    expect((await stripe.webhookEndpoints.list()).data).toEqual([]);
  });

  it('never keeps a secret for repetition, and still repeats it', async () => {
    const parameters: Stripe.WebhookEndpointCreateParams = {
      url: 'http://127.0.0.1:9/hook',
      enabled_events: ['*'],
    };
    const once = await stripe.webhookEndpoints.create(parameters, { idempotencyKey: 'the only one' });
    const again = await stripe.webhookEndpoints.create(parameters, { idempotencyKey: 'the only one' });
    expect(again).toMatchObject({ id: once.id, secret: once.secret });
    // What is kept lies sealed, so it is looked for by its key; a later answer shows that keeping is done.
    await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'a later one' });
    const keys = async (): Promise<string[]> => {
      const text = 'SELECT key FROM gateway.given_answer';
      const kept = await test.system
        .databaseOf('gateway')
        ?.run<{ key: string }>({ name: 'test.given', text });
      return (kept?.rows ?? []).map(({ key }) => key);
    };
    await expect.poll(keys, { timeout: 20_000 }).toContain('a later one');
    expect(await keys()).not.toContain('the only one');
  });

  it('shows what became of each delivery, and sends one again', async () => {
    let isUp = false;
    const shop = await receiver((_post, response) => response.writeHead(isUp ? 200 : 500).end('well'));
    const endpoint = await stripe.webhookEndpoints.create({
      url: shop.url,
      enabled_events: ['payment_intent.succeeded'],
    });
    await pay();
    await shop.until(1);
    const ask = async (method: 'GET' | 'POST', path: string): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${test.system.apiUrl}/v1/webhook_deliveries${path}`, {
        method,
        headers: { authorization: `Bearer ${test.secretKey}` },
      });
      return (await answer.json()) as Record<string, unknown>;
    };
    const until = async (state: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const { data } = await ask('GET', `?webhook_endpoint=${endpoint.id}`);
        const [delivery] = data as Record<string, unknown>[];
        if (delivery?.['state'] === state && delivery['last_status'] !== null) return delivery;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const failed = await until('pending');
    expect(failed).toMatchObject({
      object: 'webhook_delivery',
      attempts: 1,
      last_status: 500,
      last_error: 'status',
    });
    isUp = true;
    await ask('POST', `/${String(failed['id'])}/resend`);
    await until('delivered');
    const read = await ask('GET', `/${String(failed['id'])}`);
    expect(read).toMatchObject({
      state: 'delivered',
      attempt_log: [
        { number: 1, status: 500, error: 'status', response_body: 'well' },
        { number: 2, status: 200, error: null },
      ],
    });
    expect(await ask('GET', '/whd_none')).toMatchObject({ error: { code: 'resource_missing' } });
  });

  it('tells of saved cards, products and sessions as well', async () => {
    const customer = await stripe.customers.create({ name: 'Ada' });
    const saved = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const billing = { name: 'Ada', email: 'ada@example.org', address: { city: 'Berlin' } };
    await stripe.paymentMethods.update(saved.id, { billing_details: billing, metadata: { seat: '4' } });
    const product = await stripe.products.create({ name: 'Tea' });
    const price = await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 300 });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 2 }],
      success_url: 'http://localhost/thanks',
    });
    await stripe.checkout.sessions.expire(session.id);
    await stripe.setupIntents.create({ customer: customer.id });
    await test.system.drainEvents();
    const objectOf = async (type: string): Promise<object | undefined> =>
      (await stripe.events.list({ type, limit: 1 })).data[0]?.data.object;
    expect(await objectOf('customer.created')).toMatchObject({ id: customer.id, name: 'Ada' });
    expect(await objectOf('payment_method.attached')).toMatchObject({
      customer: customer.id,
      card: { brand: 'visa' },
    });
    // The outbox does not have them: they lie sealed in the vault.
    expect(await objectOf('payment_method.updated')).toMatchObject({
      id: saved.id,
      billing_details: billing,
      metadata: { seat: '4' },
    });
    expect(await objectOf('product.created')).toMatchObject({ id: product.id, name: 'Tea' });
    expect(await objectOf('price.created')).toMatchObject({ id: price.id, unit_amount: 300 });
    expect(await objectOf('checkout.session.expired')).toMatchObject({ id: session.id, amount_total: 600 });
    expect(await objectOf('setup_intent.created')).toMatchObject({
      object: 'setup_intent',
      client_secret: null,
    });
  });
});

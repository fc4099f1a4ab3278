import { setTimeout as pause } from 'node:timers/promises';
import { DAY, MINUTE, manualClock, SECOND, systemClock } from '@tpmall/kernel';
import Stripe from 'stripe';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answering, type Receiver, startReceiver } from '../harness/receiver.ts';
import {
  createWebhooksWorld,
  openEndpoint,
  TENANT,
  untilAll,
  type WebhooksInstance,
  type WebhooksWorld,
} from './world.ts';

describe('sending again, reading and forgetting', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function begin(clock = systemClock, config = {}): Promise<[WebhooksWorld, WebhooksInstance]> {
    const world = await createWebhooksWorld(clock);
    closers.push(() => world.close());
    return [world, await world.start(config)];
  }

  async function receiver(answering?: Answering): Promise<Receiver> {
    const started = await startReceiver(answering);
    closers.push(() => started.close());
    return started;
  }

  it('sends one endpoint a test that it did not ask for, once a command, signed as every other', async () => {
    const [world, instance] = await begin();
    const shop = await receiver();
    const other = await receiver();
    const endpoint = await openEndpoint(world, instance, shop.url, ['payment_intent.created']);
    await openEndpoint(world, instance, other.url, ['*']);
    const ask = (command: string) =>
      instance.port.sendTest(world.context(TENANT, command), { id: endpoint.id });
    const first = await ask('first');
    expect(first).toMatchObject({ ok: true, value: { endpoint: endpoint.id, state: 'pending' } });
    await untilAll(world, instance, endpoint.id, 'delivered', 1);
    expect(await ask('first')).toMatchObject({ value: { state: 'delivered' } });
    await ask('second');
    const posts = await shop.until(2);
    const secret = endpoint.secret;
    for (const { headers, body } of posts) {
      const event = Stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), secret);
      expect(event).toMatchObject({
        type: 'webhook_endpoint.test',
        pending_webhooks: 1,
        data: { object: { id: endpoint.id, object: 'webhook_endpoint', url: shop.url } },
      });
    }
    expect(posts.map(({ headers }) => headers['webhook-id'])[0]).not.toBe(posts[1]?.headers['webhook-id']);
    expect(posts.every(({ body }) => !body.includes('whsec_'))).toBe(true);
    expect(other.received).toEqual([]);
    expect(
      await instance.port.sendTest(world.context('acct_other', 'third'), { id: endpoint.id }),
    ).toMatchObject({ error: { code: 'not_found' } });
    await instance.port.updateEndpoint(world.context(), { id: endpoint.id, disabled: true });
    expect(await ask('fourth')).toMatchObject({ error: { code: 'endpoint_disabled', field: 'id' } });
  });

  it('sends an endpoint what it has not got of a range, and says the same when asked again', async () => {
    const clock = manualClock(systemClock.now());
    const [world, instance] = await begin(clock);
    await world.say(3);
    clock.advance(10 * SECOND);
    const from = Math.floor(clock.now() / SECOND);
    await world.say(4);
    await world.say(2, 'payment_intent.canceled');
    clock.advance(10 * SECOND);
    const before = Math.floor(clock.now() / SECOND);
    await world.say(5);
    await instance.relay.drain();
    const shop = await receiver();
    const endpoint = await openEndpoint(world, instance, shop.url, ['payment_intent.created']);
    const range = { endpoint: endpoint.id, from, before, includeDelivered: false };
    const ask = (command: string, more = {}) =>
      instance.port.replay(world.context(TENANT, command), { ...range, ...more });
    const done = { ok: true, value: { deliveries: 4, continueAfter: null } };
    expect(await ask('first')).toEqual(done);
    await untilAll(world, instance, endpoint.id, 'delivered', 4);
    expect(await ask('first')).toEqual(done);
    expect(await ask('second')).toMatchObject({ value: { deliveries: 0 } });
    expect(await ask('third', { includeDelivered: true })).toMatchObject({ value: { deliveries: 4 } });
    await shop.until(8);
    expect(await ask('fourth', { types: ['payment_intent.canceled'] })).toMatchObject({
      value: { deliveries: 0 },
    });
    expect(await ask('first', { before: before + 1 })).toMatchObject({
      error: { code: 'idempotency_mismatch' },
    });
    expect(shop.received).toHaveLength(8);
  });

  it('goes on with a long range where the call before ended', async () => {
    const [world, instance] = await begin();
    await world.say(1_200);
    await instance.relay.drain();
    const shop = await receiver();
    const endpoint = await openEndpoint(world, instance, shop.url);
    const now = Math.floor(systemClock.now() / SECOND);
    const range = { endpoint: endpoint.id, from: now - 600, before: now + 600, includeDelivered: false };
    const first = await instance.port.replay(world.context(), range);
    expect(first).toMatchObject({ ok: true, value: { deliveries: 1_000 } });
    const after = first.ok ? (first.value.continueAfter ?? '') : '';
    const second = await instance.port.replay(world.context(), { ...range, after });
    expect(second).toEqual({ ok: true, value: { deliveries: 200, continueAfter: null } });
    await shop.until(1_200);
    expect(new Set(shop.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1_200);
  });

  it('refuses to send to what is disabled, deleted or another’s, and to send what is another’s', async () => {
    const [world, instance] = await begin();
    const shop = await receiver();
    const endpoint = await openEndpoint(world, instance, shop.url);
    await world.say(1);
    await instance.relay.drain();
    const delivered = await untilAll(world, instance, endpoint.id, 'delivered', 1);
    const event = delivered[0]?.event ?? '';
    const { port } = instance;
    const stranger = () => world.context('acct_other');
    const codes = [
      await port.resend(stranger(), { event }),
      await port.findEvent(stranger(), { id: event }),
      await port.findDelivery(stranger(), { event, endpoint: endpoint.id }),
      await port.findEndpoint(stranger(), { id: endpoint.id }),
      await port.updateEndpoint(stranger(), { id: endpoint.id, disabled: true }),
      await port.deleteEndpoint(stranger(), { id: endpoint.id }),
      await port.rotateSecret(stranger(), { id: endpoint.id, graceSeconds: 0 }),
    ].map((answer) => (answer.ok ? 'ok' : answer.error.code));
    expect(new Set(codes)).toEqual(new Set(['not_found']));
    const range = { endpoint: endpoint.id, from: 0, before: 4_000_000_000, includeDelivered: true };
    expect(await port.replay(stranger(), range)).toMatchObject({ error: { code: 'endpoint_not_found' } });
    const lists = [
      await port.listEvents(stranger(), { limit: 10 }),
      await port.listEndpoints(stranger(), { limit: 10 }),
    ];
    const deliveries = await port.listDeliveries(stranger(), { limit: 10, endpoint: endpoint.id });
    for (const list of [...lists, deliveries]) expect(list).toMatchObject({ value: { items: [] } });
    const cursors = [
      await port.listEvents(stranger(), { limit: 10, startingAfter: event }),
      await port.listEvents(stranger(), { limit: 10, endingBefore: event }),
      await port.listEndpoints(stranger(), { limit: 10, startingAfter: endpoint.id }),
      await port.listDeliveries(stranger(), { limit: 10, after: { event, endpoint: endpoint.id } }),
    ];
    for (const page of cursors) expect(page).toMatchObject({ error: { code: 'cursor_not_found' } });
    await port.updateEndpoint(world.context(), { id: endpoint.id, disabled: true });
    expect(await port.resend(world.context(), { event, endpoint: endpoint.id })).toMatchObject({
      error: { code: 'endpoint_disabled' },
    });
    await port.deleteEndpoint(world.context(), { id: endpoint.id });
    expect(await port.resend(world.context(), { event, endpoint: endpoint.id })).toMatchObject({
      error: { code: 'endpoint_not_found' },
    });
    expect(shop.received).toHaveLength(1);
  });

  it('tells events that got through from those that did not', async () => {
    const [world, instance] = await begin();
    const picky = await receiver((post, response) =>
      response.writeHead(post.body.includes('payment_intent.canceled') ? 500 : 200).end(),
    );
    const endpoint = await openEndpoint(world, instance, picky.url);
    await world.say(3);
    await world.say(2, 'payment_intent.canceled');
    await instance.relay.drain();
    await untilAll(world, instance, endpoint.id, 'delivered', 3);
    await picky.until(5);
    const types = async (deliverySuccess: boolean, more = {}) => {
      const listed = await instance.port.listEvents(world.context(), { limit: 10, deliverySuccess, ...more });
      return listed.ok ? listed.value.items.map(({ type }) => type) : [];
    };
    expect(await types(true)).toEqual(Array(3).fill('payment_intent.created'));
    expect(await types(false)).toEqual(Array(2).fill('payment_intent.canceled'));
    expect(await types(false, { types: ['payment_intent.created'] })).toEqual([]);
    expect(await types(true, { types: ['payment_intent.created', 'payment_intent.canceled'] })).toHaveLength(
      3,
    );
    expect(await types(false, { limit: 1 })).toHaveLength(1);
  });

  it('opens an endpoint once for a command, and shows its secret to the repetition', async () => {
    const [world, instance] = await begin(systemClock, { endpointsMax: 3 });
    const input = { url: 'https://shop.example/hook', enabledEvents: ['*'] };
    const context = () => world.context(TENANT, 'open it');
    const answers = await Promise.all([1, 2, 3].map(() => instance.port.createEndpoint(context(), input)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ ok: true, value: { url: input.url } });
    const other = await instance.port.createEndpoint(context(), {
      ...input,
      enabledEvents: ['charge.failed'],
    });
    expect(other).toMatchObject({ error: { code: 'idempotency_mismatch' } });
    const gone = await instance.port.createEndpoint(world.context(TENANT, 'open and close'), input);
    const id = gone.ok ? gone.value.id : '';
    await instance.port.deleteEndpoint(world.context(), { id });
    // What is deleted is not made again by the command that made it, which says so.
    expect(await instance.port.createEndpoint(world.context(TENANT, 'open and close'), input)).toMatchObject({
      error: { code: 'not_found', message: `No such webhook_endpoint: '${id}'` },
    });
    // Many at once, of whom two fit: no two are both the last.
    const many = await Promise.all(
      Array.from({ length: 10 }, () => instance.port.createEndpoint(world.context(), input)),
    );
    expect(many.filter(({ ok }) => ok)).toHaveLength(2);
    expect(many.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'too_many_endpoints' } });
  });

  it('refuses addresses that events must not go to', async () => {
    const [world, instance] = await begin(systemClock, { allowedNetworks: [] });
    const live = await world.start({ allowedNetworks: [], livemode: true });
    const open = async ({ port }: WebhooksInstance, url: string) => {
      const made = await port.createEndpoint(world.context(), { url, enabledEvents: ['*'] });
      return made.ok ? 'ok' : made.error.code;
    };
    for (const url of [
      'http://127.0.0.1/hook',
      'http://[::1]/hook',
      'http://2130706433/hook',
      'http://169.254.169.254/latest/meta-data',
      'https://user:secret@shop.example/hook',
      'ftp://shop.example/hook',
      'file:///etc/passwd',
      // Short enough as it is given, and not as it is called.
      `https://shop.example/${'中'.repeat(1_200)}`,
    ]) {
      expect(await open(instance, url), url).toBe('url_not_allowed');
    }
    expect(await open(instance, 'http://shop.example/hook')).toBe('ok');
    expect(await open(live, 'http://shop.example/hook')).toBe('url_not_allowed');
    expect(await open(live, 'https://shop.example/hook')).toBe('ok');
    const id = (await openEndpoint(world, instance, 'http://shop.example/hook')).id;
    const long = `http://shop.example/${'x'.repeat(1_979)}中`;
    expect(await instance.port.updateEndpoint(world.context(), { id, url: long })).toMatchObject({
      error: { code: 'url_not_allowed', field: 'url' },
    });
  });

  it('forgets events after thirty days with their deliveries, and an endpoint that was deleted', async () => {
    const clock = manualClock(systemClock.now());
    const [world, instance] = await begin(clock);
    const shop = await receiver();
    const [kept, deleted] = [
      await openEndpoint(world, instance, shop.url),
      await openEndpoint(world, instance, shop.url),
    ];
    await world.say(5);
    await instance.relay.drain();
    await untilAll(world, instance, kept.id, 'delivered', 5);
    await untilAll(world, instance, deleted.id, 'delivered', 5);
    await instance.port.deleteEndpoint(world.context(), { id: deleted.id });
    clock.advance(29 * DAY);
    await world.say(2);
    await instance.relay.drain();
    await instance.job('forget-old-events');
    const counts = () =>
      world.look(
        `SELECT (SELECT count(*)::int FROM webhooks.event) AS events,
          (SELECT count(*)::int FROM webhooks.delivery) AS deliveries,
          (SELECT count(*)::int FROM webhooks.endpoint) AS endpoints`,
      );
    expect(await counts()).toEqual([{ events: 7, deliveries: 12, endpoints: 2 }]);
    // An old one and a new one have a second attempt, which is a row of its own.
    const all = await untilAll(world, instance, kept.id, 'delivered', 7);
    for (const event of [all.at(0)?.event ?? '', all.at(-1)?.event ?? '']) {
      await instance.port.resend(world.context(), { event, endpoint: kept.id });
    }
    while ((await world.look('SELECT FROM webhooks.attempt')).length < 2) await pause(20);
    clock.advance(DAY + MINUTE);
    await instance.job('forget-old-events');
    expect(await counts()).toEqual([{ events: 2, deliveries: 2, endpoints: 1 }]);
    const attempts = await world.look('SELECT n FROM webhooks.attempt');
    expect(attempts).toEqual([{ n: 2 }]);
  });
});

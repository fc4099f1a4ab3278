import { DAY, HOUR, MINUTE, manualClock, SECOND, systemClock } from '@tpmall/kernel';
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

const stripe = new Stripe('sk_test_of_nobody');

/** Who has asked for what was set aside to be told. */
function audited(world: WebhooksWorld): Promise<object[]> {
  return world.look(
    `SELECT payload ->> 'actor' AS actor, payload ->> 'subject' AS subject FROM webhooks.outbox
     WHERE payload ->> 'action' = 'set_aside_events.retried'`,
  );
}

describe('the delivery of events', () => {
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

  it('sets aside what cannot be read, tells the rest, and tells it when it can be', async () => {
    const [world, instance] = await begin();
    const [shop, other] = [await receiver(), 'acct_other'];
    await openEndpoint(world, instance, shop.url);
    const [before] = await world.say(1);
    const [broken] = await world.say(1);
    const [after] = await world.say(1);
    // The plant: an amount that is no number, as a payload of another version may have.
    const plant = async (amount: string) =>
      world.look(
        `UPDATE payments.outbox SET payload = jsonb_set(payload, '{amount}', $2) WHERE aggregate_id = $1`,
        [broken, JSON.stringify(amount)],
      );
    await plant('much');
    await instance.relay.drain();
    const told = (await shop.until(2)).map(({ body }) => (JSON.parse(body) as Stripe.Event).data.object);
    expect(new Set(told.map((object) => (object as { id: string }).id))).toEqual(new Set([before, after]));
    const listed = await instance.port.listSetAside(world.context(), { limit: 10 });
    expect(listed).toMatchObject({
      ok: true,
      value: [
        { source: 'payments', type: 'payment_intent.created', reason: expect.stringContaining('much') },
      ],
    });
    expect(await instance.port.listSetAside(world.context(other), { limit: 10 })).toEqual({
      ok: true,
      value: [],
    });
    const command = world.context();
    for (const _time of ['first', 'repeated']) {
      expect(await instance.port.retrySetAside(command, {})).toEqual({
        ok: true,
        value: { told: 0, left: 1 },
      });
    }
    expect(await audited(world)).toEqual([{ actor: command.actor, subject: command.tenant }]);
    await world.look(`UPDATE webhooks.set_aside SET payload = jsonb_set(payload, '{amount}', '"700"')`);
    expect(await instance.port.retrySetAside(world.context(other), {})).toMatchObject({
      value: { told: 0, left: 0 },
    });
    const both = await Promise.all([1, 2].map(() => instance.port.retrySetAside(world.context(), {})));
    for (const retried of both) expect(retried).toMatchObject({ ok: true, value: { left: 0 } });
    const [last] = (await shop.until(3)).slice(2);
    const event = JSON.parse(last?.body ?? '') as Stripe.Event;
    expect(event).toMatchObject({
      id: listed.ok && listed.value[0]?.id,
      data: { object: { id: broken, amount: 700 } },
    });
    expect(await instance.port.listSetAside(world.context(), { limit: 10 })).toEqual({ ok: true, value: [] });
  });

  it('reaches each endpoint that wants the type, and no other, nor one of another platform', async () => {
    const [world, instance] = await begin();
    const [all, some, none] = [await receiver(), await receiver(), await receiver()];
    await openEndpoint(world, instance, all.url);
    await openEndpoint(world, instance, some.url, ['payment_intent.canceled', 'refund.created']);
    const other = await instance.port.createEndpoint(world.context('acct_other'), {
      url: none.url,
      enabledEvents: ['*'],
    });
    expect(other.ok).toBe(true);
    await world.say(3);
    const [canceled] = await world.say(1, 'payment_intent.canceled');
    await instance.relay.drain();
    await all.until(4);
    const [post] = await some.until(1);
    expect(JSON.parse(post?.body ?? '')).toMatchObject({
      type: 'payment_intent.canceled',
      pending_webhooks: 2,
      data: { object: { id: canceled, amount: 500, client_secret: null, metadata: { amount: '007' } } },
    });
    expect([all.received.length, some.received.length, none.received.length]).toEqual([4, 1, 0]);
  });

  it('says nothing of what happened before the endpoint was made, however late it is read', async () => {
    const [world, instance] = await begin();
    const shop = await receiver();
    await world.say(3);
    await openEndpoint(world, instance, shop.url);
    const [later] = await world.say(1);
    await instance.relay.drain();
    const [post] = await shop.until(1);
    expect(JSON.parse(post?.body ?? '')).toMatchObject({ data: { object: { id: later } } });
    expect(await world.look('SELECT FROM webhooks.event')).toHaveLength(4);
    expect(await world.look('SELECT FROM webhooks.delivery')).toHaveLength(1);
  });

  it('makes no second event where an outbox is read again', async () => {
    const [world, instance] = await begin();
    const shop = await receiver();
    const endpoint = await openEndpoint(world, instance, shop.url);
    await world.say(5);
    await instance.relay.drain();
    await untilAll(world, instance, endpoint.id, 'delivered', 5);
    const before = await world.look('SELECT id FROM webhooks.event ORDER BY id');
    await world.look('DELETE FROM webhooks.cursor');
    await instance.stop();
    const next = await world.start();
    await next.relay.drain();
    await world.say(1);
    await next.relay.drain();
    await untilAll(world, next, endpoint.id, 'delivered', 6);
    const after = await world.look<{ id: string }>('SELECT id FROM webhooks.event ORDER BY id');
    expect(after).toHaveLength(6);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(shop.received).toHaveLength(6);
  });

  it('tries again after a 500, with the same event and a signature of that moment', async () => {
    const clock = manualClock(systemClock.now());
    const [world, instance] = await begin(clock);
    let failures = 2;
    const shop = await receiver((_post, response) => {
      failures -= 1;
      response.writeHead(failures >= 0 ? 500 : 200).end(failures >= 0 ? 'broken' : 'ok');
    });
    const endpoint = await openEndpoint(world, instance, shop.url);
    await world.say(1);
    await instance.relay.drain();
    await shop.until(1);
    for (const pause of [5 * SECOND, 15 * SECOND]) {
      const [waiting] = await untilAttempts(world, instance, endpoint.id, shop.received.length);
      expect(waiting).toMatchObject({ state: 'pending', lastStatus: 500, lastError: 'status' });
      const wait = (waiting?.nextAt ?? 0) - clock.now();
      expect(wait).toBeLessThanOrEqual(pause);
      expect(wait).toBeGreaterThanOrEqual(pause * 0.75);
      clock.advance(pause);
      await shop.until(shop.received.length + 1);
    }
    const [delivered] = await untilAll(world, instance, endpoint.id, 'delivered', 1);
    expect(delivered).toMatchObject({ attempts: 3, lastStatus: 200, lastError: null, nextAt: null });
    expect(delivered?.log.map(({ status, responseBody }) => [status, responseBody])).toEqual([
      [500, 'broken'],
      [500, 'broken'],
      [200, 'ok'],
    ]);
    expect(new Set(shop.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(shop.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(shop.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3);
  });

  it('gives a delivery up after three days, keeps it, and sends it when asked', async () => {
    const clock = manualClock(systemClock.now());
    const [world, instance] = await begin(clock, { disableSeconds: 2_000_000 });
    let isUp = false;
    const shop = await receiver((_post, response) => response.writeHead(isUp ? 200 : 503).end());
    const endpoint = await openEndpoint(world, instance, shop.url);
    const from = clock.now();
    await world.say(1);
    await instance.relay.drain();
    for (let hours = 0; hours < 90; hours += 1) {
      await untilNothingDue(world, instance, endpoint.id, clock.now());
      clock.advance(HOUR);
    }
    const [given] = await untilAll(world, instance, endpoint.id, 'given_up', 1);
    expect(given?.attempts).toBeGreaterThan(8);
    expect((given?.log.at(-1)?.at ?? 0) - from).toBeLessThanOrEqual(3 * DAY);
    isUp = true;
    const again = await instance.port.resend(world.context(), {
      event: given?.event ?? '',
      endpoint: endpoint.id,
    });
    expect(again).toMatchObject({ ok: true, value: { pendingWebhooks: 1 } });
    const [delivered] = await untilAll(world, instance, endpoint.id, 'delivered', 1);
    expect(delivered?.attempts).toBe((given?.attempts ?? 0) + 1);
  });

  it('disables an endpoint that nothing has reached for days, gives up its rest, and tells it', async () => {
    const clock = manualClock(systemClock.now());
    const [world, instance] = await begin(clock);
    const shop = await receiver((_post, response) => response.writeHead(500).end());
    const endpoint = await openEndpoint(world, instance, shop.url);
    const healthy = await openEndpoint(world, instance, (await receiver()).url);
    await world.say(2);
    await instance.relay.drain();
    await untilAttempts(world, instance, endpoint.id, 2);
    await untilAll(world, instance, healthy.id, 'delivered', 2);
    clock.advance(2 * DAY);
    await instance.job('review-endpoints');
    expect(await statusOf(world, instance, endpoint.id)).toBe('enabled');
    clock.advance(DAY + MINUTE);
    await world.say(1);
    await instance.relay.drain();
    await instance.job('review-endpoints');
    await instance.job('review-endpoints');
    expect(await statusOf(world, instance, endpoint.id)).toBe('disabled');
    expect(await statusOf(world, instance, healthy.id)).toBe('enabled');
    await untilAll(world, instance, endpoint.id, 'given_up', 3);
    const told = await world.look('SELECT type, payload FROM webhooks.outbox WHERE aggregate_id = $1', [
      endpoint.id,
    ]);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'webhook_endpoint.disabled' }),
        expect.objectContaining({
          payload: expect.objectContaining({ action: 'webhook_endpoint.disabled', actor: 'system' }),
        }),
      ]),
    );
    expect(told.filter(({ type }) => type === 'webhook_endpoint.disabled')).toHaveLength(1);
    await world.say(1);
    await instance.relay.drain();
    const rows = await world.look('SELECT event FROM webhooks.delivery WHERE endpoint = $1', [endpoint.id]);
    expect(rows).toHaveLength(3);
  });

  it('gives a new address as long as any other, however long the old one has failed', async () => {
    const clock = manualClock(systemClock.now());
    const [world, instance] = await begin(clock);
    const shop = await receiver((_post, response) => response.writeHead(500).end());
    const endpoints = [
      await openEndpoint(world, instance, shop.url),
      await openEndpoint(world, instance, shop.url),
    ];
    const [moved = '', kept = ''] = endpoints.map(({ id }) => id);
    await world.say(1);
    await instance.relay.drain();
    for (const id of [moved, kept]) await untilAttempts(world, instance, id, 1);
    clock.advance(3 * DAY - MINUTE);
    const right = (await receiver()).url;
    await instance.port.updateEndpoint(world.context(), { id: moved, url: right });
    // What is said again changes nothing.
    await instance.port.updateEndpoint(world.context(), { id: kept, url: shop.url });
    clock.advance(2 * MINUTE);
    await instance.job('review-endpoints');
    expect(await statusOf(world, instance, moved)).toBe('enabled');
    expect(await statusOf(world, instance, kept)).toBe('disabled');
  });

  it('signs with both secrets while one is being rotated, and then with the new one alone', async () => {
    const clock = manualClock(systemClock.now());
    const [world, instance] = await begin(clock);
    const shop = await receiver();
    const first = await openEndpoint(world, instance, shop.url);
    const rotated = await instance.port.rotateSecret(world.context(), { id: first.id, graceSeconds: 3_600 });
    const second = rotated.ok ? rotated.value.secret : '';
    expect(second).not.toBe(first.secret);
    await world.say(1);
    await instance.relay.drain();
    const [during] = await shop.until(1);
    clock.advance(HOUR + SECOND);
    await world.say(1);
    await instance.relay.drain();
    const [, after] = await shop.until(2);
    const accepts = (post: typeof during, secret: string): boolean => {
      try {
        const signature = String(post?.headers['stripe-signature']);
        stripe.webhooks.constructEvent(post?.body ?? '', signature, secret, 1e9);
        return true;
      } catch {
        return false;
      }
    };
    expect([accepts(during, first.secret), accepts(during, second)]).toEqual([true, true]);
    expect([accepts(after, first.secret), accepts(after, second)]).toEqual([false, true]);
  });

  it('keeps secrets sealed: nothing in the database or in an answer but the first shows one', async () => {
    const [world, instance] = await begin();
    const endpoint = await openEndpoint(world, instance, (await receiver()).url);
    const rows = await world.look<{ row: string }>('SELECT e::text AS row FROM webhooks.endpoint AS e');
    const bytes = Buffer.from(endpoint.secret, 'utf8').toString('hex');
    expect(rows[0]?.row).not.toContain(bytes);
    expect(rows[0]?.row).not.toContain(endpoint.secret);
    const found = await instance.port.findEndpoint(world.context(), { id: endpoint.id });
    expect(JSON.stringify(found)).not.toContain('whsec_');
    await world.look('UPDATE webhooks.endpoint SET id = $1', [endpoint.id.replace('we_', 'we_0')]);
    const moved = instance.port.rotateSecret(world.context(TENANT), {
      id: endpoint.id.replace('we_', 'we_0'),
      graceSeconds: 0,
    });
    expect((await moved).ok).toBe(true);
  });
});

async function statusOf(world: WebhooksWorld, { port }: WebhooksInstance, id: string): Promise<string> {
  const found = await port.findEndpoint(world.context(), { id });
  return found.ok ? found.value.status : found.error.code;
}

/** Waits until an endpoint's deliveries have been tried so often in all, and answers them. */
async function untilAttempts(
  world: WebhooksWorld,
  { port }: WebhooksInstance,
  endpoint: string,
  attempts: number,
) {
  for (;;) {
    const rows = await world.look<{ n: string }>(
      'SELECT count(*) AS n FROM webhooks.attempt WHERE endpoint = $1',
      [endpoint],
    );
    if (Number(rows[0]?.n) >= attempts) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const listed = await port.listDeliveries(world.context(), { endpoint, limit: 100 });
  return listed.ok ? listed.value.items : [];
}

/** Waits until everything that is due has been tried. */
async function untilNothingDue(
  world: WebhooksWorld,
  { port }: WebhooksInstance,
  endpoint: string,
  now: number,
): Promise<void> {
  for (;;) {
    const listed = await port.listDeliveries(world.context(), { endpoint, limit: 100, state: 'pending' });
    const due = listed.ok ? listed.value.items.filter(({ nextAt }) => (nextAt ?? 0) <= now + 3 * SECOND) : [];
    if (due.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

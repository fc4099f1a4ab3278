import { readFileSync } from 'node:fs';
import { systemClock } from '@tpmall/kernel';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answering, type Receiver, startReceiver } from '../harness/receiver.ts';
import {
  createWebhooksWorld,
  openEndpoint,
  untilAll,
  type WebhooksInstance,
  type WebhooksWorld,
} from '../webhooks/world.ts';

/** What has hurt the users of other payment systems, by their own names for it. */
describe('pains of others, about webhooks', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function begin(config = {}): Promise<[WebhooksWorld, WebhooksInstance]> {
    const world = await createWebhooksWorld(systemClock);
    closers.push(() => world.close());
    return [world, await world.start(config)];
  }

  async function receiver(answering?: Answering): Promise<Receiver> {
    const started = await startReceiver(answering);
    closers.push(() => started.close());
    return started;
  }

  it('7: the same webhook twice at once answers 500 (hyperswitch #14003)', async () => {
    const [world, instance] = await begin();
    const other = await world.start();
    const shop = await receiver();
    const endpoint = await openEndpoint(world, instance, shop.url);
    await world.say(50);
    // Two processes are told of the same events at once; whoever comes second finds the cursor moved.
    await Promise.allSettled([instance.relay.drain(), other.relay.drain()]);
    await instance.relay.drain();
    await untilAll(world, instance, endpoint.id, 'delivered', 50);
    expect(await world.look('SELECT id FROM webhooks.event')).toHaveLength(50);
    const rows = await world.look<{ id: string }>('SELECT id FROM webhooks.event LIMIT 1');
    const event = rows[0]?.id ?? '';
    // And the same order to send one again comes twice at once, to both.
    const again = { event, endpoint: endpoint.id };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_unused, n) =>
        (n % 2 === 0 ? instance : other).port.resend(world.context(undefined, 'the same command'), again),
      ),
    );
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    await untilAll(world, instance, endpoint.id, 'delivered', 50);
    await shop.until(51);
  });

  it('10: an endpoint whose retries are exhausted blocks everyone’s webhooks (rafiki #2664)', async () => {
    const [world, instance] = await begin({ giveUpSeconds: 5, retryFirstSeconds: 1 });
    const broken = await receiver((_post, response) => response.writeHead(500).end());
    const silent = await receiver(() => undefined);
    const shop = await receiver();
    const [a, b, c] = [
      await openEndpoint(world, instance, broken.url),
      await openEndpoint(world, instance, silent.url),
      await openEndpoint(world, instance, shop.url),
    ];
    await world.say(30);
    await instance.relay.drain();
    await untilAll(world, instance, c.id, 'delivered', 30);
    // Exhausted, both of them; and all that comes later still reaches the third.
    await untilAll(world, instance, a.id, 'given_up', 1);
    await untilAll(world, instance, b.id, 'given_up', 1);
    await world.say(30);
    await instance.relay.drain();
    await untilAll(world, instance, c.id, 'delivered', 60);
    expect(new Set(shop.received.map(({ headers }) => headers['webhook-id'])).size).toBe(60);
  });

  it('11: webhook sent under a row lock (rafiki #210)', async () => {
    const [world, instance] = await begin({ answerTimeoutMs: 60_000, pollMs: 60_000 });
    let answer = (): void => undefined;
    const shop = await receiver((_post, response) => {
      answer = () => response.end('at last');
    });
    const endpoint = await openEndpoint(world, instance, shop.url);
    await world.say(1);
    await instance.relay.drain();
    await shop.until(1);
    // The post is under way for as long as we like: once what else was to do is done, no transaction of the
    // module is open, and every row can be locked at once.
    const seesNothingHeld = async () => {
      const sessions = await world.look<{ idle: boolean }>(
        `SELECT state = 'idle' AS idle FROM pg_stat_activity
         WHERE datname = current_database() AND usename = 'webhooks_app'`,
      );
      expect(sessions.length).toBeGreaterThan(0);
      expect(sessions.every(({ idle }) => idle)).toBe(true);
      for (const table of ['delivery', 'endpoint', 'event', 'cursor']) {
        await world.look(`SELECT * FROM webhooks.${table} FOR UPDATE NOWAIT`);
      }
    };
    await vi.waitFor(seesNothingHeld, { timeout: 20_000 });
    const changed = await instance.port.updateEndpoint(world.context(), {
      id: endpoint.id,
      description: 'x',
    });
    expect(changed).toMatchObject({ ok: true });
    answer();
    await untilAll(world, instance, endpoint.id, 'delivered', 1);
  });

  it('13: a signature check whose promise is not awaited (rafiki #3175)', async () => {
    const [world, instance] = await begin();
    const shop = await receiver();
    const endpoint = await openEndpoint(world, instance, shop.url);
    await world.say(1);
    await instance.relay.drain();
    const [post] = await shop.until(1);
    const { body = '', headers = {} } = post ?? {};
    const stripe = new Stripe('sk_test_of_nobody');
    const signature = String(headers['stripe-signature']);
    const signed = headers as Record<string, string>;
    expect(stripe.webhooks.constructEvent(body, signature, endpoint.secret).id).toMatch(/^evt_/);
    // Each bit of what was signed counts, and for both libraries.
    for (let at = 0; at < body.length; at += 97) {
      const altered = `${body.slice(0, at)}${body[at] === 'x' ? 'y' : 'x'}${body.slice(at + 1)}`;
      expect(() => stripe.webhooks.constructEvent(altered, signature, endpoint.secret)).toThrow();
      expect(() => new Webhook(endpoint.secret).verify(altered, signed)).toThrow();
    }
    const forged = signature.replace(/v1=./, (text) => (text === 'v1=0' ? 'v1=1' : 'v1=0'));
    expect(() => stripe.webhooks.constructEvent(body, forged, endpoint.secret)).toThrow();
    // In our own code no promise can stand where a yes or no is meant: these rules are errors everywhere.
    const { rules } = JSON.parse(readFileSync('.oxlintrc.json', 'utf8')) as {
      rules: Record<string, unknown>;
    };
    for (const rule of ['no-floating-promises', 'no-misused-promises', 'await-thenable']) {
      expect(rules[`typescript/${rule}`]).toBe('error');
    }
  });
});

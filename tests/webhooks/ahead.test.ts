import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, type Micros, manualClock, SECOND, systemClock } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answering, type Receiver, startReceiver } from '../harness/receiver.ts';
import { createWebhooksWorld, openEndpoint, untilAll, type WebhooksWorld } from './world.ts';

/** Sends of a lane at once, and how many deliveries wait behind them. */
const LANE = 16;
const EVENTS = 100;

/** Claims that last, and answers that are waited for: nothing is sent twice unless it has failed. */
const PATIENT = { claimGraceMs: 60_000, connectTimeoutMs: 30_000, answerTimeoutMs: 30_000 };

describe('what is claimed ahead of its turn', () => {
  let world: WebhooksWorld;
  /** Stands still: nothing has waited for too long because the machine is slow. */
  let clock: Clock & { advance(by: Micros): void };
  const shops: Receiver[] = [];
  beforeEach(async () => {
    clock = manualClock(systemClock.now());
    world = await createWebhooksWorld(clock);
  });
  afterEach(async () => {
    await world.close();
    for (const shop of shops.splice(0)) await shop.close();
  });

  async function receiver(answering?: Answering): Promise<Receiver> {
    const started = await startReceiver(answering);
    shops.push(started);
    return started;
  }

  const rows = (where: string) =>
    world.look<{ attempts: number }>(
      `SELECT attempts, round_attempts FROM webhooks.delivery WHERE state = 'pending' AND ${where}`,
    );
  const eventsOf = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id']);

  it('is free for others as soon as its process stops, as if it had never been claimed', async () => {
    const answers: (() => void)[] = [];
    const held = await receiver((_post, response) => answers.push(() => response.end()));
    const instance = await world.start(PATIENT);
    const { id } = await openEndpoint(world, instance, held.url);
    await world.say(EVENTS);
    await instance.relay.drain();
    await held.until(LANE);
    // A lane sends sixteen, and holds more.
    while ((await rows('attempts = 1')).length <= LANE) await pause(5);
    const stopping = instance.stop();
    while ((await rows('claimed_until IS NOT NULL')).length > LANE) await pause(5);
    expect(await rows('claimed_until IS NULL')).toEqual(
      Array.from({ length: EVENTS - LANE }, () => ({ attempts: 0, round_attempts: 0 })),
    );
    for (const answer of answers) answer();
    await stopping;
    expect(held.received).toHaveLength(LANE);
    const next = await world.start(PATIENT);
    while (answers.length < EVENTS) {
      await pause(5);
      for (const answer of answers) answer();
    }
    for (const answer of answers) answer();
    const delivered = await untilAll(world, next, id, 'delivered', EVENTS);
    expect(new Set(delivered.map(({ attempts }) => attempts))).toEqual(new Set([1]));
    expect(new Set(eventsOf(held)).size).toBe(EVENTS);
    expect(held.received).toHaveLength(EVENTS);
  });

  it('goes to where the endpoint is once it was changed, and nowhere once it is disabled', async () => {
    const answers: (() => void)[] = [];
    const before = await receiver((_post, response) => answers.push(() => response.end()));
    const after = await receiver((_post, response) => answers.push(() => response.end()));
    const instance = await world.start(PATIENT);
    const endpoint = await openEndpoint(world, instance, before.url);
    await world.say(EVENTS);
    await instance.relay.drain();
    await before.until(LANE);
    const change = (patch: object) =>
      instance.port.updateEndpoint(world.context(), { id: endpoint.id, ...patch });
    expect(await change({ url: after.url })).toMatchObject({ ok: true });
    for (const answer of answers.splice(0)) answer();
    await after.until(LANE);
    expect(before.received).toHaveLength(LANE);
    expect(await change({ disabled: true })).toMatchObject({ ok: true });
    for (const answer of answers.splice(0)) answer();
    await untilAll(world, instance, endpoint.id, 'delivered', 2 * LANE);
    while ((await rows('claimed_until IS NOT NULL')).length > 0) await pause(5);
    expect([before.received.length, after.received.length]).toEqual([LANE, LANE]);
    expect(new Set([...eventsOf(before), ...eventsOf(after)]).size).toBe(2 * LANE);
  });

  it('is claimed as it is stored, and sent without being looked for', async () => {
    const sent: string[] = [];
    const watched = (db: Database): Database => ({
      ...db,
      run: (statement, values) => {
        sent.push(statement.name);
        return db.run(statement, values);
      },
    });
    const shop = await receiver();
    const instance = await world.start({ ...PATIENT, pollMs: 60_000 }, watched);
    const [first, second] = [
      await openEndpoint(world, instance, shop.url),
      await openEndpoint(world, instance, shop.url, ['payment_intent.created']),
    ];
    while (!sent.includes('webhooks.claim-deliveries')) await pause(5);
    sent.length = 0;
    await world.say(20);
    await world.say(5, 'payment_intent.canceled');
    await instance.relay.drain();
    const delivered = [
      ...(await untilAll(world, instance, first.id, 'delivered', 25)),
      ...(await untilAll(world, instance, second.id, 'delivered', 20)),
    ];
    expect(delivered.every(({ attempts, log }) => attempts === 1 && log.length === 1)).toBe(true);
    expect(shop.received).toHaveLength(45);
    expect(sent).not.toContain('webhooks.claim-deliveries');
  });

  it('is not sent where what it was stored with is not committed, but once that has been', async () => {
    let failures = 0;
    const failing = (db: Database): Database => ({
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          const done = await work(tx);
          failures += 1;
          if (failures <= 2) throw new Error('the plant');
          return done;
        }),
    });
    const shop = await receiver();
    const before = await world.start(PATIENT);
    const { id } = await openEndpoint(world, before, shop.url);
    await before.stop();
    const instance = await world.start(PATIENT, failing);
    await world.say(10);
    for (let time = 0; time < 2; time += 1) await expect(instance.relay.drain()).rejects.toThrow('the plant');
    await pause(100);
    expect(shop.received).toEqual([]);
    await instance.relay.drain();
    await untilAll(world, instance, id, 'delivered', 10);
    expect(shop.received).toHaveLength(10);
  });

  it('is given back where an endpoint is slow, and sent once and in the end', async () => {
    const answers: (() => void)[] = [];
    const slow = await receiver((_post, response) => answers.push(() => response.end()));
    const instance = await world.start(PATIENT);
    const { id } = await openEndpoint(world, instance, slow.url);
    await world.say(EVENTS);
    await instance.relay.drain();
    await slow.until(LANE);
    while ((await rows('attempts = 1')).length <= LANE) await pause(5);
    // More than what is claimed may wait for its turn.
    clock.advance(SECOND);
    // All but what has been sent is free again, although none of it was answered.
    while ((await rows('claimed_until IS NULL AND attempts = 0')).length < EVENTS - LANE) await pause(5);
    expect(slow.received).toHaveLength(LANE);
    while (answers.length > 0 || slow.received.length < EVENTS) {
      for (const answer of answers.splice(0)) answer();
      await pause(5);
    }
    const delivered = await untilAll(world, instance, id, 'delivered', EVENTS);
    expect(new Set(delivered.map(({ attempts, log }) => `${attempts} ${log.length}`))).toEqual(
      new Set(['1 1']),
    );
    expect(slow.received).toHaveLength(EVENTS);
  });
});

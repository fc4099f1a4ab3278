import { MINUTE, SECOND, systemClock } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDeliveries } from '../../edge/webhooks/src/store/claim-deliveries.ts';
import { findDelivery } from '../../edge/webhooks/src/store/read-deliveries.ts';
import { sendAgain } from '../../edge/webhooks/src/store/send-again.ts';
import { type Settlement, settleDeliveries } from '../../edge/webhooks/src/store/settle-deliveries.ts';
import { storeEvents } from '../../edge/webhooks/src/store/store-events.ts';
import { startReceiver } from '../harness/receiver.ts';
import {
  createWebhooksWorld,
  openEndpoint,
  TENANT,
  untilAll,
  type WebhooksInstance,
  type WebhooksWorld,
} from './world.ts';

// Of the present transaction alone.
const scansOfDeliveries = sql(
  'tests.scans-of-deliveries',
  `SELECT seq_scan AS scans FROM pg_stat_xact_user_tables
   WHERE schemaname = 'webhooks' AND relname = 'delivery'`,
);

describe('claims and their outcomes', () => {
  let world: WebhooksWorld;
  beforeEach(async () => {
    world = await createWebhooksWorld();
  });
  afterEach(async () => {
    await world.close();
  });

  /** Deliveries of some events to an endpoint that nobody sends to. */
  async function prepare(events: number, endpoints = 1): Promise<string[]> {
    const instance: WebhooksInstance = await world.start({ pollMs: 60_000 });
    const ids: string[] = [];
    for (let index = 0; index < endpoints; index += 1) {
      ids.push((await openEndpoint(world, instance, 'http://127.0.0.1:9/hook')).id);
    }
    await instance.stop();
    await world.say(events);
    await instance.relay.drain();
    return ids;
  }

  const db = () => world.database.db('webhooks');
  const claim = (now: number, more = {}) =>
    claimDeliveries(db(), {
      ...{ now, until: now + MINUTE, endpoints: [], rooms: [], laneRoom: 5, limit: 100 },
      ...more,
    });

  function outcome(of: { endpoint: string; event: string }, n: number, status: number): Settlement {
    const at = systemClock.now();
    const delivered = status === 200;
    return {
      ...{ endpoint: of.endpoint, event: of.event, at },
      state: delivered ? 'delivered' : 'pending',
      nextAt: delivered ? null : at + MINUTE,
      attempt: {
        ...{ n, at, status, url: 'http://127.0.0.1:9/hook', durationMs: 1 },
        error: delivered ? null : 'status',
        ...{ responseHeaders: { n: `${n}` }, responseBody: `body ${n}` },
      },
    };
  }

  /** As the API, the console and operators read it. */
  const found = (of: { endpoint: string; event: string }) => findDelivery(db(), TENANT, of);
  /** Of the attempts that have rows of their own. */
  const apart = () => world.look('SELECT n, status FROM webhooks.attempt ORDER BY n');

  const rows = () =>
    world.look('SELECT state, attempts, last_status, delivered_at IS NOT NULL AS got FROM webhooks.delivery');
  const failing = () => world.look('SELECT failing_since IS NOT NULL AS failing FROM webhooks.endpoint');

  it('takes up as much as each lane has room for, and nothing twice while a claim lasts', async () => {
    const [a = '', b = ''] = await prepare(8, 2);
    const now = systemClock.now();
    const first = await claim(now, { endpoints: [b], rooms: [2] });
    const of = (claimed: typeof first, endpoint: string) =>
      claimed.filter((one) => one.endpoint === endpoint);
    expect([of(first, a).length, of(first, b).length]).toEqual([5, 2]);
    const both = await Promise.all([claim(now), claim(now)]);
    const seen = [...first, ...both.flat()].map(({ endpoint, event }) => `${endpoint} ${event}`);
    expect(seen).toHaveLength(16);
    expect(new Set(seen).size).toBe(16);
    expect(await claim(now)).toEqual([]);
    // A claim that has ended is free again, as another attempt.
    const later = await claim(now + MINUTE + SECOND, { limit: 3 });
    expect(later.map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
    expect(await claim(now + MINUTE + SECOND, { endpoints: [a, b], rooms: [0, 0] })).toEqual([]);
  });

  it('claims what is stored, the oldest first, as far as there is room, and no more', async () => {
    const [a = '', b = ''] = await prepare(0, 2);
    const now = systemClock.now();
    const event = (id: string) => ({
      ...{ id: `evt_${id}`, tenant: TENANT, type: 'plan.created', createdAt: now, apiVersion: 'v' },
      ...{ livemode: false, data: '{"object":{}}', request: null },
    });
    const room = { endpoints: [b], rooms: [2], laneRoom: 4, limit: 100 };
    const until = now + MINUTE;
    const events = ['5', '1', '4', '2', '3'].map(event);
    const first = await storeEvents(db(), events, now, { room, until });
    const of = (claimed: typeof first, endpoint: string) =>
      claimed.filter((one) => one.endpoint === endpoint).map((one) => one.event);
    expect(of(first, a)).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
    expect(of(first, b)).toEqual(['evt_1', 'evt_2']);
    const [one] = first;
    const again = await claim(now, { limit: 100 });
    expect([of(again, a), of(again, b).sort()]).toEqual([['evt_5'], ['evt_3', 'evt_4', 'evt_5']]);
    // What was claimed either way is the same to who sends it.
    const other = again.find(({ event: id }) => id === 'evt_5');
    expect(one).toMatchObject({ ...other, event: one?.event, endpoint: one?.endpoint });
    // Stored a second time it is nobody's; and all together have no more room than they say.
    expect(await storeEvents(db(), events, now, { room, until })).toEqual([]);
    const short = { room: { ...room, limit: 3 }, until };
    expect(await storeEvents(db(), ['6', '7', '8'].map(event), now, short)).toHaveLength(3);
    expect(await storeEvents(db(), [event('9')], now)).toEqual([]);
    expect(await claim(now, { laneRoom: 10 })).toHaveLength(5);
  });

  it('lets a failure that comes late change nothing, and a success that comes late count', async () => {
    await prepare(1);
    const now = systemClock.now();
    const [first] = await claim(now);
    const [second] = await claim(now + 2 * MINUTE);
    if (!first || !second) throw new Error('nothing was claimed');
    await settleDeliveries(db(), [outcome(first, first.attempt, 500)]);
    expect(await rows()).toEqual([{ state: 'pending', attempts: 2, last_status: null, got: false }]);
    await settleDeliveries(db(), [outcome(first, first.attempt, 200)]);
    expect(await rows()).toEqual([{ state: 'delivered', attempts: 2, last_status: 200, got: true }]);
    // What has got through stays so, whatever the second attempt was answered.
    await settleDeliveries(db(), [outcome(second, second.attempt, 500)]);
    expect(await rows()).toEqual([{ state: 'delivered', attempts: 2, last_status: 200, got: true }]);
    expect(await apart()).toEqual([
      { n: 1, status: 500 },
      { n: 2, status: 500 },
    ]);
  });

  it('keeps a first attempt that got through in its delivery’s row, and the log whole after it', async () => {
    await prepare(1);
    const now = systemClock.now();
    const [first] = await claim(now);
    if (!first) throw new Error('nothing was claimed');
    expect(await found(first)).toMatchObject({ attempts: 1, nextAt: now + MINUTE, log: [] });
    const got = outcome(first, 1, 201);
    const delivered: Settlement = {
      ...{ ...got, state: 'delivered', nextAt: null },
      attempt: { ...got.attempt, error: null },
    };
    // A statement whose answer was lost is repeated: it changes nothing more.
    await settleDeliveries(db(), [delivered]);
    await settleDeliveries(db(), [delivered]);
    expect(await apart()).toEqual([]);
    expect(await found(first)).toEqual({
      ...{
        endpoint: first.endpoint,
        event: first.event,
        eventType: first.type,
        createdAt: expect.any(Number),
      },
      ...{ state: 'delivered', attempts: 1, nextAt: null, deliveredAt: delivered.at },
      ...{ lastStatus: 201, lastError: null, log: [delivered.attempt] },
    });
    // Sent again it keeps its first attempt, and is due at once.
    await sendAgain(db(), { tenant: TENANT, event: first.event, endpoint: null }, now);
    const [second] = await claim(now);
    expect(second).toMatchObject({ event: first.event, attempt: 2, round: { attempts: 1 } });
    const failed = outcome(first, 2, 500);
    await settleDeliveries(db(), [failed]);
    expect(await found(first)).toMatchObject({ lastStatus: 500, nextAt: failed.nextAt });
    const [third] = await claim((failed.nextAt ?? 0) + SECOND);
    const last = outcome(first, third?.attempt ?? 0, 200);
    await settleDeliveries(db(), [last]);
    expect((await found(first))?.log).toEqual([delivered.attempt, failed.attempt, last.attempt]);
    expect(await apart()).toEqual([
      { n: 2, status: 500 },
      { n: 3, status: 200 },
    ]);
  });

  it('logs a first attempt once where its answer comes after the second has got through', async () => {
    await prepare(1);
    const now = systemClock.now();
    const [first] = await claim(now);
    if (!first) throw new Error('nothing was claimed');
    // What somebody sends again while it is under way waits for nobody's claim.
    await sendAgain(db(), { tenant: TENANT, event: first.event, endpoint: null }, now);
    const [second] = await claim(now);
    if (!second) throw new Error('it was not claimed again');
    const [late, got] = [outcome(first, 1, 200), outcome(second, 2, 200)];
    for (const one of [got, late, late]) await settleDeliveries(db(), [one]);
    expect(await found(first)).toMatchObject({
      ...{ state: 'delivered', attempts: 2, deliveredAt: got.at },
      log: [late.attempt, got.attempt],
    });
  });

  it('changes each delivery at its place, although the table was small when it was planned', async () => {
    await prepare(24);
    const claimed = await claim(systemClock.now(), { laneRoom: 24 });
    const scans = await db().transaction(async (tx) => {
      // Postgres keeps the plan of the sixth run on.
      for (let run = 0; run < 8; run += 1) {
        await settleDeliveries(
          tx,
          claimed.slice(run * 3, run * 3 + 3).map((one) => outcome(one, 1, 200)),
        );
      }
      return tx.run<{ scans: bigint }>(scansOfDeliveries);
    });
    expect(scans.rows).toEqual([{ scans: 0n }]);
    expect((await rows()).every(({ state }) => state === 'delivered')).toBe(true);
  });

  it('knows since when an endpoint fails, from the first failure to the next success', async () => {
    await prepare(3);
    const claimed = await claim(systemClock.now());
    const [a, b, c] = claimed;
    if (!a || !b || !c) throw new Error('nothing was claimed');
    expect(await failing()).toEqual([{ failing: false }]);
    await settleDeliveries(db(), [outcome(a, 1, 500), outcome(b, 1, 500)]);
    const since = () => world.look('SELECT failing_since FROM webhooks.endpoint');
    const first = await since();
    expect(await failing()).toEqual([{ failing: true }]);
    await settleDeliveries(db(), [outcome(c, 1, 500)]);
    expect(await since()).toEqual(first);
    const again = await claim(systemClock.now() + 2 * MINUTE);
    await settleDeliveries(
      db(),
      again.map((one, index) => outcome(one, one.attempt, index === 1 ? 200 : 500)),
    );
    expect(await failing()).toEqual([{ failing: false }]);
  });

  it('shares the work between two processes, and sends nothing twice', async () => {
    const shop = await startReceiver();
    try {
      // Nothing fails for slowness, which would be sent again and rightly so.
      const patient = { claimGraceMs: 60_000, connectTimeoutMs: 30_000, answerTimeoutMs: 30_000 };
      const both = [await world.start(patient), await world.start(patient)];
      const [instance] = both;
      if (!instance) throw new Error('no process');
      const endpoint = await openEndpoint(world, instance, shop.url);
      await world.say(90);
      await instance.relay.drain();
      await untilAll(world, instance, endpoint.id, 'delivered', 90);
      expect(shop.received).toHaveLength(90);
    } finally {
      await shop.close();
    }
  });
});

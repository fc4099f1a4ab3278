import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, MINUTE, systemClock } from '@tpmall/kernel';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql } from '../db/index.ts';
import type { LearningSubscription, Subscription } from '../module/module.ts';
import { createMetrics, silentLog } from '../telemetry/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { moduleOf } from '../testing/module-of.ts';
import { appendEvent, createRelay, type Relay } from './relay.ts';
import type { StoredEvent } from './types.ts';

/** A module that owns nothing but what is written here. */
const modules = [
  moduleOf('speaker', '-- tpmall:outbox\n'),
  moduleOf(
    'listener',
    [
      '-- tpmall:cursor',
      'CREATE TABLE heard (n bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());',
      'GRANT SELECT, INSERT ON heard TO listener_app;',
    ].join('\n'),
  ),
];
const insertHeard = sql('listener.insert-heard', 'INSERT INTO listener.heard (n) VALUES ($1)');
const readCursors = sql('listener.read-cursors', 'SELECT FROM listener.cursor WHERE seq > 0');
const readHeard = sql('listener.read-heard', 'SELECT n FROM listener.heard ORDER BY n');

let database: TestDatabase;
let relays: Relay[];
beforeEach(async () => {
  database = await testDatabase({ modules });
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await database.close();
});

function relayWith(handle: LearningSubscription['handle'], types: readonly string[] = ['said']): Relay {
  return relayFor({ from: 'speaker', types, cursor: 'c', handle });
}

function relayFor(subscription: Subscription, clock: Clock = systemClock): Relay {
  const relay = createRelay({
    reader: database.db('relay'),
    consumers: [{ module: 'listener', db: database.db('listener'), subscription }],
    clock,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
  });
  relays.push(relay);
  return relay;
}

const hear: LearningSubscription['handle'] = async (event, tx) => {
  await tx.run(insertHeard, [(event.payload as { n: number }).n]);
};

async function say(n: number, type = 'said', aggregateId = 'a'): Promise<void> {
  const event = { type, aggregateId, tenant: 't', at: systemClock.now(), payload: { n } };
  await appendEvent(database.db('speaker'), 'speaker', event);
}

/** Those that have been moved. */
async function cursors(): Promise<number> {
  return (await database.db('listener').run(readCursors)).count;
}

async function heard(): Promise<number[]> {
  const { rows } = await database.db('listener').run<{ n: bigint }>(readHeard);
  return rows.map((row) => Number(row.n));
}

it('delivers each event once, in order, and only the types asked for', async () => {
  const events: StoredEvent[] = [];
  const relay = relayWith(async (event, tx) => {
    events.push(event);
    await hear(event, tx);
  });
  for (let n = 0; n < 5; n += 1) await say(n);
  await say(99, 'whispered');
  await relay.drain();
  await relay.drain();
  expect(await heard()).toEqual([0, 1, 2, 3, 4]);
  expect(events[0]).toMatchObject({ from: 'speaker', type: 'said', aggregateId: 'a', tenant: 't' });
});

it('never passes by a row that commits late', async () => {
  const relay = relayWith(hear);
  const late = new pg.Client({ connectionString: database.urlOf('speaker') });
  await late.connect();
  await late.query('BEGIN');
  await late.query(
    `INSERT INTO speaker.outbox (type, aggregate_id, tenant, at, payload)
     VALUES ('said', 'a', 't', now(), '{"n": 1}')`,
  );
  await say(2);
  // Waits for what is held back.
  const drained = relay.drain();
  await sleep(100);
  expect(await heard()).toEqual([]);
  await late.query('COMMIT');
  await late.end();
  await drained;
  expect(await heard()).toEqual([1, 2]);
});

it('loses nothing and repeats nothing under many writers that commit out of order', async () => {
  const relay = relayWith(hear);
  relay.start();
  const writers = Array.from({ length: 8 }, async (_unused, writer) => {
    const client = new pg.Client({ connectionString: database.urlOf('speaker') });
    await client.connect();
    for (let i = 0; i < 40; i += 1) {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO speaker.outbox (type, aggregate_id, tenant, at, payload)
         VALUES ('said', $1, 't', now(), jsonb_build_object('n', $2::int))`,
        [String(writer), writer * 1000 + i],
      );
      if ((writer + i) % 3 === 0) await client.query('SELECT pg_sleep(0.004)');
      await client.query((writer + i) % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
    }
    await client.end();
  });
  await Promise.all(writers);
  await relay.drain();
  const expected = Array.from({ length: 8 }, (_a, writer) =>
    Array.from({ length: 40 }, (_b, i) => i)
      .filter((i) => (writer + i) % 10 !== 9)
      .map((i) => writer * 1000 + i),
  ).flat();
  expect(await heard()).toEqual(expected);
});

it('takes back the effects of a batch that fails, and delivers it again', async () => {
  let failing = true;
  const relay = relayWith(async (event, tx) => {
    await hear(event, tx);
    if (failing && (event.payload as { n: number }).n === 2) throw new Error('not now');
  });
  for (const n of [1, 2, 3]) await say(n);
  await expect(relay.drain()).rejects.toThrow('not now');
  expect(await heard()).toEqual([]);
  failing = false;
  await relay.drain();
  expect(await heard()).toEqual([1, 2, 3]);
});

it('goes on from its cursor after a restart', async () => {
  await say(1);
  await relayWith(hear).drain();
  await say(2);
  await relayWith(hear).drain();
  expect(await heard()).toEqual([1, 2]);
});

it('delivers each event once where two processes have the same consumer', async () => {
  for (let n = 0; n < 300; n += 1) await say(n);
  const both = [relayWith(hear), relayWith(hear)];
  // Whoever comes second finds the cursor moved, and goes on from there.
  const drained = await Promise.allSettled(both.map((relay) => relay.drain()));
  expect(drained.some((one) => one.status === 'fulfilled')).toBe(true);
  for (const relay of both) await relay.drain();
  expect(await heard()).toEqual(Array.from({ length: 300 }, (_unused, n) => n));
});

it('tells others before the cursor moves, and again where one of them was away', async () => {
  const told: number[] = [];
  let away = true;
  const relay = relayFor({
    from: 'speaker',
    types: ['said'],
    cursor: 'telling',
    perform: async (event) => {
      const { n } = event.payload as { n: number };
      if (away && n === 2) throw new Error('away');
      told.push(n);
    },
  });
  for (const n of [1, 2]) await say(n);
  await expect(relay.drain()).rejects.toThrow('away');
  away = false;
  await relay.drain();
  await relay.drain();
  expect(told).toEqual([1, 1, 2]);
});

it('tells events of different aggregates side by side, those of one in their order', async () => {
  const told = new Map<string, number[]>();
  const underWay = new Set<string>();
  let most = 0;
  const relay = relayFor({
    from: 'speaker',
    types: ['said'],
    cursor: 'telling',
    perform: async ({ aggregateId, payload }) => {
      expect(underWay.has(aggregateId)).toBe(false);
      underWay.add(aggregateId);
      most = Math.max(most, underWay.size);
      await new Promise((resolve) => setImmediate(resolve));
      told.set(aggregateId, [...(told.get(aggregateId) ?? []), (payload as { n: number }).n]);
      underWay.delete(aggregateId);
    },
  });
  for (let n = 0; n < 90; n += 1) await say(n, 'said', `a${n % 30}`);
  await relay.drain();
  expect(most).toBe(16);
  for (let one = 0; one < 30; one += 1) expect(told.get(`a${one}`)).toEqual([one, one + 30, one + 60]);
});

it('waits for what is under way when one of many fails, and tells all of the batch again', async () => {
  const begun: string[] = [];
  let ended = 0;
  let away = true;
  const relay = relayFor({
    from: 'speaker',
    types: ['said'],
    cursor: 'telling',
    perform: async ({ aggregateId }) => {
      begun.push(aggregateId);
      if (away && aggregateId === 'a3') throw new Error('away');
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended += 1;
    },
  });
  for (let n = 0; n < 40; n += 1) await say(n, 'said', `a${n}`);
  await expect(relay.drain()).rejects.toThrow('away');
  expect([begun.length, ended]).toEqual([16, 15]);
  away = false;
  await relay.drain();
  expect(begun.slice(16).sort()).toEqual(Array.from({ length: 40 }, (_unused, n) => `a${n}`).sort());
});

it('hands a batch over to whoever takes it whole, and takes its effects back when it fails', async () => {
  const batches: number[][] = [];
  let failing = true;
  const relay = relayFor({
    from: 'speaker',
    types: ['said'],
    cursor: 'whole',
    handleAll: async (events, tx) => {
      for (const event of events) await hear(event, tx);
      batches.push(events.map(({ payload }) => (payload as { n: number }).n));
      if (failing) throw new Error('not now');
    },
  });
  for (const n of [1, 2, 3]) await say(n, n === 2 ? 'whispered' : 'said');
  await expect(relay.drain()).rejects.toThrow('not now');
  expect(await heard()).toEqual([]);
  failing = false;
  await relay.drain();
  expect(await heard()).toEqual([1, 3]);
  expect(batches).toEqual([
    [1, 3],
    [1, 3],
  ]);
});

it('spends no transaction on what is of no concern, and delivers the rest', async () => {
  const asked: number[][] = [];
  const numbers = (events: readonly StoredEvent[]): number[] =>
    events.map(({ payload }) => (payload as { n: number }).n);
  const subscription: Subscription = {
    from: 'speaker',
    types: ['said'],
    cursor: 'concerned',
    concerning: async (events) => {
      asked.push(numbers(events));
      return events.filter(({ aggregateId }) => aggregateId === 'ours');
    },
    handle: hear,
  };
  const relay = relayFor(subscription);
  for (const n of [1, 2]) await say(n, 'said', 'theirs');
  await relay.drain();
  expect([await heard(), await cursors()]).toEqual([[], 0]);
  for (const n of [3, 4]) await say(n, 'said', n === 3 ? 'theirs' : 'ours');
  await relay.drain();
  expect([await heard(), await cursors()]).toEqual([[4], 1]);
  // Whoever begins anew goes on behind what had an effect.
  await say(5, 'said', 'ours');
  await relayFor(subscription).drain();
  expect([await heard(), asked]).toEqual([
    [4, 5],
    [[1, 2], [3, 4], [5]],
  ]);
});

it('stores in time that it has passed what nobody wants, whether or not more comes', async () => {
  let at = systemClock.now();
  const relay = relayFor({ from: 'speaker', types: ['said'], cursor: 'c', handle: hear }, { now: () => at });
  for (const n of [1, 2]) await say(n, 'whispered');
  await relay.drain();
  expect(await cursors()).toBe(0);
  at += 11 * MINUTE;
  await relay.drain();
  expect(await cursors()).toBe(1);
});

it('tells that a batch has been committed, once it has', async () => {
  const told: number[] = [];
  let failing = true;
  const relay = relayFor({
    from: 'speaker',
    types: ['said'],
    cursor: 'committed',
    handleAll: async (events, tx) => {
      for (const event of events) await hear(event, tx);
      if (failing) throw new Error('not now');
    },
    committed: (events) => told.push(...events.map(({ payload }) => (payload as { n: number }).n)),
  });
  for (const n of [1, 2, 3]) await say(n, n === 2 ? 'whispered' : 'said');
  await expect(relay.drain()).rejects.toThrow('not now');
  expect(told).toEqual([]);
  failing = false;
  await relay.drain();
  await relay.drain();
  expect(told).toEqual([1, 3]);
});

it('refuses a module name that is no identifier', () => {
  expect(() =>
    createRelay({
      reader: database.db('relay'),
      consumers: [
        {
          module: 'listener',
          db: database.db('listener'),
          subscription: { from: 'x; DROP', types: [], cursor: 'c', handle: hear },
        },
      ],
      clock: systemClock,
      log: silentLog,
      metrics: createMetrics({ processMetrics: false }),
    }),
  ).toThrow(/module name/);
});

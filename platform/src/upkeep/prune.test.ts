import { DAY, HOUR, type Micros, systemClock } from '@tpmall/kernel';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommands } from '../command/index.ts';
import { type Database, instant, type Statement, sql, withConnection } from '../db/index.ts';
import { createRelay } from '../events/index.ts';
import { createMetrics, type Log, silentLog } from '../telemetry/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { moduleOf } from '../testing/module-of.ts';
import { pruneCommands, pruneEvents } from './prune.ts';

const EVENT_DAYS = 30;
const now = systemClock.now();
const clock = { now: () => now };
const modules = [
  moduleOf('speaker', '-- tpmall:outbox\n-- tpmall:command\n-- tpmall:forgotten-commands\n'),
  moduleOf('hermit', '-- tpmall:outbox\n-- tpmall:command\n'),
  moduleOf('listener', '-- tpmall:cursor\n'),
  moduleOf('latecomer', '-- tpmall:cursor\n'),
];

const say = sql(
  'test.say',
  `INSERT INTO speaker.outbox (type, aggregate_id, tenant, at, payload)
SELECT 'said', 'a', 't', $3, jsonb_build_object('n', n) FROM generate_series($1::int, $2::int) AS n`,
);
const sayAlone = sql(
  'test.say-alone',
  `INSERT INTO hermit.outbox (type, aggregate_id, tenant, at, payload) VALUES ('said', 'a', 't', $1, '{}')`,
);
const KEYS = {
  speaker: 'SELECT key FROM speaker.command ORDER BY key',
  hermit: 'SELECT key FROM hermit.command ORDER BY key',
} as const;
const kept = sql('test.kept', `SELECT (payload ->> 'n')::int AS n FROM speaker.outbox ORDER BY xid, seq`);
const keptAlone = sql('test.kept-alone', 'SELECT FROM hermit.outbox');

let database: TestDatabase;
let logged: object[];
beforeEach(async () => {
  database = await testDatabase({ modules });
  logged = [];
});
afterEach(() => database.close());

const log: Log = { ...silentLog, warn: (fields) => void logged.push(fields) };
const prune = (db: Database = database.db('upkeep')) =>
  pruneEvents({ db, clock, log, eventDays: EVENT_DAYS });
const daysAgo = (days: number): Micros => now - days * DAY;
const speak = (from: number, to: number, at: Micros) =>
  database.db('speaker').run(say, [from, to, instant(at)]);
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function keptNumbers(): Promise<number[]> {
  return (await database.db('relay').run<{ n: number }>(kept)).rows.map(({ n }) => n);
}

/** Delivers what a consumer wants, up to an event that it cannot handle. */
async function hear(module: string, upTo = Number.POSITIVE_INFINITY): Promise<number[]> {
  const heard: number[] = [];
  const relay = createRelay({
    reader: database.db('relay'),
    consumers: [
      {
        ...{ module, db: database.db(module) },
        subscription: {
          ...{ from: 'speaker', types: ['said'], cursor: 'c' },
          handle: async ({ payload }) => {
            const { n } = payload as { n: number };
            if (n > upTo) throw new Error('cannot hear this');
            heard.push(n);
          },
        },
      },
    ],
    ...{ clock, log: silentLog, metrics: createMetrics({ processMetrics: false }) },
  });
  await relay.drain().catch((error: unknown) => {
    if (upTo === Number.POSITIVE_INFINITY) throw error;
  });
  await relay.stop();
  return heard;
}

describe('events', () => {
  it('that all consumers have passed are pruned when they are old, and the relay goes on', async () => {
    await speak(1, 2_500, daysAgo(EVENT_DAYS + 1));
    await speak(2_501, 2_510, daysAgo(EVENT_DAYS - 1));
    await hear('listener');
    await prune();
    expect(await keptNumbers()).toEqual(numbers(2_501, 2_510));
    await speak(2_511, 2_512, now);
    expect(await hear('listener')).toEqual([2_511, 2_512]);
    // Who comes anew begins with what is there.
    expect(await hear('latecomer')).toEqual(numbers(2_501, 2_512));
    expect(logged).toEqual([]);
  });

  it('stay for a consumer that is slow, which is told, and for one that has read nothing yet', async () => {
    await speak(1, 200, daysAgo(60));
    await speak(201, 400, daysAgo(50));
    await speak(401, 500, daysAgo(40));
    await hear('listener');
    // It fails in its first batch, and has passed nothing.
    await hear('latecomer', 1);
    await prune();
    expect(await keptNumbers()).toEqual(numbers(1, 500));
    // It passes a batch of two hundred, and fails in the second.
    await hear('latecomer', 300);
    await prune();
    expect(await keptNumbers()).toEqual(numbers(201, 500));
    expect(logged).toEqual([
      { outbox: 'speaker', cursor: 'c' },
      { outbox: 'speaker', cursor: 'c' },
    ]);
    expect(await hear('latecomer')).toEqual(numbers(201, 500));
    await prune();
    expect(await keptNumbers()).toEqual([]);
  });

  it('stay where nobody reads an outbox', async () => {
    await database.db('hermit').run(sayAlone, [instant(daysAgo(400))]);
    await prune();
    expect((await database.db('relay').run(keptAlone)).count).toBe(1);
  });

  it('are pruned once by two who prune at the same time, while others are told', async () => {
    await speak(1, 6_000, daysAgo(60));
    await hear('listener');
    await Promise.all([prune(), prune(), speak(6_001, 6_050, now)]);
    expect(await keptNumbers()).toEqual(numbers(6_001, 6_050));
    expect(await hear('listener')).toEqual(numbers(6_001, 6_050));
  });

  it('that stand out of the order of their times hold nobody up', async () => {
    await speak(1, 1, now);
    await speak(2, 3_000, daysAgo(60));
    await hear('listener');
    await prune();
    expect(await keptNumbers()).toEqual([1]);
  });
});

describe('commands', () => {
  const commands = createCommands('speaker');
  const context = (commandId: string) => ({ tenant: 't', commandId, request: undefined });
  const accept = async (key: string, at: Micros) => {
    const claim = commands.claimFor(context(key), 'say', {}, at);
    const done = { ok: true, value: 'done' } as const;
    const again = { ok: true, value: 'seen before' } as const;
    const said = await commands.once(database.db('speaker'), claim, {
      work: async () => done,
      repeat: async () => again,
    });
    return said.ok && said.value;
  };
  const keys = async (schema: keyof typeof KEYS) =>
    withConnection({ connectionString: database.url }, async (client) => {
      const { rows } = await client.query<{ key: string }>(KEYS[schema]);
      return rows.map(({ key }) => key);
    });
  const pruneAll = () => pruneCommands({ db: database.db('upkeep'), clock, log, eventDays: EVENT_DAYS });

  it('that mean nothing any more are pruned, and no others', async () => {
    await accept('a', now - 3 * DAY);
    await accept('b', now - 3 * DAY);
    await accept('c', now - 23 * HOUR);
    // A key that was used again stands for its last use.
    await accept('b', now - HOUR);
    await Promise.all([pruneAll(), pruneAll()]);
    expect(await keys('speaker')).toEqual(['b', 'c']);
    expect(await accept('c', now)).toBe('seen before');
    expect(await accept('a', now)).toBe('done');
  });

  it('are pruned through a whole table, and stay where a module keeps them', async () => {
    await withConnection({ connectionString: database.url }, async (client) => {
      await client.query(
        `INSERT INTO speaker.command SELECT 't', 'key-' || n, $1, 'cmd-' || n, repeat('x', 400)::bytea
         FROM generate_series(1, 20000) AS n`,
        [instant(now - 3 * DAY)],
      );
      await client.query('INSERT INTO hermit.command SELECT * FROM speaker.command');
    });
    await accept('new', now);
    await pruneAll();
    expect(await keys('speaker')).toEqual(['new']);
    expect(await keys('hermit')).toHaveLength(20_000);
  });
});

it('reads no table from end to end', async () => {
  await speak(1, 20_000, daysAgo(60));
  await hear('listener');
  const sent = new Map<string, Statement>();
  const upkeep = database.db('upkeep');
  const watched: Database = {
    ...upkeep,
    run: (statement, values) => {
      sent.set(statement.name, statement);
      return upkeep.run(statement, values);
    },
  };
  await withConnection({ connectionString: database.url }, async (client) => {
    // A vacuum between the pruning and the plans would cut the emptied tables to nothing.
    await client.query(
      `ALTER TABLE speaker.command SET (autovacuum_enabled = off);
       ALTER TABLE speaker.outbox SET (autovacuum_enabled = off);
       INSERT INTO speaker.command SELECT 't', 'key-' || n, now(), 'cmd-' || n, repeat('x', 400)::bytea
       FROM generate_series(1, 20000) AS n;
       ANALYZE speaker.command, speaker.outbox`,
    );
    await prune(watched);
    await pruneCommands({ db: watched, clock, log, eventDays: EVENT_DAYS });
    const plans: Record<string, string> = {};
    for (const name of [
      'upkeep.prune-outbox-speaker',
      'upkeep.behind-in-outbox-speaker',
      'upkeep.prune-commands-speaker',
    ]) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        ['EXPLAIN (GENERIC_PLAN)', sent.get(name)?.text].join(' '),
      );
      plans[name] = rows.map((row) => row['QUERY PLAN']).join('\n');
    }
    expect(JSON.stringify(plans)).not.toContain('Seq Scan');
    expect(plans['upkeep.prune-outbox-speaker']).toMatch(
      /Index Scan using outbox_pkey[^]*Tid Scan on outbox/,
    );
    expect(plans['upkeep.prune-commands-speaker']).toContain('Tid Range Scan');
  });
});

it('is done by a role that can delete what is pruned and see nothing of it', async () => {
  const client = new pg.Client({ connectionString: database.urlOf('upkeep') });
  await client.connect();
  try {
    for (const allowed of [
      'DELETE FROM speaker.outbox WHERE seq < 0',
      'DELETE FROM speaker.command WHERE first_seen IS NULL',
      'SELECT xid, seq, at FROM speaker.outbox',
      'SELECT FROM listener.cursor',
    ])
      await client.query(allowed);
    for (const denied of [
      'SELECT payload FROM speaker.outbox',
      'UPDATE speaker.outbox SET at = now()',
      `INSERT INTO speaker.outbox (type, aggregate_id, tenant, at, payload) VALUES ('', '', '', now(), '{}')`,
      'SELECT key FROM speaker.command',
      'DELETE FROM hermit.command',
      `UPDATE listener.cursor SET seq = 0`,
      'DELETE FROM listener.cursor',
      'SELECT FROM graphile_worker._private_jobs',
    ])
      await expect(client.query(denied), denied).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.end();
  }
});

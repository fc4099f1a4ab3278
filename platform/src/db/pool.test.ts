import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../testing/index.ts';
import { withConnection } from './connection.ts';
import { createPool } from './create-pool.ts';
import { instant, sqlState, violatedConstraint } from './pool.ts';
import { SQLSTATE, sql } from './types.ts';

const modules = [{ name: 'sample', migrations: new URL('../testing/sample-migrations/', import.meta.url) }];
let t: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  t = await testDatabase({ modules });
});
afterAll(() => t.close());

const INSERT = sql('sample.insert', 'INSERT INTO sample.item (id, name) VALUES ($1, $2)');
const COUNT = sql('sample.count', 'SELECT count(*) AS n FROM sample.item WHERE id = $1');

test('values come back exactly: integers and numerics as bigint, instants as microseconds', async () => {
  const largest = (1n << 128n) - 1n;
  const { rows } = await t.db('sample').run(
    sql(
      'sample.values',
      `SELECT $1::numeric(39,0) AS amount, 9007199254740993 AS big, 7::int AS small, $2::timestamptz AS at,
              '{"a":[1]}'::jsonb AS data, '\\x00ff'::bytea AS bytes, NULL::bigint AS nothing`,
    ),
    [largest, instant(1_795_434_156_123_456)],
  );
  expect(rows).toEqual([
    {
      amount: largest,
      big: 9007199254740993n,
      small: 7,
      at: 1_795_434_156_123_456,
      data: { a: [1] },
      bytes: Buffer.from([0, 255]),
      nothing: null,
    },
  ]);
});

test.each([0, 1, 999_999, 1_000_000, 1_795_434_156_000_000, 1_795_434_156_100_000, 1_795_434_156_000_001])(
  'the instant %i survives the round trip',
  async (at) => {
    const echo = sql('sample.echo', 'SELECT $1::timestamptz AS at');
    expect((await t.db('sample').run(echo, [instant(at)])).rows).toEqual([{ at }]);
  },
);

test('a transaction that throws leaves nothing', async () => {
  const failing = t.db('sample').transaction(async (tx) => {
    await tx.run(INSERT, ['rolled-back', 'x']);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect((await t.db('sample').run(COUNT, ['rolled-back'])).rows).toEqual([{ n: 0n }]);
});

test('a violated constraint is told by its state and its name', async () => {
  await t.db('sample').run(INSERT, ['twice', 'x']);
  const error: unknown = await t
    .db('sample')
    .run(INSERT, ['twice', 'y'])
    .catch((reason: unknown) => reason);
  expect(sqlState(error)).toBe(SQLSTATE.uniqueViolation);
  expect(violatedConstraint(error)).toBe('item_pkey');
  expect(sqlState(new Error('other'))).toBeUndefined();
});

test('a connection that breaks within a transaction rejects it, and the next one gets another', async () => {
  const db = t.db('sample');
  const pid = sql('sample.pid', 'SELECT pg_backend_pid() AS pid');
  const end = sql('sample.end', 'SELECT pg_terminate_backend($1)');
  const broken = db.transaction(async (tx) => {
    await tx.run(INSERT, ['cut-off', 'x']);
    const { rows } = await tx.run<{ pid: number }>(pid);
    // The role may end its own connections, from another one.
    await db.run(end, [rows[0]?.pid]);
    await tx.run(INSERT, ['after', 'x']);
  });
  await expect(broken).rejects.toThrow();
  expect((await db.run(COUNT, ['cut-off'])).rows).toEqual([{ n: 0n }]);
});

test.each(['infinity', '0099-12-31 23:59:59+00', '12026-01-01+00', '0044-03-15 00:00:00+00 BC'])(
  'the time %s, which is no instant of ours, is refused, and the connection goes on',
  async (time) => {
    const outside = sql('', 'SELECT $1::timestamptz AS at FROM generate_series(1, 3)');
    await t.db('sample').transaction(async (tx) => {
      await expect(tx.run(outside, [time])).rejects.toThrow('no instant');
      expect((await tx.run(COUNT, ['nobody'])).rows).toEqual([{ n: 0n }]);
    });
  },
);

test('a connection that breaks while it is lent to one who does not listen ends nobody', async () => {
  const { url } = t.db('sample');
  const pool = createPool({ connectionString: url, max: 1 }, () => undefined);
  const heard: unknown[] = [];
  const hear = (error: unknown) => void heard.push(error);
  process.on('uncaughtException', hear);
  const client = await pool.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const gone = new Promise((resolve) => client.once('end', () => resolve(undefined)));
  await withConnection({ connectionString: url }, (other) =>
    other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]),
  );
  await gone;
  await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable/);
  client.release();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
  process.off('uncaughtException', hear);
  expect(heard).toEqual([]);
});

test('a row has its columns by their names, whichever are null; of two of one name the last', async () => {
  const named = sql(
    'sample.named',
    `SELECT 1 AS a, NULL::text AS b, 2 AS "constructor", 3 AS a,
       $1::text AS "__proto__", 'x' AS "one ""two"`,
  );
  for (const given of [null, 'y']) {
    const { rows } = await t.db('sample').run(named, [given]);
    expect(Object.entries(rows[0] ?? {})).toEqual([
      ['a', 3],
      ['b', null],
      ['constructor', 2],
      ['__proto__', given],
      ['one "two', 'x'],
    ]);
  }
});

test('rows and changes are counted', async () => {
  const insertTwo = "INSERT INTO sample.item (id, name) VALUES ($1 || '1', 'x'), ($1 || '2', 'x')";
  const counted = async (name: string, text: string): Promise<unknown[]> => {
    const db = t.db('sample');
    const counts = [];
    // The second run knows from the first what comes.
    for (const run of ['a', 'b']) counts.push((await db.run(sql(name, text), [name + run])).count);
    return counts;
  };
  expect(await counted('sample.insert-two', insertTwo)).toEqual([2, 2]);
  expect(await counted('sample.insert-told', `${insertTwo} RETURNING id`)).toEqual([2, 2]);
  expect(await counted('sample.none', 'SELECT 1 WHERE $1 = $1 || $1')).toEqual([0, 0]);
  expect(await counted('', "INSERT INTO sample.item (id, name) SELECT $1, 'x' WHERE false")).toEqual([0, 0]);
});

test('a statement that fails at its first run is the same statement at the next', async () => {
  const insert = sql('sample.insert-after-all', 'INSERT INTO sample.item (id, name) VALUES ($1, $2)');
  const tell = sql('sample.tell', 'SELECT 1 / $1::int AS n');
  await t.db('sample').run(INSERT, ['there', 'x']);
  const pid = sql('sample.own-pid', 'SELECT pg_backend_pid() AS pid');
  const before = (await t.db('sample').run(pid)).rows;
  await expect(t.db('sample').run(insert, ['there', 'x'])).rejects.toThrow('duplicate key');
  await expect(t.db('sample').run(tell, [0])).rejects.toThrow('division by zero');
  expect((await t.db('sample').run(insert, ['not there', 'x'])).count).toBe(1);
  expect((await t.db('sample').run(tell, [1])).rows).toEqual([{ n: 1 }]);
  // What is refused is no fault of the connection.
  expect((await t.db('sample').run(pid)).rows).toEqual(before);
});

test('statements of one name, values that are none and a COPY are refused, and all goes on', async () => {
  const db = t.db('sample');
  await db.transaction(async (tx) => {
    await tx.run(sql('sample.same', 'SELECT 1 AS n'));
    await expect(tx.run(sql('sample.same', 'SELECT 2 AS n'))).rejects.toThrow('sample.same');
    const data = sql('sample.data', 'SELECT $1::jsonb AS data');
    await expect(tx.run(data, [{ a: 1 }])).rejects.toThrow('[object Object]');
    await expect(tx.run(data, [new Date()])).rejects.toThrow('[object Date]');
    expect((await tx.run(data, ['{"a":1}'])).rows).toEqual([{ data: { a: 1 } }]);
  });
  const copy = sql('sample.copy', 'COPY sample.item FROM STDIN');
  await expect(db.run(copy)).rejects.toThrow('a connection of its own');
  expect((await db.run(COUNT, ['nobody'])).rows).toEqual([{ n: 0n }]);
});

test('a failed statement that is passed over leaves nothing stored, and nobody thinks so', async () => {
  const passedOver = t.db('sample').transaction(async (tx) => {
    await tx.run(INSERT, ['passed-over', 'x']);
    await expect(tx.run(INSERT, ['passed-over', 'x'])).rejects.toThrow('duplicate key');
  });
  await expect(passedOver).rejects.toThrow('nothing was stored');
  expect((await t.db('sample').run(COUNT, ['passed-over'])).rows).toEqual([{ n: 0n }]);
});

test('who asked is in the trace of an error', async () => {
  async function asksInVain(): Promise<void> {
    await t.db('sample').run(sql('', 'SELECT nothing'));
  }
  const error: unknown = await asksInVain().catch((reason: unknown) => reason);
  expect((error as Error).stack).toContain('asksInVain');
});

test('arrays come as they went, with quotes, backslashes, commas, nulls and words', async () => {
  const echo = sql(
    'sample.arrays',
    'SELECT $1::text[] AS texts, $2::bigint[]::text AS big, $3::bytea[] AS bytes',
  );
  const texts = ['', 'NULL', null, '"', '\\', 'a,b', '{}', 'grüße\n\t', '\\"\\\\"', ' padded ', '"🛒\\'];
  const { rows } = await t.db('sample').run(echo, [texts, [1n, -(2n ** 63n)], [Buffer.from([0, 92, 255])]]);
  expect(rows).toEqual([{ texts, big: '{1,-9223372036854775808}', bytes: [Buffer.from([0, 92, 255])] }]);
  expect((await t.db('sample').run(echo, [[], [], null])).rows).toEqual([
    { texts: [], big: '{}', bytes: null },
  ]);
  const nested = sql('sample.nested', 'SELECT $1::int[] AS numbers, $2::boolean AS yes, $3::bytea AS bytes');
  const values = [
    [
      [1, 2],
      [3, 4],
    ],
    true,
    Uint8Array.of(7),
  ];
  expect((await t.db('sample').run(nested, values)).rows).toEqual([
    { numbers: values[0], yes: true, bytes: Buffer.from([7]) },
  ]);
});

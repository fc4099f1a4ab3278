import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../testing/index.ts';
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

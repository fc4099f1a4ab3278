import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, sql } from '../db/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { createFeed, type Feed, type Position } from './feed.ts';

const BEGINNING: Position = { xid: 0n, seq: 0n };
/** More than a feed keeps. */
const MANY = 2_800;

const sayMany = sql(
  'speaker.say-many',
  `INSERT INTO speaker.outbox (type, aggregate_id, tenant, at, payload)
SELECT CASE WHEN n % 5 = 4 THEN 'whispered' ELSE 'said' END, 'a', 't', now(), jsonb_build_object('n', n)
FROM generate_series($1::int, $2::int - 1) AS n`,
);

let database: TestDatabase;
let reads: number;
let feed: Feed;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'speaker-'));
  const migration = join(folder, '0001-begin');
  mkdirSync(migration);
  writeFileSync(join(migration, 'up.sql'), '-- tpmall:outbox\n');
  writeFileSync(join(migration, 'notes.md'), 'A module of a test.\n');
  writeFileSync(join(migration, 'test-after.sql'), 'SELECT 1;\n');
  database = await testDatabase({
    modules: [{ name: 'speaker', migrations: pathToFileURL(`${folder}/`) }],
  });
  reads = 0;
  feed = createFeed(counted(database.db('relay')), 'speaker', new Set(['said']));
});
afterEach(() => database.close());

function counted(db: Database): Database {
  return {
    ...db,
    run: (statement, values) => {
      reads += 1;
      return db.run(statement, values);
    },
  };
}

async function say(from: number, to: number): Promise<void> {
  await database.db('speaker').run(sayMany, [from, to]);
}

/** Reads all that is behind a position, as a consumer does; numbers where the type is wanted. */
async function follow(after: Position, limit: number): Promise<{ heard: number[]; end: Position }> {
  const heard: number[] = [];
  let end = after;
  for (;;) {
    const rows = await feed.read(end, limit);
    const last = rows.at(-1);
    if (!last) return { heard, end };
    expect(rows.length).toBeLessThanOrEqual(limit);
    for (const { event } of rows) if (event) heard.push((event.payload as { n: number }).n);
    end = last.position;
  }
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_unused, index) => from + index).filter((n) => n % 5 !== 4);

it('reads each row once for consumers side by side, whatever their batches', async () => {
  await say(0, 1_200);
  const all = await Promise.all([7, 200, 1_000].map((limit) => follow(BEGINNING, limit)));
  for (const { heard } of all) expect(heard).toEqual(numbers(0, 1_200));
  // Three reads of five hundred hold all rows; each consumer then sees for itself that there is no more.
  expect(reads).toBe(3 + all.length);
});

it('sees what was committed before it was asked, while another read is under way', async () => {
  const { end } = await follow(BEGINNING, 200);
  const early = feed.read(end, 200);
  await say(0, 3);
  const late = await feed.read(end, 200);
  await early;
  expect(late).toHaveLength(3);
});

it('lets those read for themselves who are behind what is kept', async () => {
  const front = await follow(BEGINNING, 200);
  await say(0, MANY);
  expect((await follow(front.end, 200)).heard).toEqual(numbers(0, MANY));
  expect((await follow(BEGINNING, 300)).heard).toEqual(numbers(0, MANY));
  expect((await follow(BEGINNING, 1_000)).heard).toEqual(numbers(0, MANY));
});

it('leaves no gap behind a consumer that another process has carried ahead', async () => {
  await say(0, 50);
  const [first] = await feed.read(BEGINNING, 1);
  await say(50, 900);
  // Another process has read on to the end, and this one only the first fifty rows.
  const other = createFeed(database.db('relay'), 'speaker', new Set(['said']));
  let end = BEGINNING;
  for (let rows = await other.read(end, 500); rows.length > 0; rows = await other.read(end, 500)) {
    end = rows.at(-1)?.position ?? end;
  }
  await say(900, 910);
  expect((await follow(end, 200)).heard).toEqual(numbers(900, 910));
  expect((await follow(first?.position ?? end, 200)).heard).toEqual(numbers(1, 910));
  expect((await follow(BEGINNING, 200)).heard).toEqual(numbers(0, 910));
});

it('keeps what it has when a read fails, and reads on afterwards', async () => {
  await say(0, 10);
  let failing = false;
  const db = database.db('relay');
  feed = createFeed(
    { ...db, run: (...of) => (failing ? Promise.reject(new Error('away')) : db.run(...of)) },
    'speaker',
    new Set(['said']),
  );
  const { end } = await follow(BEGINNING, 4);
  failing = true;
  await expect(feed.read(end, 4)).rejects.toThrow('away');
  expect(await feed.read(BEGINNING, 4)).toHaveLength(4);
  failing = false;
  await say(10, 12);
  expect((await follow(end, 4)).heard).toEqual(numbers(10, 12));
});

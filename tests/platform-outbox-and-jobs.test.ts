import { openDatabase, sql } from '@tpmall/platform/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabase, madeUpModule, migrateTest } from './setup/migration-folders.ts';
import { ask } from './setup/postgres-tools.ts';

const shop = madeUpModule('shop');
const bank = madeUpModule('bank');
let database: Awaited<ReturnType<typeof emptyDatabase>>;
let urlOf: (name: string) => string;

beforeAll(async () => {
  database = await emptyDatabase();
  for (const module of [shop, bank]) {
    module.write('0001-base', '-- tpmall:outbox\n-- tpmall:cursor\n-- tpmall:command\n');
  }
  ({ urlOf } = await migrateTest(database.url, [shop, bank]));
});
afterAll(() => database.drop());

const PUT = sql(
  'shop.put',
  `INSERT INTO ${shop.name}.outbox (type, aggregate_id, tenant, at, payload)
   VALUES ('shop.happened', $1, 't', now(), '{}')`,
);
const READ = sql(
  'relay.read',
  `SELECT seq, xid::text AS xid, aggregate_id FROM ${shop.name}.outbox
   WHERE (xid, seq) > ($1::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())
   ORDER BY xid, seq LIMIT 100`,
);

test('a reader that follows the positions misses no event of a transaction that commits late', async () => {
  const writers = openDatabase({ url: urlOf(shop.name), name: 'writers', max: 8 });
  const relay = openDatabase({ url: urlOf('relay'), name: 'relay' });
  const seen: string[] = [];
  let position = { xid: '0', seq: 0n };
  const readOn = async () => {
    const { rows } = await relay.run<{ seq: bigint; xid: string; aggregate_id: string }>(READ, [
      position.xid,
      position.seq,
    ]);
    for (const row of rows) {
      seen.push(row.aggregate_id);
      position = row;
    }
  };
  let writing = true;
  const reading = (async () => {
    while (writing) await readOn();
  })();
  const wait = sql('shop.wait', 'SELECT pg_sleep($1)');
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 25; n += 1) {
        await writers.transaction(async (tx) => {
          await tx.run(PUT, [`${writer}-${n}-a`]);
          // Every second writer holds its transaction open while others overtake it.
          if (writer % 2 === 0) await tx.run(wait, [0.004]);
          await tx.run(PUT, [`${writer}-${n}-b`]);
        });
      }
    }),
  );
  writing = false;
  await reading;
  // The last rows become readable when every transaction that was running has ended.
  for (let read = -1; read !== seen.length; ) {
    read = seen.length;
    await readOn();
  }
  expect(seen).toHaveLength(8 * 25 * 2);
  expect(new Set(seen).size).toBe(seen.length);
  await writers.close();
  await relay.close();
});

test('a module adds to its outbox and can neither change nor remove what it told', async () => {
  const url = urlOf(shop.name);
  for (const text of [
    `UPDATE ${shop.name}.outbox SET type = 'other'`,
    `DELETE FROM ${shop.name}.outbox`,
    `TRUNCATE ${shop.name}.outbox`,
    `INSERT INTO ${shop.name}.outbox (xid, type, aggregate_id, tenant, at, payload)
     VALUES ('1', 't', 'a', 't', now(), '{}')`,
    `INSERT INTO ${shop.name}.outbox (seq, type, aggregate_id, tenant, at, payload)
     OVERRIDING SYSTEM VALUE VALUES (1, 't', 'a', 't', now(), '{}')`,
  ]) {
    await expect(ask(url, text), text).rejects.toMatchObject({ code: '42501' });
  }
});

test('the relay reads outboxes and nothing else', async () => {
  await ask(urlOf('relay'), `SELECT FROM ${shop.name}.outbox LIMIT 1`);
  for (const text of [
    `SELECT FROM ${shop.name}.cursor`,
    `SELECT FROM ${shop.name}.command`,
    `INSERT INTO ${shop.name}.outbox DEFAULT VALUES`,
    'SELECT FROM platform.migration',
    "SELECT platform.enqueue_job('a', '{}')",
    'SELECT FROM graphile_worker._private_jobs',
    'CREATE TABLE public.mine (id int)',
    'CREATE TEMPORARY TABLE mine (id int)',
  ]) {
    await expect(ask(urlOf('relay'), text), text).rejects.toMatchObject({ code: '42501' });
  }
});

test('a job is enqueued in the business transaction, under the caller’s name', async () => {
  const db = openDatabase({ url: urlOf(shop.name), name: 'shop' });
  const enqueue = sql('shop.enqueue', 'SELECT platform.enqueue_job($1, $2, $3, $4)');
  const rolledBack = db.transaction(async (tx) => {
    await tx.run(enqueue, ['lost', '{}', null, null]);
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  await db.run(enqueue, ['sweep', '{"n":1}', null, 'k']);
  await db.run(enqueue, ['sweep', '{"n":2}', '2030-01-01T00:00:00Z', 'k']);
  await db.close();
  // Another module's job of the same key is another job.
  await ask(urlOf(bank.name), "SELECT platform.enqueue_job('sweep', '{}', NULL, 'k')");
  const jobs = await ask(
    urlOf('jobs'),
    `SELECT task_identifier AS task, key, run_at > now() + interval '1 day' AS later
     FROM graphile_worker.jobs ORDER BY task_identifier`,
  );
  expect(jobs).toEqual([
    { task: `${bank.name}.sweep`, key: `${bank.name}:k`, later: false },
    { task: `${shop.name}.sweep`, key: `${shop.name}:k`, later: true },
  ]);
});

test('no module enqueues under another name or reaches the queue by another way', async () => {
  const url = urlOf(shop.name);
  await expect(ask(url, `SELECT platform.enqueue_job('x.${bank.name}', '{}')`)).rejects.toMatchObject({
    code: '22023',
  });
  for (const text of [
    `SET SESSION AUTHORIZATION ${bank.name}_app`,
    `SET ROLE ${bank.name}_app`,
    `SET ROLE ${shop.name}_owner`,
    "SELECT graphile_worker.add_job('any')",
    'SELECT FROM graphile_worker._private_jobs',
    'DELETE FROM platform.migration',
  ]) {
    await expect(ask(url, text), text).rejects.toMatchObject({ code: '42501' });
  }
  // The administrator is no module either.
  await expect(ask(database.url, "SELECT platform.enqueue_job('x', '{}')")).rejects.toMatchObject({
    code: '42501',
  });
});

test('graphile-worker works as its own role, and does what modules enqueued', async () => {
  const { Logger, runOnce } = await import('graphile-worker');
  await ask(urlOf(shop.name), `SELECT platform.enqueue_job('greet', '{"who":"you"}')`);
  const done: unknown[] = [];
  await runOnce({
    connectionString: urlOf('jobs'),
    taskList: { [`${shop.name}.greet`]: (payload) => void done.push(payload) },
    logger: new Logger(() => () => {}),
  });
  expect(done).toEqual([{ who: 'you' }]);
});

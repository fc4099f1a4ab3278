import { readFileSync } from 'node:fs';
import { redacted, systemClock, systemRandom } from '@tpmall/kernel';
import { migrate } from '@tpmall/platform/migrations';
import { startPostgres } from '@tpmall/platform/postgres';
import { sharedCluster, silentLog } from '@tpmall/platform/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GRAPHILE_WORKER } from '../platform/src/migrations/install-jobs.ts';
import { emptyDatabase, madeUpModule, migrateTest } from './setup/migration-folders.ts';
import { ask, scratchFolder } from './setup/postgres-tools.ts';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

test('migrations run in order, once, each recorded with its hash', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text PRIMARY KEY)');
  const first = await migrateTest(database.url, [module]);
  expect(first.applied).toContain(`${module.name}/0001-first`);
  module.write('0002-second', 'ALTER TABLE thing ADD COLUMN name text');
  expect((await migrateTest(database.url, [module])).applied).toEqual([`${module.name}/0002-second`]);
  expect((await migrateTest(database.url, [module])).applied).toEqual([]);
  const recorded = await ask(
    database.url,
    `SELECT name, length(sha256) AS hash, at > now() - interval '1 hour' AS timed
     FROM platform.migration WHERE module = '${module.name}' ORDER BY name`,
  );
  expect(recorded).toEqual([
    { name: '0001-first', hash: 64, timed: true },
    { name: '0002-second', hash: 64, timed: true },
  ]);
});

test('a migration that was changed after it ran is refused by name', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text)');
  await migrateTest(database.url, [module]);
  module.write('0001-first', 'CREATE TABLE thing (id text, more text)');
  const refused = migrateTest(database.url, [module]);
  await expect(refused).rejects.toMatchObject({ code: 'changed' });
  await expect(refused).rejects.toThrow(`${module.name}/0001-first/up.sql`);
});

test('line ends of another system do not count as a change', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing\n(id text)');
  await migrateTest(database.url, [module]);
  module.write('0001-first', 'CREATE TABLE thing\r\n(id text)');
  expect((await migrateTest(database.url, [module])).applied).toEqual([]);
});

test('a database of a later version is refused, and so is a migration that comes too late', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text)');
  module.write('0003-third', 'CREATE TABLE other (id text)');
  await migrateTest(database.url, [module]);
  module.write('0002-second', 'CREATE TABLE late (id text)');
  await expect(migrateTest(database.url, [module])).rejects.toMatchObject({ code: 'out_of_order' });
  module.remove('0002-second');
  module.remove('0003-third');
  await expect(migrateTest(database.url, [module])).rejects.toMatchObject({ code: 'newer_database' });
});

test('a migration that fails leaves nothing behind, and says which line', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text);\nSELECT nonsense FROM thing;');
  const refused = migrateTest(database.url, [module]);
  await expect(refused).rejects.toMatchObject({ code: 'failed' });
  await expect(refused).rejects.toThrow(/0001-first\/up\.sql, line 2 .*nonsense/);
  expect(
    await ask(database.url, `SELECT FROM pg_class WHERE relnamespace = '${module.name}'::regnamespace`),
  ).toEqual([]);
});

test('a migration’s own test runs after it, leaves nothing, and undoes it when it fails', async () => {
  const module = madeUpModule('orders');
  const check = (count: number) =>
    `DO $$ BEGIN
       INSERT INTO thing VALUES ('a');
       ASSERT (SELECT count(*) FROM thing) = ${count}, 'counted';
     END $$`;
  module.write('0001-first', 'CREATE TABLE thing (id text)', check(2));
  const refused = migrateTest(database.url, [module]);
  await expect(refused).rejects.toMatchObject({ code: 'self_test_failed' });
  await expect(refused).rejects.toThrow(/counted/);
  module.write('0001-first', 'CREATE TABLE thing (id text)', check(1));
  await migrateTest(database.url, [module]);
  expect(await ask(database.url, `SELECT id FROM ${module.name}.thing`)).toEqual([]);
});

test('a migration that ends its transaction is refused', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text); COMMIT; CREATE TABLE other (id text)');
  await expect(migrateTest(database.url, [module])).rejects.toMatchObject({ code: 'bad_migration' });
});

test('folders that are not migrations, unknown templates and impossible names are refused', async () => {
  const module = madeUpModule('orders');
  module.write('first', 'SELECT 1');
  await expect(migrateTest(database.url, [module])).rejects.toMatchObject({ code: 'bad_migration' });
  module.remove('first');
  module.write('0001-first', '-- tpmall:inbox');
  await expect(migrateTest(database.url, [module])).rejects.toThrow(/unknown template tpmall:inbox/);
  for (const name of ['public', 'pg_x', 'platform', 'relay', 'Upper', 'a-b']) {
    await expect(migrateTest(database.url, [{ ...module, name }])).rejects.toMatchObject({
      code: 'bad_name',
    });
  }
});

test('processes that start at once migrate one database once', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text)');
  const all = await Promise.all(Array.from({ length: 4 }, () => migrateTest(database.url, [module])));
  expect(all.flatMap(({ applied }) => applied).filter((name) => name.startsWith(module.name))).toHaveLength(
    1,
  );
});

test('databases of one cluster may be migrated at once, although they share the roles', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text); -- roles are made on the way');
  const others = await Promise.all(Array.from({ length: 4 }, () => emptyDatabase()));
  await Promise.all(others.map(({ url }) => migrateTest(url, [module])));
  await Promise.all(others.map(({ drop }) => drop()));
});

test('an administrator who is no superuser is enough', async () => {
  const admin = `admin_${Buffer.from(systemRandom.bytes(4)).toString('hex')}`;
  const scratch = scratchFolder();
  const postgres = await startPostgres({ dataDir: `${scratch.folder}/data`, log: silentLog, durable: false });
  await ask(postgres.url, `CREATE ROLE ${admin} LOGIN CREATEROLE PASSWORD 'p'`);
  await ask(postgres.url, `CREATE DATABASE mall OWNER ${admin}`);
  const module = madeUpModule('orders');
  module.write('0001-first', `CREATE TABLE thing (id text); GRANT SELECT ON thing TO ${module.name}_app`);
  const url = `postgres://${admin}:p@127.0.0.1:${postgres.port}/mall`;
  const { urlOf } = await migrateTest(url, [module]);
  expect(await ask(urlOf(module.name), `SELECT id FROM ${module.name}.thing`)).toEqual([]);
  expect((await migrateTest(url, [module])).applied).toEqual([]);
  await postgres.stop();
  await scratch.release();
});

test('a database is its instance’s; one without a mark is taken, with new passwords', async () => {
  const scratch = scratchFolder();
  const postgres = await startPostgres({ dataDir: `${scratch.folder}/data`, log: silentLog, durable: false });
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text)');
  const under = (secret: string) =>
    migrate({
      adminUrl: postgres.url,
      modules: [module],
      secret: redacted(secret),
      log: silentLog,
      clock: systemClock,
    });
  const before = await under('one');
  const who = 'SELECT current_user::text AS who';
  expect(await ask(before.urlOf(module.name), who)).toEqual([{ who: `${module.name}_app` }]);
  await expect(under('two')).rejects.toMatchObject({ code: 'foreign_database' });
  expect((await under('one')).applied).toEqual([]);
  expect(await ask(before.urlOf(module.name), who)).toEqual([{ who: `${module.name}_app` }]);
  // As a version left it that made no mark.
  await ask(postgres.url, 'COMMENT ON SCHEMA platform IS NULL');
  const after = await under('two');
  expect(await ask(after.urlOf(module.name), who)).toEqual([{ who: `${module.name}_app` }]);
  expect(await ask(after.urlOf('relay'), who)).toEqual([{ who: 'relay' }]);
  await expect(ask(before.urlOf(module.name), who)).rejects.toMatchObject({ code: '28P01' });
  await postgres.stop();
  await scratch.release();
});

test('a second instance takes no password on a server where the first has a database', async () => {
  const scratch = scratchFolder();
  const postgres = await startPostgres({ dataDir: `${scratch.folder}/data`, log: silentLog, durable: false });
  const module = madeUpModule('orders');
  module.write('0001-first', 'CREATE TABLE thing (id text)');
  const into = (adminUrl: string, secret: string) =>
    migrate({
      ...{ adminUrl, modules: [module], secret: redacted(secret) },
      ...{ log: silentLog, clock: systemClock },
    });
  const { urlOf } = await into(postgres.url, 'one');
  await ask(postgres.url, 'CREATE DATABASE staging');
  const staging = new URL(postgres.url);
  staging.pathname = '/staging';

  const refused = into(staging.href, 'two');
  await expect(refused).rejects.toMatchObject({ code: 'foreign_role' });
  await expect(refused).rejects.toThrow(/one instance/);
  const who = 'SELECT current_user::text AS who';
  expect(await ask(urlOf(module.name), who)).toEqual([{ who: `${module.name}_app` }]);
  expect(await ask(urlOf('relay'), who)).toEqual([{ who: 'relay' }]);
  expect(await ask(staging.href, "SELECT FROM pg_namespace WHERE nspname = 'platform'")).toEqual([]);
  expect((await into(staging.href, 'one')).applied).not.toEqual([]);

  // Once the databases of the first are dropped, its roles belong to nobody.
  await ask(postgres.url, 'DROP DATABASE staging WITH (FORCE)');
  await ask(postgres.url, 'CREATE DATABASE anew');
  const anew = new URL(postgres.url);
  anew.pathname = '/anew';
  await ask(anew.href, `DROP DATABASE ${new URL(postgres.url).pathname.slice(1)} WITH (FORCE)`);
  const next = await into(anew.href, 'two');
  expect(await ask(next.urlOf('relay'), who)).toEqual([{ who: 'relay' }]);
  await postgres.stop();
  await scratch.release();
});

test('a role of the name that TPMall did not make is left alone', async () => {
  const module = madeUpModule('orders');
  module.write('0001-first', 'SELECT 1');
  await ask(await sharedCluster(), `CREATE ROLE ${module.name}_app`);
  await expect(migrateTest(database.url, [module])).rejects.toMatchObject({ code: 'foreign_role' });
  await ask(await sharedCluster(), `DROP ROLE ${module.name}_app`);
});

test('the worker’s schema is that of the installed graphile-worker', () => {
  const manifest = new URL('../node_modules/graphile-worker/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  expect(GRAPHILE_WORKER).toBe(`graphile-worker-${version}`);
});

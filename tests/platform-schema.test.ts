import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withConnection } from '@tpmall/platform/db';
import { CLUSTER_FOLDER } from '@tpmall/platform/testing';
import { expect, test } from 'vitest';
import { type ModuleWithData, modulesWithData, root } from '../tools/schema-modules.ts';
import { schemaText } from '../tools/schema-text.ts';
import { emptyDatabase, madeUpModule, migrateTest } from './setup/migration-folders.ts';

function textOf(url: string, schema: string): Promise<string> {
  return withConnection({ connectionString: url }, (client) => schemaText(client, schema));
}

/** A copy of a module's migrations as files given by path and content. */
function copyOf(module: ModuleWithData, files: ReadonlyMap<string, string>): ModuleWithData {
  const folder = mkdtempSync(join(process.env[CLUSTER_FOLDER] ?? tmpdir(), 'migrations-'));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return { ...module, migrations: pathToFileURL(`${folder}/`) };
}

/**
 * The files of the previous commit, or undefined where there is no such commit (a checkout without history).
 */
function previousCommit(module: ModuleWithData): ReadonlyMap<string, string> | undefined {
  const folder = relative(root, fileURLToPath(module.migrations));
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  const commits = git('rev-list', '--max-count=2', 'HEAD').trim().split('\n');
  if (commits[1] === undefined) return undefined;
  const names = git('ls-tree', '-r', '--name-only', commits[1], '--', folder).trim().split('\n');
  return new Map(
    names
      .filter((name) => name !== '')
      .map((name) => [relative(folder, name), git('show', `${commits[1]}:${name}`)]),
  );
}

/** The files of the first migrations of a module. */
function firstMigrations(module: ModuleWithData, count: number): ReadonlyMap<string, string> {
  const folder = fileURLToPath(module.migrations);
  const files = new Map<string, string>();
  for (const name of readdirSync(folder).sort().slice(0, count)) {
    for (const file of readdirSync(join(folder, name))) {
      files.set(join(name, file), readFileSync(join(folder, name, file), 'utf8'));
    }
  }
  return files;
}

/** What the present migrations make, by module. */
async function presentTexts(modules: readonly ModuleWithData[]): Promise<ReadonlyMap<string, string>> {
  const fresh = await emptyDatabase();
  await migrateTest(fresh.url, modules);
  const texts = new Map<string, string>();
  for (const { name } of modules) texts.set(name, await textOf(fresh.url, name));
  await fresh.drop();
  return texts;
}

async function expectUpgrade(
  from: readonly ModuleWithData[],
  to: readonly ModuleWithData[],
  present: ReadonlyMap<string, string>,
): Promise<void> {
  const upgraded = await emptyDatabase();
  await migrateTest(upgraded.url, from);
  await migrateTest(upgraded.url, to);
  for (const { name } of to) expect(await textOf(upgraded.url, name), name).toBe(present.get(name));
  await upgraded.drop();
}

test('a database of the previous commit’s schema upgrades to the present one', async () => {
  const modules = modulesWithData();
  const before = modules.flatMap((module) => {
    const files = previousCommit(module);
    return files === undefined || files.size === 0 ? [] : [copyOf(module, files)];
  });
  await expectUpgrade(before, modules, await presentTexts(modules));
});

test('a database at any earlier step of any module upgrades to the present schema', async () => {
  const modules = modulesWithData();
  const longest = Math.max(...modules.map(({ migrations }) => readdirSync(migrations).length));
  const present = await presentTexts(modules);
  for (let count = 0; count < longest; count += 1) {
    const earlier = modules.map((module) => copyOf(module, firstMigrations(module, count)));
    await expectUpgrade(earlier, modules, present);
  }
});

test('the dump covers everything that decides behaviour', async () => {
  const module = madeUpModule('shop');
  const app = `${module.name}_app`;
  module.write(
    '0001-all',
    `CREATE TYPE colour AS ENUM ('red', 'blue');
     CREATE DOMAIN minor_units AS numeric(39,0) NOT NULL CHECK (VALUE >= 0);
     CREATE TYPE pair AS (a integer, b text);
     CREATE SEQUENCE counter CACHE 5;
     CREATE TABLE item (
       id text PRIMARY KEY,
       n bigint GENERATED ALWAYS AS IDENTITY (CACHE 7),
       price minor_units DEFAULT 1,
       twice numeric GENERATED ALWAYS AS (price * 2) STORED,
       sort text COLLATE "C",
       at timestamptz NOT NULL DEFAULT now(),
       CONSTRAINT cheap CHECK (price < 1000)
     ) WITH (fillfactor = 70);
     CREATE TABLE part (id text REFERENCES item (id), at date) PARTITION BY RANGE (at);
     CREATE TABLE part_one PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
     CREATE INDEX item_cheap ON item (price DESC) INCLUDE (at) WHERE price < 10;
     CREATE VIEW dear AS SELECT id FROM item WHERE price > 100;
     CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
     CREATE TRIGGER guarded BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION guard();
     ALTER TABLE item ENABLE ROW LEVEL SECURITY;
     CREATE POLICY own ON item FOR SELECT TO ${app} USING (price < 10);
     COMMENT ON TABLE item IS 'what is sold';
     COMMENT ON COLUMN item.price IS 'minor units';
     GRANT SELECT, UPDATE (price) ON item TO ${app};
     GRANT USAGE ON SEQUENCE counter TO ${app};
     GRANT EXECUTE ON FUNCTION guard() TO ${app};`,
  );
  const database = await emptyDatabase();
  await migrateTest(database.url, [module]);
  const text = (await textOf(database.url, module.name)).replaceAll(module.name, 'shop');
  await database.drop();
  await expect(text).toMatchFileSnapshot('./setup/everything/schema.sql');
});

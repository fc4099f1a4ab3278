import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withConnection } from '@tpmall/platform/db';
import { CLUSTER_FOLDER } from '@tpmall/platform/testing';
import { beforeAll, expect, test } from 'vitest';
import { type ModuleWithData, modulesWithData, root } from '../tools/schema-modules.ts';
import { schemaText } from '../tools/schema-text.ts';
import {
  copyOfDatabase,
  emptyDatabase,
  type MadeDatabase,
  madeUpModule,
  migrateTest,
} from './setup/migration-folders.ts';

/** More than all migrations together. */
const GIT_OUTPUT_BYTES = 64 * 1024 * 1024;

const modules = modulesWithData();
/** What the present migrations make, by module. */
let present: ReadonlyMap<string, string>;

beforeAll(async () => {
  const fresh = await emptyDatabase();
  await migrateTest(fresh.url, modules);
  present = new Map(
    await Promise.all(modules.map(async ({ name }) => [name, await textOf(fresh.url, name)] as const)),
  );
  await fresh.drop();
});

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
 * The files of the modules' migrations at the previous commit, by module; nothing where there is no such
 * commit (a checkout without history).
 */
function previousCommit(of: readonly ModuleWithData[]): ReadonlyMap<ModuleWithData, Map<string, string>> {
  const git = (args: readonly string[], input = ''): Buffer =>
    execFileSync('git', args, { cwd: root, input, maxBuffer: GIT_OUTPUT_BYTES });
  const commit = git(['rev-list', '--max-count=2', 'HEAD']).toString().trim().split('\n')[1];
  const files = new Map(of.map((module) => [module, new Map<string, string>()]));
  if (commit === undefined) return files;
  const folders = of.map((module) => ({ module, folder: relative(root, fileURLToPath(module.migrations)) }));
  const listed = git(['ls-tree', '-r', '--name-only', commit, '--', ...folders.map(({ folder }) => folder)]);
  const paths = listed.toString().split('\n').filter(Boolean);
  // A process for each file would take most of the test's time. Each object is a line that ends with its
  // size, its bytes, and a line break.
  let objects = git(['cat-file', '--batch'], paths.map((path) => `${commit}:${path}\n`).join(''));
  for (const path of paths) {
    const start = objects.indexOf('\n') + 1;
    const end = start + Number(objects.toString('utf8', 0, start).trim().split(' ').at(-1));
    const owner = folders.find(({ folder }) => path.startsWith(`${folder}/`));
    if (owner)
      files.get(owner.module)?.set(relative(owner.folder, path), objects.toString('utf8', start, end));
    objects = objects.subarray(end + 1);
  }
  return files;
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

/**
 * Upgrades a database, which is dropped then, to the present migrations; looks at the schemas that changed.
 */
async function expectUpgrade(upgraded: MadeDatabase): Promise<void> {
  const { applied } = await migrateTest(upgraded.url, modules);
  const changed = new Set(applied.map((migration) => migration.split('/')[0]));
  for (const { name } of modules) {
    if (changed.has(name)) expect(await textOf(upgraded.url, name), name).toBe(present.get(name));
  }
  await upgraded.drop();
}

test('a database of the previous commit’s schema upgrades to the present one', async () => {
  const before = [...previousCommit(modules)].flatMap(([module, files]) =>
    files.size === 0 ? [] : [copyOf(module, files)],
  );
  const database = await emptyDatabase();
  await migrateTest(database.url, before);
  await expectUpgrade(database);
});

test('a database at any earlier step of any module upgrades to the present schema', async () => {
  const longest = Math.max(...modules.map(({ migrations }) => readdirSync(migrations).length));
  // One goes up step by step; a copy of it goes from each step to the end.
  const earlier = await emptyDatabase();
  for (let count = 0; count < longest; count += 1) {
    const upTo = modules.map((module) => copyOf(module, firstMigrations(module, count)));
    await migrateTest(earlier.url, upTo);
    await expectUpgrade(await copyOfDatabase(earlier.url));
  }
  await earlier.drop();
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

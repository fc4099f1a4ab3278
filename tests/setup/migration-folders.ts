import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock, systemRandom } from '@tpmall/kernel';
import { withConnection } from '@tpmall/platform/db';
import { migrate } from '@tpmall/platform/migrations';
import { CLUSTER_FOLDER, sharedCluster, silentLog, TEST_SECRET } from '@tpmall/platform/testing';

/** A module made up for one test, whose migrations the test writes. */
export interface MadeUpModule {
  readonly name: string;
  readonly migrations: URL;
  /** Writes (or changes) a migration. */
  write(name: string, up: string, testAfter?: string): void;
  remove(name: string): void;
}

/** Makes a module with a name that no other test uses, because roles belong to the whole cluster. */
export function madeUpModule(stem: string): MadeUpModule {
  const name = `${stem}_${Buffer.from(systemRandom.bytes(4)).toString('hex')}`;
  const folder = mkdtempSync(join(process.env[CLUSTER_FOLDER] ?? tmpdir(), 'migrations-'));
  return {
    name,
    migrations: pathToFileURL(`${folder}/`),
    write(migration, up, testAfter) {
      mkdirSync(join(folder, migration), { recursive: true });
      writeFileSync(join(folder, migration, 'up.sql'), up);
      if (testAfter !== undefined) writeFileSync(join(folder, migration, 'test-after.sql'), testAfter);
    },
    remove: (migration) => rmSync(join(folder, migration), { recursive: true }),
  };
}

/** A database of the shared cluster. */
export interface MadeDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database on the shared cluster. */
export function emptyDatabase(): Promise<MadeDatabase> {
  return make('');
}

/** A database like the one at `url`, to which nobody may be connected. */
export function copyOfDatabase(url: string): Promise<MadeDatabase> {
  return make(`TEMPLATE ${new URL(url).pathname.slice(1)}`);
}

async function make(like: string): Promise<MadeDatabase> {
  const cluster = await sharedCluster();
  const name = `tpmall_test_${Buffer.from(systemRandom.bytes(8)).toString('hex')}`;
  await statement(cluster, `CREATE DATABASE ${name} ${like} STRATEGY FILE_COPY`);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => statement(cluster, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function statement(url: string, text: string): Promise<void> {
  await withConnection({ connectionString: url }, (client) => client.query(text));
}

/** `migrate` with what all tests share. */
export function migrateTest(
  adminUrl: string,
  modules: readonly { name: string; migrations: URL }[],
): ReturnType<typeof migrate> {
  return migrate({ adminUrl, modules, secret: TEST_SECRET, log: silentLog, clock: systemClock });
}

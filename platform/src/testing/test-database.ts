import { createHash, createHmac } from 'node:crypto';
import { redacted, systemClock, systemRandom } from '@tpmall/kernel';
import type pg from 'pg';
import { type Database, openDatabase, withConnection } from '../db/index.ts';
import { type MigratedModule, migrate } from '../migrations/index.ts';
import { migrationsDigest } from '../migrations/migrations-digest.ts';
import { sharedCluster } from './cluster.ts';
import { silentLog } from './silent-log.ts';

/** The secret of every instance whose database is on a cluster that tests share. */
export const TEST_INSTANCE_SECRET = '7e57'.repeat(16);

/**
 * Roles belong to the cluster, which the tests of a worker share, so all use one secret: what such an
 * instance derives from its own.
 */
export const TEST_SECRET = redacted(
  createHmac('sha256', TEST_INSTANCE_SECRET).update('database roles').digest('hex'),
);

/** A database of one test. */
export interface TestDatabase {
  /** The superuser's connection string, to look at everything. */
  readonly url: string;
  /** The same, under the name that `migrate` knows it by. */
  readonly adminUrl: string;
  /** The connection string of a module's app role, of `relay` or of `jobs`. */
  urlOf(name: string): string;
  /** A module's connections, as the running module has them. One for each name, closed by {@link close}. */
  db(name: string): Database;
  /** Ends all connections and drops the database. */
  close(): Promise<void>;
}

/**
 * Makes a fresh database with the roles, schemas and migrations of the modules, on a cluster that all tests
 * share. A copy of a template that is migrated once a run, so it costs milliseconds.
 */
export async function testDatabase(options: {
  readonly modules: readonly MigratedModule[];
}): Promise<TestDatabase> {
  const clusterUrl = await sharedCluster();
  const name = `tpmall_test_${Buffer.from(systemRandom.bytes(8)).toString('hex')}`;
  const url = withDatabase(clusterUrl, name);
  await withConnection({ connectionString: clusterUrl }, async (onCluster) => {
    const template = await ensureTemplate(onCluster, clusterUrl, options.modules);
    // Copying files takes 12 ms where logging every block takes 150, and nothing here must survive a crash.
    await onCluster.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  });
  // Nothing is pending any more; this opens the copy to the roles and tells their connection strings.
  const migrated = await migrate({ ...migrationOptions(options.modules), adminUrl: url });
  const open = new Map<string, Database>();
  return {
    url,
    adminUrl: url,
    urlOf: migrated.urlOf,
    db(module) {
      const database = open.get(module) ?? openDatabase({ url: migrated.urlOf(module), name: module });
      open.set(module, database);
      return database;
    },
    async close() {
      await Promise.all([...open.values()].map((database) => database.close()));
      await dropDatabase(clusterUrl, name);
    },
  };
}

function migrationOptions(modules: readonly MigratedModule[]) {
  return { modules, secret: TEST_SECRET, log: silentLog, clock: systemClock };
}

/** Makes the template of a set of migrations, unless another test has made it. */
async function ensureTemplate(
  onCluster: pg.Client,
  clusterUrl: string,
  modules: readonly MigratedModule[],
): Promise<string> {
  const digest = createHash('sha256').update(migrationsDigest(modules)).digest('hex').slice(0, 24);
  const template = `tpmall_template_${digest}`;
  if (await isTemplate(onCluster, template)) return template;
  await onCluster.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [template]);
  // Made by another test while we waited for the lock, which ends with our session.
  if (await isTemplate(onCluster, template)) return template;
  // One that is there without the mark was left half-made by a test run that was killed.
  await onCluster.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await onCluster.query(`CREATE DATABASE ${template}`);
  await migrate({ ...migrationOptions(modules), adminUrl: withDatabase(clusterUrl, template) });
  await onCluster.query(`ALTER DATABASE ${template} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  return template;
}

async function isTemplate(onCluster: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await onCluster.query(
    'SELECT FROM pg_database WHERE datname = $1 AND datistemplate AND NOT datallowconn',
    [name],
  );
  return rowCount === 1;
}

async function dropDatabase(clusterUrl: string, name: string): Promise<void> {
  await withConnection({ connectionString: clusterUrl }, (onCluster) =>
    onCluster.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  );
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

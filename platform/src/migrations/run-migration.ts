import { type Clock, isoInstant } from '@tpmall/kernel';
import pg from 'pg';
import { MigrationError } from './errors.ts';
import type { Migration } from './read-migrations.ts';
import type { Tenancy } from './roles.ts';

/** Which migrations a database has, by module and name. */
export type Applied = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads what was applied; the table exists. */
export async function readApplied(client: pg.Client): Promise<Applied> {
  const { rows } = await client.query<{ module: string; name: string; sha256: string }>(
    'SELECT module, name, sha256 FROM platform.migration',
  );
  const applied = new Map<string, Map<string, string>>();
  for (const { module, name, sha256 } of rows) {
    const ofModule = applied.get(module) ?? new Map<string, string>();
    applied.set(module, ofModule.set(name, sha256));
  }
  return applied;
}

/** The migrations still to run. Throws when the ones that ran are not the ones at hand. */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
  tenancy: Tenancy,
): readonly Migration[] {
  const known = new Set(migrations.map(({ name }) => name));
  for (const name of applied.keys()) {
    if (known.has(name)) continue;
    throw new MigrationError(
      'newer_database',
      `The database has the migration ${tenancy.module}/${name}, which this version of TPMall does not ` +
        'know. Run the version that made it, or a later one.',
    );
  }
  const last = [...applied.keys()].sort().at(-1) ?? '';
  return migrations.filter((migration) => {
    const where = `${tenancy.module}/${migration.name}`;
    const before = applied.get(migration.name);
    if (before === undefined && migration.name < last) {
      throw new MigrationError('out_of_order', `${where} is new, but ${last} has been applied already.`);
    }
    if (before !== undefined && before !== migration.sha256) {
      throw new MigrationError(
        'changed',
        `${where}/up.sql was changed after it was applied. ` +
          'Restore it, and put the change into a new migration.',
      );
    }
    return before === undefined;
  });
}

/** Runs one migration, its own test and its entry in the list in one transaction. */
export async function runMigration(
  client: pg.Client,
  migration: Migration,
  tenancy: Tenancy,
  clock: Clock,
): Promise<void> {
  const where = `${tenancy.module}/${migration.name}`;
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL ROLE ${tenancy.owner}; SET LOCAL search_path = ${tenancy.schema}`);
    const before = await transactionId(client);
    await runFile(client, migration.up, `${where}/up.sql`, 'failed');
    if ((await transactionId(client)) !== before) {
      throw new MigrationError('bad_migration', `${where}/up.sql ends the transaction it runs in.`);
    }
    if (migration.testAfter !== undefined) {
      await client.query('SAVEPOINT self_test');
      await runFile(client, migration.testAfter, `${where}/test-after.sql`, 'self_test_failed');
      await client.query('ROLLBACK TO SAVEPOINT self_test');
    }
    await client.query('RESET ROLE');
    await recordMigration(client, tenancy.module, migration.name, migration.sha256, clock);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** Notes that something was applied. */
export async function recordMigration(
  client: pg.Client,
  module: string,
  name: string,
  sha256: string,
  clock: Clock,
): Promise<void> {
  await client.query('INSERT INTO platform.migration (module, name, sha256, at) VALUES ($1, $2, $3, $4)', [
    module,
    name,
    sha256,
    isoInstant(clock.now()),
  ]);
}

async function transactionId(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  return rows[0]?.id;
}

async function runFile(
  client: pg.Client,
  text: string,
  file: string,
  code: 'failed' | 'self_test_failed',
): Promise<void> {
  try {
    await client.query(text);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const line = text.slice(0, Number(error.position ?? 1)).split('\n').length;
    const place = error.position === undefined ? file : `${file}, line ${line} with its templates expanded`;
    const where = error.where === undefined ? '' : ` (${error.where})`;
    throw new MigrationError(code, `${place}: ${error.message}${where}`, { cause: error });
  }
}

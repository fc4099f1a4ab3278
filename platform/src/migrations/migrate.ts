import { type Clock, type Redacted } from '@tpmall/kernel';
import type pg from 'pg';
import { withConnection } from '../db/index.ts';
import type { ModuleDefinition } from '../module/index.ts';
import type { Log } from '../telemetry/types.ts';
import { GRAPHILE_WORKER, installGraphileWorker } from './install-jobs.ts';
import { type Migration, readMigrations } from './read-migrations.ts';
import { restrictDatabase } from './restrict-database.ts';
import {
  ensureRoles,
  markOwn,
  PLATFORM,
  PLATFORM_MIGRATIONS,
  RELAY,
  refuseForeign,
  rolePassword,
  type Tenancy,
  tenancyOf,
  UPKEEP,
  UPKEEP_APP,
} from './roles.ts';
import {
  type Applied,
  pendingMigrations,
  readApplied,
  recordMigration,
  runMigration,
} from './run-migration.ts';

/** Any number no other program uses for an advisory lock in this database. */
const LOCK_KEY = 7_309_940_412;
/** A migrator before us may be rewriting a large table. */
const LOCK_TIMEOUT = '10min';

/** The part of a module's definition that this needs. */
export type MigratedModule = Pick<ModuleDefinition, 'name' | 'migrations'>;

/** What to migrate, and with what. */
export interface MigrateOptions {
  /** A superuser, or a role with CREATEROLE that owns the database. */
  readonly adminUrl: string;
  readonly modules: readonly MigratedModule[];
  /**
   * The instance's own. The passwords of the roles are derived from it, and the database keeps its
   * fingerprint.
   */
  readonly secret: Redacted<string>;
  readonly log: Log;
  readonly clock: Clock;
}

/** A database at the present schema. */
export interface Migrated {
  /**
   * The connection string of a module's app role. `relay` may read outboxes only, `upkeep` may prune them and
   * what modules let it; `jobs` runs graphile-worker (schema `graphile_worker`). It holds a password: never
   * log it.
   */
  urlOf(name: string): string;
  /** What this call applied, as `module/name`. */
  readonly applied: readonly string[];
}

/**
 * Brings a database to the present schema: roles, schemas and the pending migrations of the modules. Several
 * processes may do it at once. Throws {@link MigrationError}.
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const tenancies = options.modules
    .filter(({ migrations }) => migrations !== undefined)
    .map(({ name }) => tenancyOf(name));
  const connection = {
    connectionString: options.adminUrl,
    application_name: 'tpmall migrate',
    options: '-c TimeZone=UTC',
  };
  return withConnection(connection, async (client) => {
    // Held by the session: whatever happens to this process, it is released.
    await client.query(
      `SET lock_timeout = '${LOCK_TIMEOUT}'; SELECT pg_advisory_lock(${LOCK_KEY}); RESET lock_timeout`,
    );
    const applied = await migrateLocked(client, options, tenancies);
    return { applied, urlOf: (name) => roleUrl(options, tenancies, name) };
  });
}

async function migrateLocked(
  client: pg.Client,
  options: MigrateOptions,
  tenancies: readonly Tenancy[],
): Promise<readonly string[]> {
  await refuseForeign(client, options.secret);
  const everyone = [PLATFORM, ...tenancies];
  const logins = [RELAY, UPKEEP_APP, ...everyone.map(({ app }) => app)];
  await ensureRoles(client, { owners: everyone.map(({ owner }) => owner), logins }, options.secret);
  await restrictDatabase(client, client.database ?? '', logins);
  await ensureSchemas(client, tenancies);
  await markOwn(client, options.secret);
  const applied = await readApplied(client);
  const done = await migratePlatform(client, options, applied);
  await openJobsTo(client, tenancies);
  for (const { name, migrations } of options.modules) {
    if (migrations === undefined) continue;
    const tenancy = tenancyOf(name);
    done.push(
      ...(await applyPending(client, options, tenancy, readMigrations(migrations, tenancy), applied)),
    );
  }
  await openToUpkeep(client, everyone);
  return done;
}

/** Lets upkeep prune the outboxes, and see how far their consumers are; it reads no event. */
async function openToUpkeep(client: pg.Client, tenancies: readonly Tenancy[]): Promise<void> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($1) AND c.relkind = 'r' AND c.relname IN ('outbox', 'cursor')
       AND NOT has_any_column_privilege('${UPKEEP_APP}', c.oid, 'SELECT')`,
    [tenancies.map(({ schema }) => schema)],
  );
  for (const { schema, owner } of tenancies) {
    for (const { name } of rows.filter((row) => row.schema === schema)) {
      const rights = name === 'outbox' ? 'SELECT (ctid, xid, seq, at), DELETE' : 'SELECT';
      await client.query(
        `SET ROLE ${owner};
         GRANT USAGE ON SCHEMA ${schema} TO ${UPKEEP_APP};
         GRANT ${rights} ON ${schema}.${name} TO ${UPKEEP_APP};
         RESET ROLE`,
      );
    }
  }
}

/** Lets every module enqueue jobs of its own, and upkeep too. */
async function openJobsTo(client: pg.Client, tenancies: readonly Tenancy[]): Promise<void> {
  const apps = [UPKEEP_APP, ...tenancies.map(({ app }) => app)].join(', ');
  await client.query(
    `GRANT USAGE ON SCHEMA platform TO ${apps};
     SET ROLE ${PLATFORM.owner};
     GRANT EXECUTE ON FUNCTION platform.enqueue_job(text, jsonb, timestamptz, text) TO ${apps};
     RESET ROLE`,
  );
}

/** Creates the schemas that are missing. Nothing in them is open to PUBLIC, now or later. */
async function ensureSchemas(client: pg.Client, tenancies: readonly Tenancy[]): Promise<void> {
  const { rows } = await client.query<{ schema: string }>('SELECT nspname AS schema FROM pg_namespace');
  const present = new Set(rows.map(({ schema }) => schema));
  if (!present.has(PLATFORM.schema)) {
    await client.query(
      `REVOKE ALL ON SCHEMA public FROM PUBLIC;
       CREATE SCHEMA platform;
       GRANT USAGE, CREATE ON SCHEMA platform TO ${PLATFORM.owner};
       CREATE TABLE platform.migration (
         module text NOT NULL,
         name text NOT NULL,
         sha256 text NOT NULL,
         at timestamptz NOT NULL,
         PRIMARY KEY (module, name)
       )`,
    );
  }
  for (const { schema, owner, app } of tenancies) {
    if (present.has(schema)) continue;
    await client.query(
      `CREATE SCHEMA ${schema} AUTHORIZATION ${owner};
       SET ROLE ${owner};
       GRANT USAGE ON SCHEMA ${schema} TO ${app};
       ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
       ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
       RESET ROLE`,
    );
  }
}

async function migratePlatform(
  client: pg.Client,
  options: MigrateOptions,
  applied: Applied,
): Promise<string[]> {
  const done: string[] = [];
  if (applied.get('jobs')?.has(GRAPHILE_WORKER) !== true) {
    await installGraphileWorker(client, options.adminUrl, options.log);
    await recordMigration(client, 'jobs', GRAPHILE_WORKER, '', options.clock);
    done.push(`jobs/${GRAPHILE_WORKER}`);
  }
  // The schema is the administrator's; the platform's owner opens it to the roles that work in it.
  await client.query(`GRANT USAGE ON SCHEMA ${PLATFORM.schema} TO ${PLATFORM.owner} WITH GRANT OPTION`);
  const migrations = readMigrations(PLATFORM_MIGRATIONS, PLATFORM);
  done.push(...(await applyPending(client, options, PLATFORM, migrations, applied)));
  return done;
}

async function applyPending(
  client: pg.Client,
  options: MigrateOptions,
  tenancy: Tenancy,
  migrations: readonly Migration[],
  applied: Applied,
): Promise<string[]> {
  const done: string[] = [];
  for (const migration of pendingMigrations(migrations, applied.get(tenancy.module) ?? new Map(), tenancy)) {
    await runMigration(client, migration, tenancy, options.clock);
    done.push(`${tenancy.module}/${migration.name}`);
    options.log.info({ module: tenancy.module, migration: migration.name }, 'migrated');
  }
  return done;
}

function roleUrl(options: MigrateOptions, tenancies: readonly Tenancy[], name: string): string {
  const role = roleOf(tenancies, name);
  const url = new URL(options.adminUrl);
  url.username = role;
  url.password = rolePassword(options.secret, role);
  return url.href;
}

function roleOf(tenancies: readonly Tenancy[], name: string): string {
  if (name === RELAY) return RELAY;
  if (name === UPKEEP) return UPKEEP_APP;
  if (name === 'jobs') return PLATFORM.app;
  const tenancy = tenancies.find(({ module }) => module === name);
  if (tenancy === undefined) throw new Error(`the module ${name} has no data, or was not migrated`);
  return tenancy.app;
}

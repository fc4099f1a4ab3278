import { createHash, createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redacted } from '@tpmall/kernel';
import pg from 'pg';
import { scramVerifier } from '../postgres/scram.ts';
import { MigrationError } from './errors.ts';

/** A module's place in the database. The names are checked, so they need no quoting. */
export interface Tenancy {
  readonly module: string;
  readonly schema: string;
  /** Runs the migrations and owns what they make; nobody can log in as it. */
  readonly owner: string;
  /** Runs the module and owns nothing. */
  readonly app: string;
}

/** May read outboxes, and nothing else. */
export const RELAY = 'relay';
/** The jobs of all modules: graphile-worker's schema, and the function that enqueues. */
export const PLATFORM: Tenancy = {
  module: 'platform',
  schema: 'platform',
  owner: 'jobs_owner',
  app: 'jobs_app',
};
/**
 * Deletes from outboxes what all consumers have passed, and from tables of commands what means nothing any
 * more. It has no schema, and enqueues its own jobs as a module does.
 */
export const UPKEEP = 'upkeep';
/** The role of {@link UPKEEP}. */
export const UPKEEP_APP = 'upkeep_app';

/** The platform's own, in the same form as a module's. */
export const PLATFORM_MIGRATIONS = new URL('../../migrations/', import.meta.url);

const RESERVED = new Set([
  'platform',
  'jobs',
  RELAY,
  UPKEEP,
  'public',
  'graphile_worker',
  'information_schema',
]);
const MARK = 'TPMall';
/** SQLSTATEs of two databases of one cluster making or changing the same role at once. */
const RACES = new Set(['23505', '42710', 'XX000']);
const RACE_ATTEMPTS = 20;
const RACE_WAIT_MS = 25;

/** The place of a module. Throws `bad_name` where the name cannot be one. */
export function tenancyOf(module: string): Tenancy {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(module) || module.startsWith('pg_') || RESERVED.has(module)) {
    throw new MigrationError('bad_name', `${module} cannot be the name of a module with data`);
  }
  return { module, schema: module, owner: `${module}_owner`, app: `${module}_app` };
}

/**
 * The password of a role that logs in. Derived, so that every process with the secret knows it and none
 * stores it.
 */
export function rolePassword(secret: Redacted<string>, role: string): string {
  return createHmac('sha256', secret.reveal()).update(`tpmall role ${role}`).digest('base64url');
}

/** What the database says of its instance, in the comment on the platform's schema; it tells no secret. */
function ownMark(secret: Redacted<string>): string {
  const fingerprint = createHmac('sha256', secret.reveal()).update('tpmall fingerprint').digest('hex');
  return `${MARK}: of the instance ${fingerprint.slice(0, 16)}`;
}

/**
 * Refuses a database of another instance, whose roles would lose their passwords and whose secrets this one
 * could not open. One of a version that made no mark is taken for ours.
 */
export async function refuseForeign(client: pg.Client, secret: Redacted<string>): Promise<void> {
  const { rows } = await client.query<{ mark: string | null }>(
    `SELECT obj_description(to_regnamespace('platform'), 'pg_namespace') AS mark`,
  );
  const mark = rows[0]?.mark ?? '';
  if (!mark.startsWith(MARK) || mark === ownMark(secret)) return;
  throw new MigrationError(
    'foreign_database',
    'This data folder does not belong to this database: the database was made with another one, whose ' +
      'instance.secret it needs. Start with that data folder, or use another server. Nothing was changed.',
  );
}

/** Marks a database as this instance's, once its schema is there. */
export async function markOwn(client: pg.Client, secret: Redacted<string>): Promise<void> {
  await client.query(`COMMENT ON SCHEMA platform IS '${ownMark(secret)}'`);
}

/** Roles to have: those that log in, and those that own. */
export interface RolesWanted {
  readonly logins: readonly string[];
  readonly owners: readonly string[];
}

/**
 * Creates missing roles, and gives those that log in the password of the present secret. Throws
 * `foreign_role`, and changes nothing, where one was not made by TPMall or another instance works as it.
 */
export async function ensureRoles(
  client: pg.Client,
  wanted: RolesWanted,
  secret: Redacted<string>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await tryEnsureRoles(client, wanted, secret);
      return;
    } catch (error) {
      // Roles belong to the cluster, and our lock to the database: another database's migrator may have won.
      const race = error instanceof pg.DatabaseError && RACES.has(error.code ?? '');
      if (!race || attempt === RACE_ATTEMPTS) throw error;
      await sleep(RACE_WAIT_MS);
    }
  }
}

async function tryEnsureRoles(
  client: pg.Client,
  wanted: RolesWanted,
  secret: Redacted<string>,
): Promise<void> {
  const { rows } = await client.query<{ role: string; mark: string | null }>(
    `SELECT rolname AS role, shobj_description(oid, 'pg_authid') AS mark
     FROM pg_roles WHERE rolname = ANY ($1)`,
    [[...wanted.logins, ...wanted.owners]],
  );
  const marks = new Map(rows.map(({ role, mark }) => [role, mark ?? '']));
  for (const [role, mark] of marks) {
    if (mark.startsWith(MARK)) continue;
    throw new MigrationError('foreign_role', `The role ${role} exists and was not made by TPMall.`);
  }
  const markOf = (role: string): string => `${MARK}: runs, password ${fingerprintOf(secret, role)}`;
  const changing = wanted.logins.filter((role) => marks.get(role) !== markOf(role));
  // One that was not there yet may be made meanwhile by a sister on another database, with our own secret.
  await refuseForeignRoles(
    client,
    changing.filter((role) => marks.has(role)),
  );
  for (const role of wanted.owners) {
    if (marks.has(role)) continue;
    // The administrator may act as the owner without having its privileges all the time.
    await client.query(
      `CREATE ROLE ${role} NOLOGIN NOINHERIT;
       COMMENT ON ROLE ${role} IS '${MARK}: owns a schema';
       GRANT ${role} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE`,
    );
  }
  for (const role of changing) {
    const verb = marks.has(role) ? 'ALTER' : 'CREATE';
    await client.query(
      `${verb} ROLE ${role} LOGIN NOINHERIT PASSWORD '${scramVerifier(rolePassword(secret, role), role)}';
       COMMENT ON ROLE ${role} IS '${markOf(role)}'`,
    );
  }
}

function fingerprintOf(secret: Redacted<string>, role: string): string {
  return createHash('sha256').update(rolePassword(secret, role)).digest('hex').slice(0, 16);
}

/**
 * Roles belong to the server, so a new password locks out whoever uses the old one. Those that have rights in
 * another database are another instance's; a database that was dropped has left none.
 */
async function refuseForeignRoles(client: pg.Client, roles: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ role: string; database: string }>(
    `SELECT r.rolname AS role, d.datname AS database
     FROM pg_shdepend AS s
     JOIN pg_roles AS r ON r.oid = s.refobjid
     JOIN pg_database AS d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname = ANY ($1) AND d.datname <> current_database()
     ORDER BY r.rolname, d.datname LIMIT 1`,
    [roles],
  );
  const [taken] = rows;
  if (taken === undefined) return;
  throw new MigrationError(
    'foreign_role',
    `The role ${taken.role} belongs to the instance whose database ${taken.database} is on this Postgres ` +
      'server: a server holds one instance, because roles are the whole server’s. Use another server, or ' +
      'drop that database if nobody needs it. Nothing was changed.',
  );
}

import { withConnection } from '../db/index.ts';
import { PostgresError } from './errors.ts';

/** The oldest that the SQL of this project runs on, as `server_version_num` has it. */
const OLDEST = 180_000;
/** A host that drops packets would be waited for much longer. */
const CONNECT_MS = 10_000;

const LOOK = `SELECT current_setting('server_version_num')::int AS version,
  current_setting('server_version') AS name,
  rolsuper OR (rolcreaterole AND pg_has_role(datdba, 'USAGE')) AS may
FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`;

/**
 * Looks whether the operator's own Postgres can be used: it answers, is new enough, and its user may make
 * roles and schemas. Throws `PostgresError` with what to mend; its text holds no password.
 */
export async function checkServer(url: string): Promise<void> {
  const config = {
    connectionString: url,
    application_name: 'tpmall check',
    connectionTimeoutMillis: CONNECT_MS,
  };
  const { version, name, may } = await withConnection(config, async (client) => {
    const { rows } = await client.query<{ version: number; name: string; may: boolean }>(LOOK);
    return rows[0] ?? { version: 0, name: 'unknown', may: false };
  }).catch((error: unknown) => {
    throw new PostgresError(
      'unreachable_server',
      `The Postgres of DATABASE_URL cannot be used: ${sayingOf(error)}. Check its host, port, user, ` +
        'password and database, and that it runs.',
      { cause: error },
    );
  });
  if (version < OLDEST) {
    const wanted = Math.floor(OLDEST / 10_000);
    throw new PostgresError(
      'unfit_server',
      `The Postgres of DATABASE_URL is ${name}; ${wanted} or newer is needed. Upgrade it, or leave ` +
        'DATABASE_URL out to use the embedded one.',
    );
  }
  if (!may) {
    throw new PostgresError(
      'unfit_server',
      'The user of DATABASE_URL may not make roles and schemas. Give it CREATEROLE and the ownership of ' +
        'the database.',
    );
  }
}

/** Of a host with several addresses, each has an error of its own and they share none of the words. */
function sayingOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(sayingOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

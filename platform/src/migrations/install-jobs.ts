import pg from 'pg';
import { createPool } from '../db/index.ts';
import type { Log } from '../telemetry/types.ts';
import { PLATFORM } from './roles.ts';

/** The version whose schema is installed; a test holds it against package.json. */
export const GRAPHILE_WORKER = 'graphile-worker-0.16.6';

/** Lets graphile-worker make or update its own schema, as the role that owns it. */
export async function installGraphileWorker(admin: pg.Client, adminUrl: string, log: Log): Promise<void> {
  // Loaded here only, because nearly every start finds the schema present.
  const { Logger, runMigrations } = await import('graphile-worker');
  const database = pg.escapeIdentifier(admin.database ?? '');
  const config = { connectionString: adminUrl, max: 1, options: `-c role=${PLATFORM.owner}` };
  const pgPool = createPool(config, (error) => log.warn({ error }, 'a connection of the migration is lost'));
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') log.error({}, message);
    else log.debug({}, message);
  });
  // It asks for CREATE SCHEMA IF NOT EXISTS, which needs the privilege even where the schema is there.
  await admin.query(`GRANT CREATE ON DATABASE ${database} TO ${PLATFORM.owner}`);
  try {
    await runMigrations({ pgPool, logger });
  } finally {
    await pgPool.end();
    await admin.query(`REVOKE CREATE ON DATABASE ${database} FROM ${PLATFORM.owner}`);
  }
}

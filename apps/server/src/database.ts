import { checkServer, isAlive, processOf, resolveDatabase, startPostgres } from '@tpmall/platform/postgres';
import type { Log } from '@tpmall/platform/telemetry';
import { UsageError } from './usage-error.ts';

/** How often the embedded Postgres is looked after. */
const WATCH_MS = 1_000;

/** The database server of this process: embedded and looked after, or the operator's own. */
export interface DatabaseServer {
  /** Connection string of the superuser. */
  readonly url: string;
  /** The same, as this process goes: through a unix socket where it has one. */
  readonly localUrl: string;
  readonly kind: 'embedded' | 'external';
  stop(): Promise<void>;
}

/**
 * Uses the Postgres of `DATABASE_URL` or starts the embedded one. An embedded one that dies is started again
 * on its port, so that a process which loses its database waits for it instead of dying too.
 */
export async function openDatabaseServer(options: {
  databaseUrl: string | undefined;
  dataDir: string;
  log: Log;
}): Promise<DatabaseServer> {
  const resolved = resolveDatabase({ DATABASE_URL: options.databaseUrl });
  if (!resolved.ok) throw new UsageError(resolved.error.message);
  const source = resolved.value;
  if (source.kind === 'external') {
    await checkServer(source.url);
    return { url: source.url, localUrl: source.url, kind: 'external', stop: () => Promise.resolve() };
  }
  const { dataDir, log } = options;
  let server = await startPostgres({ dataDir, log });
  const { port, url, localUrl } = server;
  let postmaster = processOf(server.pid);
  let stopped = false;
  let watching: Promise<void> = Promise.resolve();
  const watch = async (): Promise<void> => {
    if (stopped || isAlive(postmaster)) return;
    log.error({ pid: server.pid }, 'Postgres died; starting it again');
    try {
      server = await startPostgres({ dataDir, log, port });
      postmaster = processOf(server.pid);
    } catch (error) {
      log.error({ error }, 'Postgres does not start; trying again');
    }
  };
  const timer = setInterval(() => {
    watching = watching.then(watch);
  }, WATCH_MS);
  timer.unref();
  return {
    url,
    localUrl,
    kind: 'embedded',
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await watching;
      await server.stop();
    },
  };
}

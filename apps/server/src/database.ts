import {
  checkServer,
  isAlive,
  isEmbedded,
  processOf,
  resolveDatabase,
  startPostgres,
} from '@tpmall/platform/postgres';
import type { Log } from '@tpmall/platform/telemetry';
import { readDevFile } from './instance.ts';
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
 *
 * @throws UsageError where the last start in the data folder had another database than the embedded one
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
  if (isElsewhere(dataDir)) {
    // An embedded one in its place would be empty, or long out of date.
    throw new UsageError(
      `The last start in ${dataDir} had its data in another database. Set DATABASE_URL as that start had ` +
        'it, or begin anew with another --data-dir.',
    );
  }
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

/** Whether the last start in a data folder had its data in another database than the embedded one. */
export function isElsewhere(dataDir: string): boolean {
  const dev = readDevFile(dataDir);
  return dev !== undefined && !isEmbedded(dev.databaseUrl, dataDir);
}

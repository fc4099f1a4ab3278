import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres, stopPostgres } from '../postgres/index.ts';
import { silentLog } from './silent-log.ts';

/** Where `npm test` keeps its throw-away clusters; set by vitest's global set-up for all workers. */
export const CLUSTER_FOLDER = 'TPMALL_TEST_POSTGRES_DIR';
/** An own server to test against instead; its user must be a superuser. */
export const OWN_SERVER = 'TPMALL_TEST_DATABASE_URL';

const PREFIX = 'cluster-';

let started: Promise<RunningPostgres> | undefined;

/**
 * The superuser's connection string of the cluster that all tests of a worker share; the first that asks
 * starts it. Files that run side by side have clusters of their own: a transaction that is open in one
 * database holds up the relays of all databases of its cluster.
 */
export async function sharedCluster(): Promise<string> {
  const own = process.env[OWN_SERVER];
  if (own !== undefined && own !== '') return own;
  const folder = process.env[CLUSTER_FOLDER];
  if (folder === undefined) {
    throw new Error(`${CLUSTER_FOLDER} is not set: run tests through vitest, with the repository's config`);
  }
  const dataDir = join(folder, `${PREFIX}${process.env['VITEST_POOL_ID'] ?? '0'}`);
  // The launcher's own lock lets one file start it; those that follow adopt it.
  started ??= startPostgres({ dataDir, durable: false, log: silentLog });
  return (await started).url;
}

/** Stops the clusters that tests have started in a folder, and removes it. */
export async function removeClusters(folder: string): Promise<void> {
  const names = readdirSync(folder).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.map((name) => stopPostgres(join(folder, name))));
  rmSync(folder, { recursive: true, force: true });
}

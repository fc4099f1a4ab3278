import { rmSync } from 'node:fs';
import { type RunningPostgres, startPostgres, stopPostgres } from '../postgres/index.ts';
import { silentLog } from './silent-log.ts';

/** Where `npm test` keeps its throw-away cluster; set by vitest's global set-up for all workers. */
export const CLUSTER_FOLDER = 'TPMALL_TEST_POSTGRES_DIR';
/** An own server to test against instead; its user must be a superuser. */
export const OWN_SERVER = 'TPMALL_TEST_DATABASE_URL';

let started: Promise<RunningPostgres> | undefined;

/** The superuser's connection string of the cluster all tests share; the first test that asks starts it. */
export async function sharedCluster(): Promise<string> {
  const own = process.env[OWN_SERVER];
  if (own !== undefined && own !== '') return own;
  const dataDir = process.env[CLUSTER_FOLDER];
  if (dataDir === undefined) {
    throw new Error(`${CLUSTER_FOLDER} is not set: run tests through vitest, with the repository's config`);
  }
  // The launcher's own lock lets one worker start it; the others adopt it.
  started ??= startPostgres({ dataDir, durable: false, log: silentLog });
  return (await started).url;
}

/** Stops the shared cluster if some test started it, and removes its folder. */
export async function removeCluster(dataDir: string): Promise<void> {
  await stopPostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

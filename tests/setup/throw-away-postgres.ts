import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLUSTER_FOLDER, OWN_SERVER, removeCluster } from '@tpmall/platform/testing';

const PREFIX = 'tpmall-test-';

/**
 * Prepares the folder of the cluster that tests share; the first test that asks for a database starts it. Removed
 * afterwards, as are clusters of test runs that were killed.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[OWN_SERVER] || process.env[CLUSTER_FOLDER]) return undefined;
  await removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o755);
  process.env[CLUSTER_FOLDER] = folder;
  return async () => {
    delete process.env[CLUSTER_FOLDER];
    await removeCluster(folder);
  };
}

async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await removeCluster(join(tmpdir(), name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

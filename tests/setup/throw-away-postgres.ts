import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLUSTER_FOLDER, removeClusters } from '@tpmall/platform/testing';
import { statIfThere } from '../../platform/src/postgres/identity.ts';
import { isRunning } from '../../platform/src/postgres/process-identity.ts';

const PREFIX = 'tpmall-test-';

/**
 * Prepares the folder of the clusters that tests share, one a worker; the first test that asks starts it.
 * Tests may keep small files there too. Removed afterwards, as are clusters of test runs that were killed.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[CLUSTER_FOLDER]) return undefined;
  await removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o755);
  process.env[CLUSTER_FOLDER] = folder;
  return async () => {
    delete process.env[CLUSTER_FOLDER];
    await removeClusters(folder);
  };
}

async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    const folder = join(tmpdir(), name);
    if (pid === undefined || isRunning(Number(pid)) || !isMine(folder)) continue;
    await removeClusters(folder);
  }
}

/** Another user's are theirs to remove. */
function isMine(folder: string): boolean {
  return process.getuid === undefined || statIfThere(folder)?.uid === process.getuid();
}

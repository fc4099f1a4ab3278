import { closeSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Redacted, redacted, systemRandom } from '@tpmall/kernel';
import { type PostgresBinaries, program } from './binaries.ts';
import { spawnAs } from './child.ts';
import { PostgresError } from './errors.ts';
import { type Folders, foldersOf } from './folders.ts';
import { giveTo, type Identity, reachFor } from './identity.ts';

/** Name of the superuser, and of the database that a new cluster gets. */
export const SUPERUSER = 'tpmall';

/** Whether a data folder has a cluster of its own, running or not. */
export function hasCluster(dataDir: string): boolean {
  return existsSync(foldersOf(resolve(dataDir)).cluster);
}

/** Whether a connection string leads to the cluster of a data folder, on whichever port that runs. */
export function isEmbedded(url: string, dataDir: string): boolean {
  const { username, hostname } = new URL(url);
  return username === SUPERUSER && hostname === '127.0.0.1' && hasCluster(dataDir);
}

/** Reads the superuser's password, or makes one. */
export function superuserPassword(folders: Folders): Redacted<string> {
  if (!existsSync(folders.password)) writePassword(folders);
  return redacted(readFileSync(folders.password, 'utf8'));
}

function writePassword(folders: Folders): void {
  const password = Buffer.from(systemRandom.bytes(24)).toString('base64url');
  writeFileSync(folders.password, password, { mode: 0o600 });
}

/** Makes a cluster: initialised aside, and moved into place when complete. */
export async function initCluster(
  folders: Folders,
  binaries: PostgresBinaries,
  identity: Identity | undefined,
  durable: boolean,
): Promise<void> {
  await rm(folders.draft, { recursive: true, force: true });
  mkdirSync(folders.draft, { mode: 0o700 });
  // initdb runs as the server's user and must be able to read the password; the file lives for its run only.
  const passwordFile = `${folders.password}.initdb`;
  writeFileSync(passwordFile, superuserPassword(folders).reveal(), { mode: 0o600 });
  try {
    for (const path of [folders.draft, passwordFile]) giveTo(path, identity);
    await runInitdb(folders.draft, passwordFile, binaries, identity, durable);
  } finally {
    await rm(passwordFile);
  }
  await rename(folders.draft, folders.cluster);
}

async function runInitdb(
  folder: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  identity: Identity | undefined,
  durable: boolean,
): Promise<void> {
  const reach = reachFor([folder, passwordFile], identity);
  try {
    const outcome = await spawnAs(
      program(binaries, 'initdb'),
      [
        `--pgdata=${reach.path(folder)}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${reach.path(passwordFile)}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Postgres' own collation: it sorts by code point and never changes with a system library.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { identity, descriptors: reach.descriptors },
    );
    if (outcome.code !== 0) {
      const nameless = outcome.output.includes('could not look up effective user ID')
        ? ' Postgres needs its user to have a name: add a line for this user to /etc/passwd.'
        : '';
      throw new PostgresError('start_failed', `initdb failed: ${outcome.output.trim()}.${nameless}`);
    }
  } finally {
    for (const descriptor of reach.descriptors) closeSync(descriptor);
  }
}

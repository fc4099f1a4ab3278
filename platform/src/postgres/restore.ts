import { createHash } from 'node:crypto';
import { chownSync, closeSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ARCHIVE, MANIFEST, makeDurable } from './base-backup.ts';
import { findBinaries, program } from './binaries.ts';
import { spawnAs } from './child.ts';
import { PostgresError } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { foldersOf } from './folders.ts';
import { type Identity, reachFor, serverIdentity } from './identity.ts';
import { SUPERUSER, superuserPassword } from './init-cluster.ts';
import { scramVerifier } from './scram.ts';
import { binariesFor, type RunningPostgres, type StartOptions, startPostgres } from './start-postgres.ts';
import { type Unpacked, untar } from './untar.ts';

interface Manifest {
  readonly Files: readonly { Path: string; Size: number; Checksum: string; 'Checksum-Algorithm': string }[];
}

/**
 * Restores a backup of `baseBackup` into a new data folder and starts it. Every file is held against the
 * manifest first. The superuser gets a new password; those of the modules' roles follow at the next
 * `migrate`.
 *
 * Throws `bad_backup` where the backup is incomplete or damaged, `in_use` where the data folder has a
 * cluster.
 */
export async function restoreBackup(backupFolder: string, options: StartOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const folders = foldersOf(dataDir);
  mkdirSync(dataDir, { recursive: true });
  await withFileLock(folders.lock, async () => {
    if (existsSync(folders.cluster)) {
      throw new PostgresError('in_use', `${folders.cluster} exists; a restore goes into a new data folder.`);
    }
    const manifest = readManifest(backupFolder);
    await rm(folders.draft, { recursive: true, force: true });
    mkdirSync(folders.draft, { mode: 0o700 });
    const files = await untar(join(backupFolder, ARCHIVE), folders.draft, options.durable ?? true);
    compare(files, manifest);
    await setPassword(folders.draft, options);
    await rename(folders.draft, folders.cluster);
    if (process.platform !== 'win32') await makeDurable(dataDir);
  });
  return startPostgres(options);
}

/** Reads the manifest and checks the checksum that its last line holds over the lines before it. */
function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path) || !existsSync(join(folder, ARCHIVE))) {
    throw new PostgresError('bad_backup', `${folder} holds no complete backup (${ARCHIVE}, ${MANIFEST}).`);
  }
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('"Manifest-Checksum"');
  const stated = /"Manifest-Checksum": "([0-9a-f]{64})"/.exec(text.slice(end))?.[1];
  const computed = createHash('sha256').update(text.slice(0, end)).digest('hex');
  if (stated !== computed) throw new PostgresError('bad_backup', `${path} is damaged.`);
  return JSON.parse(text) as Manifest;
}

function compare(files: readonly Unpacked[], manifest: Manifest): void {
  const unpacked = new Map(files.map((file) => [file.path, file]));
  for (const { Path: path, Size: bytes, Checksum: checksum } of manifest.Files) {
    const file = unpacked.get(path);
    if (file?.bytes === bytes && file.sha256 === checksum) continue;
    throw new PostgresError('bad_backup', `${path} in the archive is not the file that was backed up.`);
  }
}

/**
 * Runs the cluster without any connection, once: it recovers, takes the new password and stops. It does so in
 * our database: a start would make an empty one in a cluster that has none, and pass it for what was kept.
 */
async function setPassword(cluster: string, options: StartOptions): Promise<void> {
  const folders = foldersOf(resolve(options.dataDir));
  const identity = serverIdentity(cluster);
  if (identity !== undefined) giveAllTo(cluster, identity);
  const binaries = await binariesFor(options, options.binaries ?? findBinaries(), identity);
  const verifier = scramVerifier(superuserPassword(folders).reveal(), SUPERUSER);
  const reach = reachFor([cluster], identity);
  const outcome = await spawnAs(
    program(binaries, 'postgres'),
    ['--single', '-D', reach.path(cluster), '-c', 'exit_on_error=on', SUPERUSER],
    {
      identity,
      descriptors: reach.descriptors,
      input: `ALTER ROLE ${SUPERUSER} PASSWORD '${verifier}'\n`,
    },
  );
  for (const descriptor of reach.descriptors) closeSync(descriptor);
  if (outcome.code === 0) return;
  const output = outcome.output.trim();
  throw new PostgresError(
    'bad_backup',
    `The restored cluster does not recover: ${output}. Restore another backup.`,
  );
}

function giveAllTo(folder: string, identity: Identity): void {
  chownSync(folder, identity.uid, identity.gid);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    chownSync(join(entry.parentPath, entry.name), identity.uid, identity.gid);
  }
}

import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  type WriteStream,
  writeFileSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { withConnection } from '../db/index.ts';
import { PostgresError } from './errors.ts';

/** The files of a backup folder. `backup_manifest` is written last: without it a backup is not complete. */
export const ARCHIVE = 'base.tar';
export const MANIFEST = 'backup_manifest';

/** What a backup holds. */
export interface Backup {
  readonly folder: string;
  /** Size of the archive. */
  readonly bytes: number;
  /** Position of the log at which the backup began; everything committed before it is in the backup. */
  readonly startLsn: string;
  /** Position up to which a restore replays the log; what was committed before it is in the backup too. */
  readonly endLsn: string;
}

/**
 * Copies a running cluster into a folder: data files and all of the log that makes them consistent, so that
 * the folder restores by itself. Writers go on meanwhile. The files hold everything, hashes and encrypted
 * cards included: they are created with mode 0600, and must be kept like the database itself.
 *
 * @param url of a role that may replicate, such as the embedded superuser
 * @param folder new or empty
 */
export async function baseBackup(url: string, folder: string): Promise<Backup> {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new PostgresError('bad_backup', `${folder} is not empty; a backup never overwrites another.`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const replication = new URL(url);
  replication.searchParams.set('replication', 'database');
  const connection = { connectionString: replication.href, application_name: 'tpmall backup' };
  return withConnection(connection, async (client) => {
    // Holds back the log from now on; without it a busy server may recycle what the backup will need at its
    // end.
    await client.query('CREATE_REPLICATION_SLOT tpmall_backup TEMPORARY PHYSICAL (RESERVE_WAL)');
    const files = archiveFiles(folder);
    try {
      const positions = await streamBackup(client, files);
      return { folder, bytes: await files.close(), ...positions };
    } finally {
      files.abandon();
    }
  });
}

interface Positions {
  readonly startLsn: string;
  readonly endLsn: string;
}

/** What a query object is told by the driver beside what its types declare. */
interface CopyHandler {
  handleCopyData(message: { chunk: Buffer }, connection: { stream: Socket }): void;
}

async function streamBackup(client: pg.Client, files: ArchiveFiles): Promise<Positions> {
  const query: pg.Query & Partial<CopyHandler> = new pg.Query(
    `BASE_BACKUP (LABEL 'tpmall', CHECKPOINT 'fast', WAL true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`,
  );
  const positions: string[] = [];
  query.on('row', (row: { recptr?: string }) => {
    // Three result sets: the start, the tablespaces (which have no position), the end.
    if (row.recptr !== undefined) positions.push(row.recptr);
  });
  let socket: Socket | undefined;
  query.handleCopyData = ({ chunk }, { stream }) => {
    socket = stream;
    const full = files.take(chunk);
    if (full === undefined || stream.isPaused()) return;
    stream.pause();
    full.once('drain', () => stream.resume());
  };
  client.query(query);
  try {
    await Promise.race([once(query, 'end'), files.failed]);
  } catch (error) {
    // The server would go on sending a backup that nobody keeps.
    socket?.destroy();
    throw error;
  }
  const [startLsn, endLsn] = positions;
  if (startLsn === undefined || endLsn === undefined) {
    throw new PostgresError('bad_backup', 'The server ended the backup without saying where it ends.');
  }
  return { startLsn, endLsn };
}

interface ArchiveFiles {
  /** Rejects when the files cannot be written; never resolves. */
  readonly failed: Promise<never>;
  /** Writes one message; answers the stream to wait for when it is full. */
  take(chunk: Buffer): WriteStream | undefined;
  /** Makes the files durable and gives them their names; answers the archive's size. */
  close(): Promise<number>;
  /** Closes what is open; the files keep their draft names. */
  abandon(): void;
}

/** Sorts the messages of BASE_BACKUP (protocol section 54.4) into the archive and the manifest. */
function archiveFiles(folder: string): ArchiveFiles {
  const archivePath = join(folder, `${ARCHIVE}.draft`);
  const archive = createWriteStream(archivePath, { mode: 0o600, flags: 'wx' });
  const manifest: Buffer[] = [];
  let inManifest = false;
  let archives = 0;
  const failed = new Promise<never>((_, reject) => archive.on('error', reject));
  return {
    failed,
    take(chunk) {
      const kind = String.fromCharCode(chunk[0] ?? 0);
      if (kind === 'n') archives += 1;
      if (kind === 'm') inManifest = true;
      if (kind !== 'd') return undefined;
      if (archives > 1) {
        archive.destroy(new PostgresError('bad_backup', 'Clusters with tablespaces are not supported.'));
      }
      // Copied, because the driver reuses the buffer below the message.
      const data = Buffer.from(chunk.subarray(1));
      if (!inManifest) return archive.write(data) ? undefined : archive;
      manifest.push(data);
      return undefined;
    },
    async close() {
      archive.end();
      await finished(archive);
      await makeDurable(archivePath);
      await rename(archivePath, join(folder, ARCHIVE));
      const manifestPath = join(folder, MANIFEST);
      writeFileSync(`${manifestPath}.draft`, Buffer.concat(manifest), { mode: 0o600 });
      await makeDurable(`${manifestPath}.draft`);
      await rename(`${manifestPath}.draft`, manifestPath);
      if (process.platform !== 'win32') await makeDurable(folder);
      return archive.bytesWritten;
    },
    abandon: () => void archive.destroy(),
  };
}

/** Waits until a file or folder is on disk. */
export async function makeDurable(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

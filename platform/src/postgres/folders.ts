import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from './identity.ts';

/** What the launcher keeps in a data folder. */
export interface Folders {
  /** The cluster itself, owned by the server's user. */
  readonly cluster: string;
  /** The cluster while it is being made; renamed when complete, so that a half-made one is never started. */
  readonly draft: string;
  /** The superuser's password, mode 0600. */
  readonly password: string;
  /** What Postgres writes to stderr; a file, because a pipe would break when this process dies. */
  readonly log: string;
  /** How the running server was started. */
  readonly launch: string;
  /** One file for each process that uses the server; the last one to leave stops it. */
  readonly users: string;
  /** Held while a server is started or stopped. */
  readonly lock: string;
}

/** The places in a data folder. */
export function foldersOf(dataDir: string): Folders {
  return {
    cluster: join(dataDir, 'postgres'),
    draft: join(dataDir, 'postgres.draft'),
    password: join(dataDir, 'postgres.password'),
    log: join(dataDir, 'postgres.log'),
    launch: join(dataDir, 'postgres.launch.json'),
    users: join(dataDir, 'postgres.users'),
    lock: join(dataDir, 'postgres.lock'),
  };
}

/**
 * Where the server's unix socket is, as it says it itself: it works in its cluster, whose path may be long or
 * lead through folders that it may not enter. Only its user and root may enter the cluster, and of all the
 * folders in there this is one whose content goes into no backup.
 */
export const SOCKET_FOLDER = 'pg_stat_tmp';
const SOCKET = '.s.PGSQL.';
/** The longest path of a socket that Linux takes, in bytes (sun_path, with its end); macOS: four less. */
const SOCKET_PATH_MAX = process.platform === 'linux' ? 107 : 103;

/** The folder of the server's socket as its clients name it; undefined where they have to take TCP. */
export function socketFolderOf(cluster: string, port: number): string | undefined {
  const folder = join(cluster, SOCKET_FOLDER);
  const isShort = Buffer.byteLength(join(folder, `${SOCKET}${port}`)) <= SOCKET_PATH_MAX;
  return isShort && process.platform !== 'win32' ? folder : undefined;
}

/** Takes away what a crash left. Postgres would refuse its lock if the number in it were another's by now. */
export function removeSockets(cluster: string): void {
  const folder = join(cluster, SOCKET_FOLDER);
  for (const name of readdirSync(folder)) if (name.startsWith(SOCKET)) rmSync(join(folder, name));
}

/** What `postmaster.pid` says; it stays behind after kill -9, so it proves nothing alone. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/**
 * Reads `postmaster.pid` (its lines: pid, folder, start time, port, socket folder, address, memory key,
 * state).
 */
export function readPidFile(cluster: string): PidFile | undefined {
  // Postgres may take it away at any time.
  const lines = readIfThere(join(cluster, 'postmaster.pid'))?.split('\n');
  if (lines === undefined) return undefined;
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

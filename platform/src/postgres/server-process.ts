import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresBinaries, program } from './binaries.ts';
import { childOptions, spawnAs } from './child.ts';
import { PostgresError } from './errors.ts';
import { type Folders, type PidFile, readPidFile } from './folders.ts';
import { giveTo, type Identity, reachFor } from './identity.ts';
import { executable, isRunning, workingFolder } from './process-identity.ts';

const POLL_MS = 4;
/**
 * Crash recovery replays at most what fits between two checkpoints: two gigabytes, well under two minutes.
 */
const START_POLLS = 30_000;
/** A fast shutdown waits for one checkpoint. */
const FAST_STOP_POLLS = 5_000;
const KILL_POLLS = 1_000;
/** Long enough for a backend that is about to notice by itself. */
const ORPHAN_POLLS = 50;
const LOG_MAX_BYTES = 10 * 1024 * 1024;
const LOG_TAIL_CHARACTERS = 2_000;

/** What a server is started with. */
export interface Launch {
  readonly folders: Folders;
  readonly binaries: PostgresBinaries;
  readonly identity: Identity | undefined;
  readonly port: number;
  readonly settings: readonly string[];
}

/**
 * The server of this data folder that runs now, or undefined. Removes a `postmaster.pid` that a crash left.
 */
export function findServer(folders: Folders): PidFile | undefined {
  const file = readPidFile(folders.cluster);
  if (file === undefined) return undefined;
  if (isRunning(file.pid) && isServerOf(folders.cluster, file.pid)) return file;
  // The number may belong to an innocent process by now, and Postgres would then refuse to start.
  rmSync(join(folders.cluster, 'postmaster.pid'), { force: true });
  return undefined;
}

function isServerOf(cluster: string, pid: number): boolean {
  if (process.platform === 'linux') return isPostgresIn(realpathSync(cluster), pid);
  // Where the system does not tell, the caller's log-in decides.
  const name = executable(pid);
  return name === undefined || isPostgres(name);
}

/** A Postgres works in its data folder; so may somebody's shell, which is none of our business. */
function isPostgresIn(folder: string, pid: number): boolean {
  return workingFolder(pid) === folder && isPostgres(executable(pid) ?? '');
}

function isPostgres(path: string): boolean {
  return basename(path).startsWith('postgres');
}

/** Starts a server and waits until it takes connections. */
export async function launchServer(launch: Launch): Promise<PidFile> {
  rotateLog(launch.folders.log);
  return launch.binaries.windows ? launchWithPgCtl(launch) : launchDirectly(launch);
}

async function launchDirectly(launch: Launch): Promise<PidFile> {
  const { folders, binaries, identity } = launch;
  const reach = reachFor([folders.cluster], identity);
  const log = openSync(folders.log, 'a', 0o600);
  const child = spawn(
    program(binaries, 'postgres'),
    ['-D', reach.path(folders.cluster), '-p', String(launch.port), ...launch.settings],
    // A session of its own: Ctrl-C in our terminal must not reach the server before we have finished with it.
    { ...childOptions(identity), detached: true, stdio: ['ignore', log, log, ...reach.descriptors] },
  );
  for (const descriptor of [log, ...reach.descriptors]) closeSync(descriptor);
  let ended: string | undefined;
  child.on('error', (error) => {
    ended = error.message;
  });
  child.on('exit', (code, signal) => {
    ended = `it exited with ${code ?? signal}`;
  });
  child.unref();
  for (let poll = 0; poll < START_POLLS && ended === undefined; poll += 1) {
    const file = readPidFile(folders.cluster);
    // A file that a crash left says "ready" too, but names another process.
    if (file?.ready && file.pid === child.pid) return file;
    await sleep(POLL_MS);
  }
  throw startFailed(launch, ended ?? 'it did not become ready');
}

/**
 * Starts through pg_ctl, which on Windows gives up administrator rights first: Postgres refuses to run with
 * them. Exported for its test, which runs it on any system.
 */
export async function launchWithPgCtl(launch: Launch): Promise<PidFile> {
  const { folders, binaries, identity } = launch;
  // The shell that pg_ctl uses opens the log as the server's user.
  closeSync(openSync(folders.log, 'a', 0o600));
  giveTo(folders.log, identity);
  const reach = reachFor([folders.cluster, folders.log], identity);
  const settings = launch.settings.map((part) => (part === '-c' ? part : `"${part}"`)).join(' ');
  const outcome = await spawnAs(
    program(binaries, 'pg_ctl'),
    [
      'start',
      '-w',
      '-s',
      '-D',
      reach.path(folders.cluster),
      '-l',
      reach.path(folders.log),
      '-o',
      `-p ${launch.port} ${settings}`,
    ],
    { identity, descriptors: reach.descriptors },
  );
  for (const descriptor of reach.descriptors) closeSync(descriptor);
  const file = readPidFile(folders.cluster);
  if (outcome.code === 0 && file !== undefined) return file;
  throw startFailed(launch, outcome.output.trim());
}

function startFailed(launch: Launch, how: string): PostgresError {
  const log = existsSync(launch.folders.log) ? readFileSync(launch.folders.log, 'utf8') : '';
  return new PostgresError(
    'start_failed',
    `Postgres did not start: ${how}. Its log ends with:\n${log.slice(-LOG_TAIL_CHARACTERS)}`,
  );
}

function rotateLog(path: string): void {
  if (existsSync(path) && statSync(path).size > LOG_MAX_BYTES) renameSync(path, `${path}.1`);
}

/**
 * Stops a server: at once for new work, without waiting for clients, with a checkpoint. Harsher if it hangs.
 */
export async function stopServer(
  pid: number,
  folders: Folders,
  binaries: PostgresBinaries,
  identity: Identity | undefined,
): Promise<void> {
  if (binaries.windows) {
    // Windows has no signals; pg_ctl talks to the server through its own pipe.
    const args = ['stop', '-w', '-s', '-m', 'fast', '-D', folders.cluster];
    await spawnAs(program(binaries, 'pg_ctl'), args, { identity, descriptors: [] });
    return;
  }
  if (await signalAndWait(pid, 'SIGINT', FAST_STOP_POLLS)) return;
  if (await signalAndWait(pid, 'SIGQUIT', KILL_POLLS)) return;
  await signalAndWait(pid, 'SIGKILL', KILL_POLLS);
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, polls: number): Promise<boolean> {
  if (!isRunning(pid)) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
  return endsWithin(pid, polls);
}

async function endsWithin(pid: number, polls: number): Promise<boolean> {
  for (let poll = 0; poll < polls; poll += 1) {
    if (!isRunning(pid)) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/**
 * Ends backends whose server was killed: most notice by themselves at once, one in a long computation does
 * not, and Postgres rightly refuses to start beside it.
 */
export async function endOrphans(cluster: string): Promise<void> {
  const home = realpathSync(cluster);
  for (const pid of processesIn(home)) await signalAndWait(pid, 'SIGQUIT', ORPHAN_POLLS);
  for (const pid of processesIn(home)) await signalAndWait(pid, 'SIGKILL', KILL_POLLS);
}

/** Waits a moment for a process that may be ending; answers whether it did. */
export function endsSoon(pid: number): Promise<boolean> {
  return endsWithin(pid, ORPHAN_POLLS);
}

function processesIn(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPostgresIn(folder, pid));
}

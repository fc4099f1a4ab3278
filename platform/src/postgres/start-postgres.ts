import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection } from '../db/index.ts';
import type { Log } from '../telemetry/types.ts';
import { binaryFingerprint, findBinaries, type PostgresBinaries, prepareBinaries } from './binaries.ts';
import { PostgresError } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { type Folders, foldersOf, type PidFile, removeSockets, socketFolderOf } from './folders.ts';
import { freePort } from './free-port.ts';
import { canReach, type Identity, readIfThere, serverIdentity, statIfThere } from './identity.ts';
import { initCluster, SUPERUSER, superuserPassword } from './init-cluster.ts';
import { endOrphans, endsSoon, findServer, type Launch, launchServer, stopServer } from './server-process.ts';
import { settingArguments } from './settings.ts';
import { joinUsers, leaveUsers, livingUsers } from './users.ts';

/** Where copied binaries go when the data folder is out of the server's reach too. */
const SHARED_CACHE = '/var/cache/tpmall';
/** A free port may be taken between the look and the start; a few more attempts settle it. */
const LAUNCH_ATTEMPTS = 5;
/** How long a killed server may take to leave the list of processes. */
const DYING_MS = 250;
/**
 * How often a server that other processes use is asked before it counts as hanging, and the pause in between:
 * it may be recovering from the death of one of its backends.
 */
const SHARED_LOOKS = 20;
const SHARED_PAUSE_MS = 1_000;

/** How to start the embedded Postgres. */
export interface StartOptions {
  /** The cluster lives in its subfolder `postgres`. Created when missing. */
  readonly dataDir: string;
  /**
   * A fixed TCP port on 127.0.0.1; when left out, a free one is taken, below those of outgoing connections.
   */
  readonly port?: number;
  readonly log: Log;
  /** False only for clusters that are thrown away: nothing is flushed to disk. */
  readonly durable?: boolean;
  /** Further server settings. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Other binaries than those of the installed package; for tests of the launcher. */
  readonly binaries?: PostgresBinaries;
}

/** A running embedded Postgres. */
export interface RunningPostgres {
  /** Connection string of the superuser, holding the password: never log it. */
  readonly url: string;
  /**
   * The same for clients on this machine that have much to say: through the server's unix socket, where there
   * is one and its path is not too long.
   */
  readonly localUrl: string;
  readonly port: number;
  /** Number of the server's first process. */
  readonly pid: number;
  /** What the running server says it is, for example `18.4`. */
  readonly version: string;
  /** True when an earlier process had left the server running, or another one shares it. */
  readonly adopted: boolean;
  /**
   * True when the installed binaries are no longer those that the server runs: restart it. For the health
   * check.
   */
  binaryChanged(): boolean;
  /** Stops the server, unless another process still uses it. Ends every connection. */
  stop(): Promise<void>;
}

interface LaunchRecord {
  readonly pid: number;
  readonly settings: readonly string[];
  readonly binary: string;
}

interface Plan {
  readonly options: StartOptions;
  readonly folders: Folders;
  readonly found: PostgresBinaries;
  readonly identity: Identity | undefined;
  readonly settings: readonly string[];
}

/**
 * Starts the Postgres of a data folder, or adopts the one that an earlier process left running or another one
 * shares. A start after any crash recovers by itself. Throws {@link PostgresError}.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const folders = foldersOf(dataDir);
  mkdirSync(dataDir, { recursive: true });
  const plan: Plan = {
    options,
    folders,
    found: options.binaries ?? findBinaries(),
    identity: serverIdentity(folders.cluster),
    settings: settingArguments(options.durable ?? true, options.settings ?? {}),
  };
  checkOwner(plan);
  return withFileLock(folders.lock, async () => {
    const running = findServer(folders);
    const adopted = running === undefined ? undefined : await adoptOrStop(plan, running);
    return adopted ?? (await startNew(plan));
  });
}

function checkOwner({ folders, identity }: Plan): void {
  const owner = statIfThere(folders.cluster)?.uid;
  const mine = process.getuid?.();
  if (owner === undefined || mine === undefined) return;
  if (mine === 0 && identity !== undefined) {
    // A folder that came from a copy made by root: the server's user must own it.
    if (owner === 0) chownSync(folders.cluster, identity.uid, identity.gid);
    return;
  }
  if (owner === mine) return;
  throw new PostgresError(
    'foreign_data_folder',
    `${folders.cluster} belongs to user ${owner} (TPMall was started as root before?), and this is user ` +
      `${mine}. Start as that user or as root, or choose another data folder.`,
  );
}

async function adoptOrStop(plan: Plan, running: PidFile): Promise<RunningPostgres | undefined> {
  const { folders, options, found } = plan;
  const record = readRecord(folders);
  const asPlanned =
    running.ready &&
    record?.pid === running.pid &&
    record.binary === binaryFingerprint(found) &&
    record.settings.join() === plan.settings.join() &&
    (options.port === undefined || options.port === running.port);
  for (let look = 1; asPlanned; look += 1) {
    const version = await askVersion(urlFor(folders, running.port, SUPERUSER), options.log);
    if (version !== undefined) {
      options.log.info({ pid: running.pid, port: running.port }, 'adopted the running Postgres');
      return opened(plan, running, version, record.binary, true);
    }
    // It was ours a moment ago: somebody is ending it, and a new start is what remains.
    if (await endsSoon(running.pid)) return undefined;
    // It is not ours alone to end: they wait for it as well.
    if (look === SHARED_LOOKS || livingUsers(folders, running.pid).length === 0) break;
    await sleep(SHARED_PAUSE_MS);
  }
  const others = livingUsers(folders, running.pid);
  if (others.length > 0) {
    const why = asPlanned ? 'and it lets nobody in' : 'with other settings or another version';
    throw new PostgresError(
      'in_use',
      `Process ${others.join(', ')} runs the Postgres of ${options.dataDir} ${why}. Stop it first.`,
    );
  }
  options.log.info({ pid: running.pid }, 'stopping the Postgres that an earlier process left running');
  await stopServer(running.pid, folders, found, plan.identity);
  return undefined;
}

async function startNew(plan: Plan): Promise<RunningPostgres> {
  const { folders, identity, options } = plan;
  const binaries = await binariesFor(options, plan.found, identity);
  if (statIfThere(folders.cluster) === undefined) {
    await initCluster(folders, binaries, identity, options.durable ?? true);
  }
  checkMajor(folders, binaries);
  removeSockets(folders.cluster);
  const started = await launchOnFreePort(plan, binaries);
  const binary = binaryFingerprint(plan.found);
  const record: LaunchRecord = { pid: started.pid, settings: plan.settings, binary };
  writeFileSync(folders.launch, JSON.stringify(record), { mode: 0o600 });
  const version = await prepareDatabase(folders, started.port);
  options.log.info({ pid: started.pid, port: started.port, version }, 'started Postgres');
  return opened(plan, started, version, binary, false);
}

/**
 * The binaries where the server's user can run them: in the package, in the data folder or in the shared
 * cache.
 */
export async function binariesFor(
  options: Pick<StartOptions, 'dataDir' | 'log'>,
  found: PostgresBinaries,
  identity: Identity | undefined,
): Promise<PostgresBinaries> {
  const dataDir = resolve(options.dataDir);
  const spare = [dataDir];
  if (!canReach(join(dataDir, 'x'), identity)) {
    mkdirSync(SHARED_CACHE, { recursive: true, mode: 0o755 });
    spare.push(SHARED_CACHE);
  }
  return prepareBinaries(found, identity, spare, options.log);
}

function checkMajor(folders: Folders, binaries: PostgresBinaries): void {
  const major = readFileSync(join(folders.cluster, 'PG_VERSION'), 'utf8').trim();
  if (major === binaries.major) return;
  throw new PostgresError(
    'incompatible_data',
    `${folders.cluster} was written by Postgres ${major}, and the installed one is ${binaries.major}. ` +
      'Install the earlier TPMall, take a dump, and load it into a new data folder.',
  );
}

async function launchOnFreePort(plan: Plan, binaries: PostgresBinaries): Promise<PidFile> {
  const { options, folders, identity, settings } = plan;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const launch: Launch = { folders, binaries, identity, settings, port };
    try {
      return await launchServer(launch);
    } catch (error) {
      if (!(error instanceof PostgresError) || attempt === LAUNCH_ATTEMPTS) throw error;
      // Backends of a server that was killed may outlive it for a moment, or for a long statement.
      if (error.message.includes('shared memory')) await endOrphans(folders.cluster);
      // One that was killed this instant still has its number: it has to be gone before another may start.
      else if (error.message.includes('postmaster.pid" already exists')) await sleep(DYING_MS);
      else if (!error.message.includes('could not bind') || options.port !== undefined) throw error;
    }
  }
}

function urlFor(folders: Folders, port: number, database: string): string {
  const password = encodeURIComponent(superuserPassword(folders).reveal());
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** As libpq writes it: the parameter comes before the address. */
function localUrlFor(folders: Folders, port: number): string {
  const url = urlFor(folders, port, SUPERUSER);
  const socket = socketFolderOf(folders.cluster, port);
  return socket === undefined ? url : `${url}?host=${encodeURIComponent(socket)}`;
}

/** Asks a server for its version; undefined where it does not let us in, so cannot be used as it is. */
async function askVersion(url: string, log: Log): Promise<string | undefined> {
  try {
    return await withConnection({ connectionString: url, connectionTimeoutMillis: 5_000 }, async (client) => {
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version;
    });
  } catch (error) {
    // Another password, shutting down, gone: whatever the reason, it is not one to adopt.
    log.info({ reason: String(error) }, 'the running Postgres does not let us in');
    return undefined;
  }
}

/** Creates our database on the first start, and answers the server's version. */
function prepareDatabase(folders: Folders, port: number): Promise<string> {
  return withConnection({ connectionString: urlFor(folders, port, 'postgres') }, async (client) => {
    const { rows } = await client.query<{ version: string; present: boolean }>(
      `SELECT current_setting('server_version') AS version,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS present`,
      [SUPERUSER],
    );
    if (rows[0]?.present === false) await client.query(`CREATE DATABASE ${SUPERUSER}`);
    return rows[0]?.version ?? '';
  });
}

function readRecord(folders: Folders): LaunchRecord | undefined {
  const text = readIfThere(folders.launch);
  return text === undefined ? undefined : (JSON.parse(text) as LaunchRecord);
}

function opened(
  plan: Plan,
  running: PidFile,
  version: string,
  binary: string,
  adopted: boolean,
): RunningPostgres {
  const { folders, found, identity } = plan;
  const use = joinUsers(folders, running.pid);
  return {
    url: urlFor(folders, running.port, SUPERUSER),
    localUrl: localUrlFor(folders, running.port),
    port: running.port,
    pid: running.pid,
    version,
    adopted,
    binaryChanged: () => binaryFingerprint(found) !== binary,
    stop: () =>
      withFileLock(folders.lock, async () => {
        leaveUsers(use);
        // Looked for again: after a crash another process may have started another server in its place.
        const now = findServer(folders);
        if (now === undefined || livingUsers(folders, now.pid).length > 0) return;
        await stopServer(now.pid, folders, found, identity);
      }),
  };
}

/**
 * Stops whatever server runs on a data folder, whoever uses it.
 *
 * @returns false when none ran
 */
export async function stopPostgres(dataDir: string): Promise<boolean> {
  const folders = foldersOf(resolve(dataDir));
  if (statIfThere(folders.cluster) === undefined) return false;
  return withFileLock(folders.lock, async () => {
    const running = findServer(folders);
    if (running === undefined) {
      await endOrphans(folders.cluster);
      return false;
    }
    await stopServer(running.pid, folders, findBinaries(), serverIdentity(folders.cluster));
    return true;
  });
}

/**
 * Stops what runs of the data folder's server, and takes all away that the launcher keeps in the folder, but
 * for copied programs: the next start uses them again.
 */
export async function removePostgres(dataDir: string): Promise<void> {
  await stopPostgres(dataDir);
  const { cluster, draft, password, log, launch, users, lock } = foldersOf(dataDir);
  for (const path of [cluster, draft, password, log, launch, users, lock]) {
    rmSync(path, { recursive: true, force: true });
  }
}

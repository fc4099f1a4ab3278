import { createHmac } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hash128, type Random, type Redacted, redacted } from '@tpmall/kernel';
import { createFileOnce } from '@tpmall/platform/files';
import { lockHolder, removePostgres } from '@tpmall/platform/postgres';
import { UsageError } from './usage-error.ts';

/** The longest path of a unix socket that every system takes (sun_path, with room for a name). */
const SOCKET_PATH_MAX = 80;

const SECRET_FILE = 'instance.secret';
const DEV_FILE = 'dev.json';
/** What an instance keeps beside its database and its secret. */
const KEPT = [DEV_FILE, `${DEV_FILE}.new`, 'card-network', 'vault', 'run'];

/** Somebody of the demonstration. */
export interface DemoLogin {
  readonly role: 'shopper' | 'merchant' | 'operator';
  readonly email: string;
  readonly name: string;
  /** The merchant that they work for. */
  readonly account: string | null;
}

/** What tools read to find a running instance: `dev.json` in the data folder. */
export interface DevFile {
  readonly apiUrl: string;
  readonly vaultUrl: string;
  /** The console of developers and operators. */
  readonly consoleUrl: string;
  /** The pages of shoppers. */
  readonly mallUrl: string;
  /** Empty where payments go to an acquirer of one's own. */
  readonly simulatorUrl: string;
  /** What says what is otherwise than by default; null: nothing does. */
  readonly settingsFile: string | null;
  /** What the mails say that were sent; empty where they go to a mail host of one's own. */
  readonly mailboxUrl: string;
  readonly databaseUrl: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly operatorKey: string;
  /** The demo merchants, by what they sell. */
  readonly connectedAccounts: readonly { readonly id: string; readonly name: string }[];
  /** Whom to sign in as, by a code that the mailbox shows. */
  readonly demoLogins: readonly DemoLogin[];
  /** Whether the mall was filled as well; false where it has not run yet. Earlier versions did not say. */
  readonly hasGoods?: boolean;
  readonly pid: number;
}

/** The data folder of an instance and the secret that everything else of it is derived from. */
export interface Instance {
  readonly dataDir: string;
  /** A secret of its own for each purpose; the same on every start. */
  secretFor(purpose: string): Redacted<string>;
  /** Where a module listens for calls from other processes of this instance. */
  socketOf(module: string): string;
  readDev(): DevFile | undefined;
  writeDev(dev: DevFile): void;
}

/**
 * Opens the data folder, making it and its secret on the first start. Throws `UsageError` where the folder
 * cannot be used.
 */
export function openInstance(dataDir: string, random: Random): Instance {
  const [secret, runDir] = within(dataDir, () => {
    makeFolders(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return [readOrMakeSecret(join(dataDir, SECRET_FILE), random), runFolder(dataDir)] as const;
  });
  return {
    dataDir,
    secretFor: (purpose) => redacted(createHmac('sha256', secret.reveal()).update(purpose).digest('hex')),
    socketOf: (module) => join(runDir, `${module}.sock`),
    readDev: () => readDevFile(dataDir),
    writeDev: (dev) => writeWhole(join(dataDir, DEV_FILE), `${JSON.stringify(dev, null, 2)}\n`),
  };
}

/** Whether an instance was ever started in a folder. */
export function isInstance(dataDir: string): boolean {
  return existsSync(join(dataDir, SECRET_FILE));
}

/** What the last start in a data folder wrote for tools; undefined where there was none. */
export function readDevFile(dataDir: string): DevFile | undefined {
  const path = join(dataDir, DEV_FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as DevFile) : undefined;
}

/** The file by which one process holds a module of a data folder. */
export function lockOf(dataDir: string, module: string): string {
  return join(dataDir, 'run', `${module}.lock`);
}

/** The number of the living process that runs a module of a data folder; undefined where none does. */
export function holderOf(dataDir: string, module: string): number | undefined {
  return lockHolder(lockOf(dataDir, module))?.pid;
}

/**
 * What tools go by to find a running instance: what the server that runs in the data folder wrote; undefined
 * where none does. A file that was restored, or whose server has ended, leads to another instance: to the
 * original, or to one that has taken the port.
 */
export function readRunningDev(dataDir: string): DevFile | undefined {
  const dev = readDevFile(dataDir);
  return dev && holderOf(dataDir, 'gateway') === dev.pid ? dev : undefined;
}

/** What a person is told where {@link readRunningDev} finds nothing. */
export function noServer(dataDir: string): string {
  return `No server is ready in ${dataDir}: npm start -- --data-dir ${dataDir}`;
}

/**
 * Throws away everything an instance keeps, and nothing else that lies in its folder. A Postgres that was
 * left running there is stopped first.
 */
export async function removeInstance(dataDir: string): Promise<void> {
  // What leads to the database goes first, and what makes the folder an instance last: one that was
  // interrupted can be done again.
  rmSync(join(dataDir, DEV_FILE), { force: true });
  await removePostgres(dataDir);
  for (const name of [...KEPT, SECRET_FILE]) rmSync(join(dataDir, name), { recursive: true, force: true });
  if (readdirSync(dataDir).length === 0) rmdirSync(dataDir);
}

/** What the system refuses there (a full disk, a missing right) is said of the folder. */
function within<T>(dataDir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `The data folder ${dataDir} cannot be used: ${why}. Choose another with --data-dir.`,
    );
  }
}

/**
 * Makes a folder with all above it. Node's own way never returns where a file system refuses a folder as if
 * the one above were missing, as `/proc` does.
 */
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (!existsSync(dirname(folder))) makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Of two processes that start at once, one makes it.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function runFolder(dataDir: string): string {
  const inside = join(dataDir, 'run');
  const folder =
    inside.length <= SOCKET_PATH_MAX
      ? inside
      : join(tmpdir(), `tpmall-${hash128(dataDir).toString(16).slice(0, 12)}`);
  if (folder === inside || !existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (folder !== inside) refuseStrange(folder);
  return folder;
}

/** Everybody may make folders in /tmp, and whoever owns the one of the sockets could stand in for modules. */
function refuseStrange(folder: string): void {
  const found = lstatSync(folder);
  const isOurs = found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  // Windows has no such bits: there the user's own temporary folder is the guard.
  if (found.isDirectory() && (isOurs || process.platform === 'win32')) return;
  throw new UsageError(
    `${folder}, where this instance's sockets are to be, is not a folder of this user alone. Remove it, or ` +
      'start with a --data-dir whose path is shorter.',
  );
}

function readOrMakeSecret(path: string, random: Random): Redacted<string> {
  // Of two processes that start at once, one makes the secret and the other reads it.
  if (!existsSync(path)) createFileOnce(path, `${Buffer.from(random.bytes(32)).toString('hex')}\n`, random);
  const secret = readFileSync(path, 'utf8').trim();
  if (/^[0-9a-f]{64}$/.test(secret)) return redacted(secret);
  throw new UsageError(
    `${path} is not a secret of 64 hexadecimal digits, and all keys of the instance derive from it. Put it ` +
      'back from a backup.',
  );
}

/** Only its owner may read it, since some hold keys; written whole, so a reader never sees half of it. */
export function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

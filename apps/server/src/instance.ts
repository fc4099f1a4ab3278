import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash128, type Random, type Redacted, redacted } from '@tpmall/kernel';
import { stopPostgres } from '@tpmall/platform/postgres';

/** The longest path of a unix socket that every system takes (sun_path, with room for a name). */
const SOCKET_PATH_MAX = 80;

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
  readonly simulatorUrl: string;
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

/** Opens the data folder, making it and its secret on the first start. */
export function openInstance(dataDir: string, random: Random): Instance {
  mkdirSync(dataDir, { recursive: true });
  const secret = readOrMakeSecret(join(dataDir, 'instance.secret'), random);
  const devPath = join(dataDir, 'dev.json');
  const runDir = runFolder(dataDir);
  return {
    dataDir,
    secretFor: (purpose) => redacted(createHmac('sha256', secret.reveal()).update(purpose).digest('hex')),
    socketOf: (module) => join(runDir, `${module}.sock`),
    readDev: () => (existsSync(devPath) ? (JSON.parse(readFileSync(devPath, 'utf8')) as DevFile) : undefined),
    writeDev: (dev) => writeWhole(devPath, `${JSON.stringify(dev, null, 2)}\n`),
  };
}

/** Throws away everything an instance keeps. A Postgres that was left running there is stopped first. */
export async function removeInstance(dataDir: string): Promise<void> {
  await stopPostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

function runFolder(dataDir: string): string {
  const inside = join(dataDir, 'run');
  const folder =
    inside.length <= SOCKET_PATH_MAX
      ? inside
      : join(tmpdir(), `tpmall-${hash128(dataDir).toString(16).slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function readOrMakeSecret(path: string, random: Random): Redacted<string> {
  if (existsSync(path)) return redacted(readFileSync(path, 'utf8').trim());
  const made = Buffer.from(random.bytes(32)).toString('hex');
  try {
    // `wx`: of two processes that start at once, one makes the secret and the other reads it.
    writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return redacted(made);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return redacted(readFileSync(path, 'utf8').trim());
    }
    throw error;
  }
}

/** Holds keys, so only its owner may read it; written whole, so a reader never sees half of it. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

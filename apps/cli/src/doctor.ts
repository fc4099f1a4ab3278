import { type StatsFs, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import { ConfigError } from '@tpmall/platform/config';
import { resolveDatabase } from '@tpmall/platform/postgres';
import { type DevFile, holderOf, noServer, readDevFile, readRunningDev } from '@tpmall/server/instance';
import { MODULE_NAMES, type ServerOptions, UsageError } from '@tpmall/server/options';
import { readArguments } from './instance-arguments.ts';

/** Less free disk than this and Postgres will soon stop taking writes. */
const DISK_MIN_BYTES = 1024 ** 3;
const MEMORY_MIN_BYTES = 1024 ** 3;
/** Health is answered at once; who takes longer hangs. */
const ANSWER_MS = 5_000;
const NODE_MIN = [20, 19] as const;

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, or what to do. */
  readonly says: string;
}

/** `tpmall doctor`: looks at what a start needs and at what runs; exit 1 where something is in the way. */
export async function doctor(args: string[]): Promise<number> {
  const { server, json } = readArguments(args);
  const dev = readDevFile(server.dataDir);
  const settingsFile = server.settingsFile ?? dev?.settingsFile ?? undefined;
  const findings = [
    ...[node(), memory(), database(), disk(server.dataDir), await settings({ ...server, settingsFile })],
    ...(await running(server.dataDir, dev)),
  ];
  const ok = findings.every((finding) => finding.ok);
  if (json) process.stdout.write(`${JSON.stringify({ ok, findings })}\n`);
  else for (const { what, ok: good, says } of findings) print(good, what, says);
  return ok ? 0 : 1;
}

function print(good: boolean, what: string, says: string): void {
  process.stdout.write(`${good ? '●' : '▬'} ${what.padEnd(14)} ${says}\n`);
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return {
    what: 'Node',
    ok,
    says: ok ? process.version : `${process.version}; ${NODE_MIN.join('.')} or newer is needed`,
  };
}

function memory(): Finding {
  const ok = totalmem() >= MEMORY_MIN_BYTES;
  const remedy = `; ${gib(MEMORY_MIN_BYTES)} are needed: close other programs or take a larger machine`;
  return { what: 'memory', ok, says: gib(totalmem()) + (ok ? '' : remedy) };
}

function gib(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

function database(): Finding {
  const source = resolveDatabase(process.env);
  if (!source.ok) return { what: 'database', ok: false, says: source.error.message };
  const says =
    source.value.kind === 'external' ? 'the one of DATABASE_URL' : 'embedded Postgres is installed';
  return { what: 'database', ok: true, says };
}

function disk(dataDir: string): Finding {
  const where = nearestFolder(dataDir);
  const free = where.bavail * where.bsize;
  const ok = free >= DISK_MIN_BYTES;
  const remedy = `; ${gib(DISK_MIN_BYTES)} are needed: make room, or move it with --data-dir`;
  return { what: 'disk', ok, says: `${gib(free)} free for ${dataDir}${ok ? '' : remedy}` };
}

function nearestFolder(path: string): StatsFs {
  try {
    return statfsSync(path);
  } catch (error) {
    // The data folder is made at the first start; its parent is on the same disk.
    const parent = dirname(path);
    if (parent === path || !(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      throw error;
    return nearestFolder(parent);
  }
}

async function settings(server: ServerOptions): Promise<Finding> {
  const what = 'settings';
  const { settingsFile } = server;
  if (settingsFile === undefined) return { what, ok: true, says: 'no settings file: all is by default' };
  // Only here, because it loads all modules, whose schemas the settings are parsed with.
  const { readSettingsFile } = await import('@tpmall/server');
  try {
    readSettingsFile(server, process.env);
    return { what, ok: true, says: settingsFile };
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError)
      return { what, ok: false, says: error.message };
    throw error;
  }
}

async function running(dataDir: string, dev: DevFile | undefined): Promise<Finding[]> {
  if (!dev) return [{ what: 'server', ok: true, says: 'has not been started here yet: npm start' }];
  if (!readRunningDev(dataDir)) return [{ what: 'server', ok: false, says: noServer(dataDir) }];
  const runs = (module: string): boolean => holderOf(dataDir, module) !== undefined;
  const asked = [
    ['server', `${dev.apiUrl}/readyz`],
    ...(runs('vault') ? [['vault', `${dev.vaultUrl}/readyz`] as const] : []),
    ...(runs('acquiring') && dev.simulatorUrl !== ''
      ? [['card network', `${dev.simulatorUrl}/health`] as const]
      : []),
    ...(runs('mail') && dev.mailboxUrl !== '' ? [['mailbox', `${dev.mailboxUrl}/health`] as const] : []),
  ] as const;
  const missing = MODULE_NAMES.filter((module) => !runs(module));
  return [
    ...(missing.length === 0 ? [] : [notRunning(dataDir, missing)]),
    ...(await Promise.all(asked.map(([what, url]) => answerOf(what, url)))),
  ];
}

/** The server answers, and whatever needs these will not. */
function notRunning(dataDir: string, modules: readonly string[]): Finding {
  const start = `npm start -- --data-dir ${dataDir} --modules ${modules.join(',')}`;
  return { what: 'modules', ok: false, says: `no process runs ${modules.join(', ')}: ${start}` };
}

async function answerOf(what: string, url: string): Promise<Finding> {
  return fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
    ({ ok, status }) => ({
      ...{ what, ok },
      says: `${url} answers ${status}${ok ? '' : '; what it lacks is in the log of npm start'}`,
    }),
    (error: unknown) => ({
      ...{ what, ok: false },
      says: `${url} does not answer (${String(error)}); npm start starts it`,
    }),
  );
}

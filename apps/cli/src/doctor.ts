import { existsSync, type StatsFs, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { systemRandom } from '@tpmall/kernel';
import { resolveDatabase } from '@tpmall/platform/postgres';
import { openInstance } from '@tpmall/server/instance';
import { readArguments } from './instance-arguments.ts';

/** Less free disk than this and Postgres will soon stop taking writes. */
const DISK_MIN_BYTES = 1024 ** 3;
const MEMORY_MIN_BYTES = 1024 ** 3;
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
  const findings = [node(), memory(), database(), disk(server.dataDir), ...(await running(server.dataDir))];
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
  const gib = `${(totalmem() / 1024 ** 3).toFixed(1)} GiB`;
  return { what: 'memory', ok: totalmem() >= MEMORY_MIN_BYTES, says: gib };
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
  const says = `${(free / 1024 ** 3).toFixed(1)} GiB free for ${dataDir}`;
  return { what: 'disk', ok: free >= DISK_MIN_BYTES, says };
}

function nearestFolder(path: string): StatsFs {
  try {
    return statfsSync(path);
  } catch (error) {
    // The data folder is made at the first start; its parent is on the same disk.
    if (path === '/' || !(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return nearestFolder(path.slice(0, Math.max(1, path.lastIndexOf('/'))));
  }
}

async function running(dataDir: string): Promise<Finding[]> {
  const dev = existsSync(dataDir) ? openInstance(dataDir, systemRandom).readDev() : undefined;
  if (!dev) return [{ what: 'server', ok: true, says: 'has not been started here yet: npm start' }];
  const asked = [
    ['server', `${dev.apiUrl}/readyz`],
    ['vault', `${dev.vaultUrl}/readyz`],
    ['card network', `${dev.simulatorUrl}/health`],
    ...(dev.mailboxUrl === '' ? [] : [['mailbox', `${dev.mailboxUrl}/health`] as const]),
  ] as const;
  return Promise.all(
    asked.map(async ([what, url]) => {
      const answer = await fetch(url).then(
        (response) => ({ ok: response.ok, says: `${url} answers ${response.status}` }),
        (error: unknown) => ({
          ok: false,
          says: `${url} does not answer (${String(error)}); npm start starts it`,
        }),
      );
      return { what, ...answer };
    }),
  );
}

import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { unwrap } from '@tpmall/kernel';
import {
  findBinaries,
  type Machine,
  PostgresError,
  resolveDatabase,
  startPostgres,
  thisMachine,
} from '@tpmall/platform/postgres';
import { freePorts, silentLog } from '@tpmall/platform/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareBinaries, program } from '../platform/src/postgres/binaries.ts';
import { foldersOf, SOCKET_FOLDER } from '../platform/src/postgres/folders.ts';
import { serverIdentity } from '../platform/src/postgres/identity.ts';
import { launchWithPgCtl } from '../platform/src/postgres/server-process.ts';
import { ask, holdPostgres, scratchFolder } from './setup/postgres-tools.ts';

const NOBODY = { uid: 65534, gid: 65534 };
const asRoot = process.getuid?.() === 0;

let scratch: ReturnType<typeof scratchFolder>;
let dataDir: string;
beforeEach(() => {
  scratch = scratchFolder();
  dataDir = join(scratch.folder, 'data');
});
afterEach(() => scratch.release());

const start = (more: Partial<Parameters<typeof startPostgres>[0]> = {}) =>
  startPostgres({ dataDir, log: silentLog, durable: false, ...more });

/** The package as npm unpacks it when install scripts are off: without the links. */
function bareBinaries() {
  const found = findBinaries();
  const folder = join(scratch.folder, 'native');
  cpSync(found.folder, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  });
  for (const entry of readdirSync(join(folder, 'lib'), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(join(folder, 'lib', entry.name));
  }
  return { ...found, folder };
}

test('trap a: library links are created when install scripts were off', async () => {
  const binaries = bareBinaries();
  const listed = JSON.parse(readFileSync(join(binaries.folder, 'pg-symlinks.json'), 'utf8')) as unknown[];
  const prepared = await prepareBinaries(binaries, undefined, [], silentLog);
  expect(prepared.folder).toBe(binaries.folder);
  const links = readdirSync(join(binaries.folder, 'lib'), { withFileTypes: true }).filter((entry) =>
    entry.isSymbolicLink(),
  );
  expect(links).toHaveLength(listed.length);
  for (const link of links) expect(existsSync(join(binaries.folder, 'lib', link.name))).toBe(true);
  const postgres = await start({ binaries });
  await postgres.stop();
});

test('trap a: where links cannot be created, the programs are copied', async () => {
  const binaries = bareBinaries();
  const copies = scratchFolder(0o777);
  chmodSync(join(binaries.folder, 'lib'), 0o555);
  // Root may write everywhere, so it looks at the folder as nobody would.
  if (asRoot) process.seteuid?.(NOBODY.uid);
  try {
    const prepared = await prepareBinaries(binaries, undefined, [copies.folder], silentLog);
    expect(prepared.folder.startsWith(copies.folder)).toBe(true);
    expect(existsSync(join(prepared.folder, 'lib', 'libpq.so.5'))).toBe(true);
  } finally {
    if (asRoot) process.seteuid?.(0);
    chmodSync(join(binaries.folder, 'lib'), 0o755);
    await copies.release();
  }
});

test('trap b: programs below a folder with mode 0700 are copied to where they can be read', async () => {
  const closed = scratchFolder(0o700);
  const copies = scratchFolder();
  try {
    // Neither root nor whoever runs the tests.
    const stranger = { uid: 65_533, gid: 65_533 };
    const binaries = { ...bareBinaries(), folder: join(closed.folder, 'native') };
    cpSync(join(scratch.folder, 'native'), binaries.folder, { recursive: true, verbatimSymlinks: true });
    const prepared = await prepareBinaries(binaries, stranger, [closed.folder, copies.folder], silentLog);
    expect(prepared.folder.startsWith(copies.folder)).toBe(true);
    expect(statSync(program(prepared, 'postgres')).mode & 0o005).toBe(0o005);
    const again = await prepareBinaries(binaries, stranger, [closed.folder, copies.folder], silentLog);
    expect(again.folder).toBe(prepared.folder);
    expect(readdirSync(copies.folder)).toHaveLength(1);
    const postgres = await start({ binaries: prepared });
    await postgres.stop();
  } finally {
    await closed.release();
    await copies.release();
  }
});

test('trap b: a data folder below a folder with mode 0700 works', async () => {
  const closed = scratchFolder(0o700);
  try {
    const postgres = await start({ dataDir: join(closed.folder, 'data') });
    await ask(postgres.url, 'CREATE TABLE kept (n int)');
    await postgres.stop();
    const again = await start({ dataDir: join(closed.folder, 'data') });
    expect(await ask(again.url, 'SELECT n FROM kept')).toEqual([]);
    await again.stop();
  } finally {
    await closed.release();
  }
});

test('trap e: pg_ctl, the way of Windows, starts the same server', async () => {
  await (await start()).stop();
  const folders = foldersOf(dataDir);
  const started = await launchWithPgCtl({
    folders,
    binaries: findBinaries(),
    identity: serverIdentity(folders.cluster),
    port: await freePorts(),
    settings: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
  });
  expect(started.ready).toBe(true);
  const password = readFileSync(folders.password, 'utf8');
  const url = `postgres://tpmall:${password}@127.0.0.1:${started.port}/tpmall`;
  expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('trap f: only loopback and a private socket listen, and only the password opens', async () => {
  const postgres = await start();
  const shown = await ask(
    postgres.url,
    `SELECT current_setting('listen_addresses') AS addresses,
            current_setting('unix_socket_directories') AS sockets,
            current_setting('ssl') AS ssl, current_setting('password_encryption') AS passwords`,
  );
  const sockets = process.platform === 'win32' ? '' : SOCKET_FOLDER;
  expect(shown).toEqual([{ addresses: '127.0.0.1', sockets, ssl: 'off', passwords: 'scram-sha-256' }]);
  for (const url of [postgres.url, postgres.localUrl]) {
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  }
  expect(statSync(foldersOf(dataDir).cluster).mode & 0o777).toBe(0o700);
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === 'IPv4' && !address.internal);
  for (const other of others) {
    const url = new URL(postgres.url);
    url.hostname = other?.address ?? '';
    await expect(ask(url.href, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
  expect(statSync(foldersOf(dataDir).password).mode & 0o777).toBe(0o600);
  // While it is started again after a crash no connection of anybody's may be given its port.
  expect(postgres.port).toBeLessThan(32_768);
  await postgres.stop();
});

test('what clients on the machine say goes through the socket', async () => {
  const asked = `SELECT inet_server_addr() AS address, current_setting('data_directory') AS folder`;
  const port = await freePorts();
  const postgres = await start({ port });
  const { cluster } = foldersOf(dataDir);
  expect(await ask(postgres.url, asked)).toMatchObject([{ address: '127.0.0.1' }]);
  expect(await ask(postgres.localUrl, asked)).toMatchObject([{ address: null }]);
  expect(new URL(postgres.localUrl).searchParams.get('host')).toBe(join(cluster, SOCKET_FOLDER));

  // Of a server that was killed the socket is left behind, and so is the number in its lock, which a process
  // of the same user may have by now.
  const { uid, gid } = statSync(cluster);
  const other = spawn('sleep', ['600'], { stdio: 'ignore', ...(asRoot && { uid, gid }) });
  try {
    process.kill(postgres.pid, 'SIGKILL');
    const lock = join(cluster, SOCKET_FOLDER, `.s.PGSQL.${port}.lock`);
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(String(postgres.pid), String(other.pid)));
    const again = await start({ port });
    expect(await ask(again.localUrl, asked)).toMatchObject([{ address: null }]);
    await again.stop();
  } finally {
    other.kill('SIGKILL');
  }
});

test('a socket whose path is too long for the system is not used', async () => {
  const far = join(scratch.folder, 'data', 'd'.repeat(100));
  const postgres = await start({ dataDir: far });
  expect(postgres.localUrl).toBe(postgres.url);
  expect(await ask(postgres.localUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test('trap g: on Alpine the refusal says so and names DATABASE_URL', () => {
  const alpine: Machine = {
    platform: 'linux',
    arch: 'x64',
    exists: () => false,
    resolve: () => '/x/dist/index.js',
  };
  const refused = resolveDatabase({}, alpine);
  expect(refused).toMatchObject({ ok: false, error: { code: 'no_binaries', field: 'DATABASE_URL' } });
  expect(refused.ok ? '' : refused.error.message).toMatch(/Alpine.*DATABASE_URL/);
  expect(unwrap(resolveDatabase({ DATABASE_URL: 'postgres://u:p@db:5432/mall' }, alpine))).toEqual({
    kind: 'external',
    url: 'postgres://u:p@db:5432/mall',
  });
});

test('trap g: other machines without binaries are refused with their reason', () => {
  const riscv = resolveDatabase({}, { ...thisMachine, arch: 'riscv64' });
  expect(riscv.ok ? '' : riscv.error.message).toMatch(/riscv64.*DATABASE_URL/);
  const omitted = resolveDatabase({}, { ...thisMachine, resolve: () => undefined });
  expect(omitted.ok ? '' : omitted.error.message).toMatch(/--omit=optional.*DATABASE_URL/);
  const nonsense = resolveDatabase({ DATABASE_URL: 'mysql://secret@x' });
  expect(nonsense).toMatchObject({ ok: false, error: { code: 'bad_database_url' } });
  expect(JSON.stringify(nonsense)).not.toContain('secret');
});

test('uid 0: the server never runs as root', async () => {
  const postgres = await start();
  expect(statSync(join(dataDir, 'postgres')).uid).not.toBe(0);
  if (process.platform === 'linux') expect(statSync(`/proc/${postgres.pid}`).uid).not.toBe(0);
  await postgres.stop();
});

test('uid 0: root and a normal user each run a server, and root may go on with the user’s', async () => {
  const home = scratchFolder(0o777);
  const theirs = join(home.folder, 'data');
  const readable = await prepareBinaries(findBinaries(), NOBODY, [scratch.folder], silentLog);
  // Any user that has a name: initdb insists on one. Number 1 is daemon on every Unix.
  const user = asRoot ? 1 : (process.getuid?.() ?? 0);
  const holder = await holdPostgres(theirs, ...(asRoot ? [`${user}`, readable.folder, readable.major] : []));
  expect(await ask(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await holder.release();
  const postgres = await startPostgres({ dataDir: theirs, log: silentLog, durable: false });
  expect(statSync(join(theirs, 'postgres')).uid).toBe(user);
  await postgres.stop();
  if (asRoot) {
    // The other way round there is no way in, and the refusal says whose the folder is.
    await (await start()).stop();
    const refused = holdPostgres(dataDir, `${user}`, readable.folder, readable.major);
    await expect(refused).rejects.toThrow(/belongs to user 65534.*this is user 1\./s);
  }
  await home.release();
});

test('package upgrade: a replaced binary is noticed, and the next start replaces the server', async () => {
  const binaries = bareBinaries();
  const before = await start({ binaries });
  expect(before.binaryChanged()).toBe(false);
  const file = program(binaries, 'postgres');
  const content = readFileSync(file);
  rmSync(file);
  writeFileSync(file, content, { mode: 0o755 });
  expect(before.binaryChanged()).toBe(true);
  await expect(start({ binaries })).rejects.toMatchObject({ code: 'in_use' });
  await before.stop();
  const after = await start({ binaries });
  expect(after.binaryChanged()).toBe(false);
  expect(after.pid).not.toBe(before.pid);
  await after.stop();
});

test('a data folder of another major version is refused, not touched', async () => {
  await (await start()).stop();
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await expect(start()).rejects.toThrow(PostgresError);
  await expect(start()).rejects.toMatchObject({ code: 'incompatible_data' });
});

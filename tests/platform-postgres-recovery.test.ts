import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@tpmall/platform/postgres';
import { silentLog } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { foldersOf } from '../platform/src/postgres/folders.ts';
import { isAlive, isRunning, processOf } from '../platform/src/postgres/process-identity.ts';
import { findServer } from '../platform/src/postgres/server-process.ts';
import { ask, holdPostgres, scratchFolder } from './setup/postgres-tools.ts';

let scratch: ReturnType<typeof scratchFolder>;
let dataDir: string;
beforeEach(() => {
  scratch = scratchFolder();
  dataDir = join(scratch.folder, 'data');
});
afterEach(() => scratch.release());

const start = (more: Partial<Parameters<typeof startPostgres>[0]> = {}) =>
  startPostgres({ dataDir, log: silentLog, durable: false, ...more });

test('a second start keeps the data and the password', async () => {
  const first = await start();
  await ask(first.url, "CREATE TABLE kept AS SELECT 'here' AS word");
  await first.stop();
  expect(isRunning(first.pid)).toBe(false);
  const second = await start();
  expect(second.adopted).toBe(false);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
  expect(await ask(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'here' }]);
  await second.stop();
});

test('in real use commits wait for the disk', async () => {
  const postgres = await start({ durable: true });
  const shown = await ask<{ name: string }>(
    postgres.url,
    `SELECT name FROM pg_settings WHERE setting = 'on'
     AND name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums') ORDER BY name`,
  );
  expect(shown.map(({ name }) => name)).toEqual([
    'data_checksums',
    'fsync',
    'full_page_writes',
    'synchronous_commit',
  ]);
  await postgres.stop();
});

test('trap c: a pid file that a crash left says "ready" but is not believed', async () => {
  const before = await start();
  process.kill(before.pid, 'SIGKILL');
  const pidFile = join(foldersOf(dataDir).cluster, 'postmaster.pid');
  expect(readFileSync(pidFile, 'utf8')).toContain('ready');
  const after = await start();
  expect(after.adopted).toBe(false);
  expect(after.pid).not.toBe(before.pid);
  expect(await ask(after.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await before.stop();
  expect(await ask(after.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await after.stop();
  expect(isRunning(after.pid)).toBe(false);
});

test('trap c: a stale pid file whose number another program has now leaves that program alone', async () => {
  const before = await start();
  const pidFile = join(foldersOf(dataDir).cluster, 'postmaster.pid');
  const content = readFileSync(pidFile, 'utf8');
  await before.stop();
  const innocent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  writeFileSync(pidFile, content.replace(/^\d+/, String(innocent.pid)));
  const after = await start();
  expect(after.adopted).toBe(false);
  expect(isRunning(innocent.pid ?? 0)).toBe(true);
  innocent.kill();
  await after.stop();
});

/** Does synchronous work as on another system. */
function onSystem(name: NodeJS.Platform, work: () => void): void {
  const real = process.platform;
  Object.defineProperty(process, 'platform', { value: name });
  try {
    work();
  } finally {
    Object.defineProperty(process, 'platform', { value: real });
  }
}

test.skipIf(!existsSync('/bin/ps'))('trap c: where ps alone tells of processes, it is asked', async () => {
  const postgres = await start();
  const folders = foldersOf(dataDir);
  const pidFile = join(folders.cluster, 'postmaster.pid');
  const content = readFileSync(pidFile, 'utf8');
  onSystem('darwin', () => {
    expect(findServer(folders)?.pid).toBe(postgres.pid);
    const us = processOf(process.pid);
    expect(isAlive(us)).toBe(true);
    expect(isAlive({ ...us, startedAt: 'Thu Jan  1 00:00:00 1970' })).toBe(false);
    // As a version wrote it that did not ask.
    expect(isAlive({ ...us, startedAt: '' })).toBe(true);
  });
  await postgres.stop();
  writeFileSync(pidFile, content.replace(/^\d+/, String(process.pid)));
  onSystem('darwin', () => expect(findServer(folders)).toBeUndefined());
  expect(existsSync(pidFile)).toBe(false);
});

test('trap c: backends that outlive a killed server do not keep the next one from starting', async () => {
  const before = await start();
  const busy = new pg.Client({ connectionString: before.url });
  busy.on('error', () => {});
  await busy.connect();
  // A loop without any wait never looks whether its server is still there.
  const lost = busy
    .query('DO $$ BEGIN FOR i IN 1..1000000000 LOOP NULL; END LOOP; END $$')
    .catch(() => 'lost');
  await ask(before.url, 'SELECT pg_sleep(0.1)');
  process.kill(before.pid, 'SIGKILL');
  const after = await start();
  expect(await ask(after.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await lost).toBe('lost');
  await after.stop();
});

test('trap d: the server of a process that was killed is adopted', async () => {
  const holder = await holdPostgres(dataDir);
  await ask(holder.url, 'CREATE TABLE kept (n int)');
  await holder.kill();
  const postgres = await start();
  expect(postgres).toMatchObject({ adopted: true, pid: holder.pid, url: holder.url });
  expect(await ask(postgres.url, 'SELECT n FROM kept')).toEqual([]);
  await postgres.stop();
  expect(isRunning(holder.pid)).toBe(false);
});

test('trap d: an orphan with other settings is stopped and replaced', async () => {
  const holder = await holdPostgres(dataDir);
  await ask(holder.url, 'CREATE TABLE kept (n int)');
  await holder.kill();
  const postgres = await start({ settings: { work_mem: '8MB' } });
  expect(postgres.adopted).toBe(false);
  expect(isRunning(holder.pid)).toBe(false);
  expect(await ask(postgres.url, 'SHOW work_mem')).toEqual([{ work_mem: '8MB' }]);
  expect(await ask(postgres.url, 'SELECT n FROM kept')).toEqual([]);
  await postgres.stop();
});

test('trap d: a server in use by another process is shared until the last one leaves', async () => {
  const holder = await holdPostgres(dataDir);
  const postgres = await start();
  expect(postgres).toMatchObject({ adopted: true, pid: holder.pid });
  await expect(start({ settings: { work_mem: '8MB' } })).rejects.toMatchObject({ code: 'in_use' });
  await postgres.stop();
  expect(await ask(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await holder.release();
  expect(isRunning(holder.pid)).toBe(false);
});

test('a server in use by others that lets nobody in for a while is waited for', async () => {
  const first = await start();
  const elsewhere = new URL(first.url);
  elsewhere.pathname = '/postgres';
  const open = (to: boolean) => ask(elsewhere.href, `ALTER DATABASE tpmall ALLOW_CONNECTIONS ${to}`);
  // As while it recovers from the death of a backend.
  await open(false);
  let refusals = 0;
  const info = (_fields: unknown, text: string): void => {
    if (!text.includes('does not let us in')) return;
    refusals += 1;
    // It is asked again, which is what the first refusal must not keep it from.
    if (refusals === 2) opened = open(true);
  };
  let opened: Promise<unknown> | undefined;
  const second = await start({ log: { ...silentLog, info } });
  expect(second).toMatchObject({ adopted: true, pid: first.pid });
  await opened;
  await second.stop();
  expect(await ask(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await first.stop();
});

test('starts at the same time end with one server', async () => {
  const [one, two, three] = await Promise.all([start(), start(), start()]);
  expect([two.pid, three.pid]).toEqual([one.pid, one.pid]);
  expect([one, two, three].filter(({ adopted }) => adopted)).toHaveLength(2);
  await Promise.all([one.stop(), two.stop(), three.stop()]);
  expect(isRunning(one.pid)).toBe(false);
});

test('a half-made cluster is made anew', async () => {
  const folders = foldersOf(dataDir);
  mkdirSync(folders.draft, { recursive: true });
  writeFileSync(join(folders.draft, 'PG_VERSION'), '18\n');
  const postgres = await start();
  expect(existsSync(folders.draft)).toBe(false);
  await postgres.stop();
});

test('after kill -9 of every Postgres process each acknowledged row is there', async () => {
  const seed = process.pid;
  const before = await start({ durable: true });
  await ask(before.url, 'CREATE TABLE entry (n int PRIMARY KEY)');
  const acknowledged: number[] = [];
  const writer = new pg.Client({ connectionString: before.url });
  writer.on('error', () => {});
  await writer.connect();
  const killAfter = 50 + (seed % 100);
  const writing = (async () => {
    for (let n = 0; ; n += 1) {
      await writer.query('INSERT INTO entry VALUES ($1)', [n]);
      acknowledged.push(n);
      // Every process: the group that the server leads.
      if (n === killAfter) process.kill(-before.pid, 'SIGKILL');
    }
  })();
  await expect(writing).rejects.toThrow();
  const after = await start({ durable: true });
  const rows = await ask<{ n: number }>(after.url, 'SELECT n FROM entry ORDER BY n');
  const found = new Set(rows.map(({ n }) => n));
  expect(
    acknowledged.filter((n) => !found.has(n)),
    `seed ${seed}`,
  ).toEqual([]);
  await after.stop();
});

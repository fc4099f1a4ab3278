import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryFileLock } from '@tpmall/platform/postgres';
import { UsageError } from '@tpmall/server/options';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backup } from './backup.ts';

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-backup-'));
  dataDir = join(folder, 'data');
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  writeFileSync(join(dataDir, 'instance.secret'), 'a'.repeat(64));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As a server with that database writes it. */
function wrote(databaseUrl: string): void {
  const dev = { databaseUrl, settingsFile: null, pid: process.pid };
  writeFileSync(join(dataDir, 'dev.json'), JSON.stringify(dev));
}

it('copies no database by what is written in a folder where nothing runs', async () => {
  wrote('postgres://tpmall@127.0.0.1:1/tpmall');
  mkdirSync(join(dataDir, 'postgres'));
  const target = join(folder, 'backup');
  const refusal = new UsageError(`No server is ready in ${dataDir}: npm start -- --data-dir ${dataDir}`);
  await expect(backup([target, '--data-dir', dataDir])).rejects.toThrow(refusal);
  expect(existsSync(target)).toBe(false);
});

it.each([
  ['with another admin', 'postgres://postgres@127.0.0.1:1/mall', true],
  ['elsewhere', 'postgres://tpmall@db.example/tpmall', true],
  ['where the folder has no cluster', 'postgres://tpmall@127.0.0.1:1/mall', false],
])('refuses a database that is not the embedded one, %s, and says what to keep', async (_, url, cluster) => {
  wrote(url);
  const lock = tryFileLock(join(dataDir, 'run', 'gateway.lock'));
  if (cluster) mkdirSync(join(dataDir, 'postgres'));
  const target = join(folder, 'backup');
  const refused = await backup([target, '--data-dir', dataDir]).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UsageError);
  expect(String(refused)).toContain(`pg_basebackup). Of the rest keep ${join(dataDir, 'instance.secret')}`);
  expect(existsSync(target)).toBe(false);
  if ('release' in lock) lock.release();
});

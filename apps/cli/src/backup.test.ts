import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@tpmall/server/options';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backup } from './backup.ts';

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-backup-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'instance.secret'), 'a'.repeat(64));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['with another admin', 'postgres://postgres@127.0.0.1:1/mall', true],
  ['elsewhere', 'postgres://tpmall@db.example/tpmall', true],
  ['where the folder has no cluster', 'postgres://tpmall@127.0.0.1:1/mall', false],
])('refuses a database that is not the embedded one, %s, and says what to keep', async (_, url, cluster) => {
  writeFileSync(join(dataDir, 'dev.json'), JSON.stringify({ databaseUrl: url, settingsFile: null }));
  if (cluster) mkdirSync(join(dataDir, 'postgres'));
  const target = join(folder, 'backup');
  const refused = await backup([target, '--data-dir', dataDir]).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UsageError);
  expect(String(refused)).toContain(`pg_basebackup). Of the rest keep ${join(dataDir, 'instance.secret')}`);
  expect(existsSync(target)).toBe(false);
});

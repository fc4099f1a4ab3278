import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@tpmall/platform/telemetry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabaseServer } from './database.ts';
import { UsageError } from './usage-error.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tpmall-database-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const open = () => openDatabaseServer({ databaseUrl: undefined, dataDir, log: silentLog });

test.each([
  ['postgres://mall@db.example/mall', false],
  ['postgres://mall@db.example/mall', true],
  ['postgres://tpmall@127.0.0.1:1/tpmall', false],
])('makes no new database for the keys of %s (a cluster is there: %s)', async (databaseUrl, hasCluster) => {
  writeFileSync(join(dataDir, 'dev.json'), JSON.stringify({ databaseUrl }));
  const cluster = join(dataDir, 'postgres');
  if (hasCluster) mkdirSync(cluster);
  await expect(open()).rejects.toThrow(UsageError);
  await expect(open()).rejects.toThrow('Set DATABASE_URL');
  expect(existsSync(cluster)).toBe(hasCluster);
});

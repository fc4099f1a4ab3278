import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions, UsageError } from '@tpmall/server/options';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLedger } from './ledger-port.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tpmall-ledger-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const open = (env = {}) => openLedger(readOptions(['--data-dir', dataDir], env));

it('makes no instance of a folder that is none', async () => {
  for (const env of [{}, { DATABASE_URL: 'postgres://mall@127.0.0.1:1/mall' }]) {
    await expect(open(env)).rejects.toThrow(
      new UsageError(`Nothing was started in ${dataDir} yet: npm start`),
    );
  }
  expect(readdirSync(dataDir)).toEqual([]);
});

it('makes no database to verify where the one of the instance is elsewhere', async () => {
  writeFileSync(join(dataDir, 'instance.secret'), 'a'.repeat(64));
  await expect(open()).rejects.toThrow(UsageError);
  await expect(open()).rejects.toThrow('set DATABASE_URL');
  expect(readdirSync(dataDir)).not.toContain('postgres');
});

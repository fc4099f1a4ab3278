import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withConnection } from '@tpmall/platform/db';
import { TEST_INSTANCE_SECRET, testDatabase } from '@tpmall/platform/testing';
import { allModules } from '@tpmall/server';
import { readOptions, UsageError } from '@tpmall/server/options';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLedger } from './ledger-port.ts';
import { toolContext } from './ledger-verify.ts';

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

it('starts none of the work that changes what is kept, such as the pruning of events', async () => {
  const database = await testDatabase({ modules: allModules });
  try {
    writeFileSync(join(dataDir, 'instance.secret'), TEST_INSTANCE_SECRET);
    const ledger = await open({ DATABASE_URL: database.url });
    try {
      const verified = await ledger.port.verify(toolContext(), {});
      expect(verified).toMatchObject({ ok: true, value: { ok: true } });
    } finally {
      await ledger.close();
    }
    const { rows } = await withConnection({ connectionString: database.url }, async (admin) =>
      admin.query('SELECT task_identifier FROM graphile_worker.jobs'),
    );
    expect(rows).toEqual([]);
  } finally {
    await database.close();
  }
});

it('makes no database to verify where the one of the instance is elsewhere', async () => {
  writeFileSync(join(dataDir, 'instance.secret'), 'a'.repeat(64));
  await expect(open()).rejects.toThrow(UsageError);
  await expect(open()).rejects.toThrow('set DATABASE_URL');
  expect(readdirSync(dataDir)).not.toContain('postgres');
});

import {
  closeSync,
  cpSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { redacted, systemClock } from '@tpmall/kernel';
import { openDatabase, sql } from '@tpmall/platform/db';
import { migrate } from '@tpmall/platform/migrations';
import { baseBackup, restoreBackup, startPostgres } from '@tpmall/platform/postgres';
import { silentLog } from '@tpmall/platform/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { madeUpModule } from './setup/migration-folders.ts';
import { ask, scratchFolder } from './setup/postgres-tools.ts';

let source: ReturnType<typeof scratchFolder>;
let target: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  source = scratchFolder();
  target = scratchFolder();
});
afterEach(async () => {
  await source.release();
  await target.release();
});

const start = () => startPostgres({ dataDir: join(source.folder, 'data'), log: silentLog, durable: false });
const restore = (backup: string) =>
  restoreBackup(backup, { dataDir: join(target.folder, 'data'), log: silentLog, durable: false });

test('a backup of a live system restores by itself, with every row acknowledged before it', async () => {
  const postgres = await start();
  const shop = madeUpModule('shop');
  shop.write(
    '0001-entry',
    `CREATE TABLE entry (n int PRIMARY KEY); GRANT SELECT, INSERT ON entry TO ${shop.name}_app`,
  );
  const migrateAt = (adminUrl: string) =>
    migrate({ adminUrl, modules: [shop], secret: redacted('s'), log: silentLog, clock: systemClock });
  const db = openDatabase({ url: (await migrateAt(postgres.url)).urlOf(shop.name), name: 'writer' });
  const insert = sql(
    'shop.insert',
    `INSERT INTO ${shop.name}.entry SELECT generate_series($1::int, $1::int + 99)`,
  );
  let acknowledged = 0;
  let writing = true;
  const load = (async () => {
    while (writing) {
      await db.run(insert, [acknowledged]);
      acknowledged += 100;
    }
  })();
  while (acknowledged < 5_000) await ask(postgres.url, 'SELECT pg_sleep(0.01)');
  const atStart = acknowledged;
  const backup = await baseBackup(postgres.url, join(source.folder, 'backup'));
  const atEnd = acknowledged;
  writing = false;
  await load;
  await db.close();
  await postgres.stop();
  expect(backup.bytes).toBe(statSync(join(backup.folder, 'base.tar')).size);
  expect(statSync(join(backup.folder, 'base.tar')).mode & 0o777).toBe(0o600);

  const restored = await restore(backup.folder);
  expect(restored.adopted).toBe(false);
  const [found] = await ask<{ count: number; highest: number }>(
    restored.url,
    `SELECT count(*)::int AS count, max(n) AS highest FROM ${shop.name}.entry`,
  );
  // Whole transactions without a gap, up to some moment within the backup.
  expect(found?.count).toBe((found?.highest ?? 0) + 1);
  expect(found?.count).toBeGreaterThanOrEqual(atStart);
  expect(found?.count).toBeLessThanOrEqual(atEnd + 100);
  const { applied, urlOf } = await migrateAt(restored.url);
  expect(applied).toEqual([]);
  expect(await ask(urlOf(shop.name), `SELECT n FROM ${shop.name}.entry WHERE n = 0`)).toEqual([{ n: 0 }]);
  expect(readFileSync(join(target.folder, 'data', 'postgres.password'), 'utf8')).not.toBe(
    readFileSync(join(source.folder, 'data', 'postgres.password'), 'utf8'),
  );
  await restored.stop();
});

test('a backup of a cluster that holds no database of ours is refused, and none is made in it', async () => {
  const postgres = await start();
  const elsewhere = new URL(postgres.url);
  elsewhere.pathname = '/postgres';
  await ask(elsewhere.href, 'DROP DATABASE tpmall');
  const { folder } = await baseBackup(elsewhere.href, join(source.folder, 'backup'));
  await postgres.stop();
  await expect(restore(folder)).rejects.toMatchObject({
    code: 'bad_backup',
    message: expect.stringContaining('database "tpmall" does not exist'),
  });
});

test('a damaged or incomplete backup is refused before anything is started', async () => {
  const postgres = await start();
  const { folder } = await baseBackup(postgres.url, join(source.folder, 'backup'));
  await expect(baseBackup(postgres.url, folder)).rejects.toMatchObject({ code: 'bad_backup' });
  await postgres.stop();
  const damage = async (harm: (copy: string) => void) => {
    const copy = join(target.folder, 'copy');
    cpSync(folder, copy, { recursive: true });
    harm(copy);
    await expect(restore(copy)).rejects.toMatchObject({ code: 'bad_backup' });
    rmSync(copy, { recursive: true });
  };
  await damage((copy) => rmSync(join(copy, 'backup_manifest')));
  await damage((copy) => {
    const path = join(copy, 'backup_manifest');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"Size": \d/, '"Size": 9'));
  });
  await damage((copy) => {
    const file = openSync(join(copy, 'base.tar'), 'r+');
    // Somewhere in the middle of the data files.
    writeSync(file, 'damage', 3_000_000);
    closeSync(file);
  });
  await damage((copy) =>
    writeFileSync(join(copy, 'base.tar'), readFileSync(join(copy, 'base.tar')).subarray(0, 5_000_000)),
  );
  // After all that the untouched one still restores, and never over another cluster.
  const restored = await restore(folder);
  expect(await ask(restored.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(restore(folder)).rejects.toMatchObject({ code: 'in_use' });
  await restored.stop();
});

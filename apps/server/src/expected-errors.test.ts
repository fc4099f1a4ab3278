import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedCluster } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isExpected } from './expected-errors.ts';
import { readOptions } from './options.ts';
import { startSystem } from './system.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-errors-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a start on a database says that cannot be used. */
async function refusalOf(databaseUrl: string): Promise<string> {
  const options = readOptions(['--data-dir', folder, '--log', 'silent'], { DATABASE_URL: databaseUrl });
  const error = await startSystem(options).then(
    (system) => system.close(),
    (reason: unknown) => reason,
  );
  if (!isExpected(error)) throw error;
  return error.message;
}

it('says of a database what keeps it from being used, and no password', async () => {
  const url = new URL(await sharedCluster());
  const changed = (change: Partial<URL>): string => Object.assign(new URL(url), change).href;
  const away = await refusalOf(changed({ password: 'hush', port: '1' }));
  expect(away).toContain('DATABASE_URL');
  expect(away).toContain('ECONNREFUSED');
  expect(await refusalOf(changed({ password: 'hush' }))).toContain('password');
  expect(await refusalOf(changed({ pathname: '/no_such_database' }))).toContain('no_such_database');
  expect(away).not.toContain('hush');
  expect(await refusalOf('mysql://somebody@localhost/mall')).toContain('DATABASE_URL');
});

it('needs no trace where the disk is full or a right is missing', () => {
  for (const code of ['ENOSPC', 'EACCES', '53100']) {
    expect(isExpected(Object.assign(new Error('no space left on device'), { code }))).toBe(true);
  }
  expect(isExpected(Object.assign(new TypeError('not a function'), { code: 'ERR_X' }))).toBe(false);
  expect(isExpected('ENOSPC')).toBe(false);
});

it('wants a user who may make roles', async () => {
  const url = new URL(await sharedCluster());
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`CREATE ROLE tpmall_test_meek LOGIN PASSWORD 'meek'`);
  try {
    const meek = Object.assign(new URL(url), { username: 'tpmall_test_meek', password: 'meek' });
    expect(await refusalOf(meek.href)).toContain('CREATEROLE');
  } finally {
    await client.query('DROP ROLE tpmall_test_meek');
    await client.end();
  }
});

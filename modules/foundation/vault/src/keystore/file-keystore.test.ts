import { chmod, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redacted, systemRandom, unwrap } from '@tpmall/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFileKeyStore } from './file-keystore.ts';
import { readPassphrase } from './passphrase.ts';

// The cost of a test is not the cost of a passphrase: that one is checked against the file below.
const cost = { N: 1024, r: 8, p: 1 };
const passphrase = redacted('correct horse battery staple');
const dataKey = redacted(Buffer.from(systemRandom.bytes(32)));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tpmall-keystore-'));
});
afterEach(() => rm(folder, { recursive: true }));

const start = (options: { passphrase?: typeof passphrase; minimumVersion?: number } = {}) =>
  openFileKeyStore({ folder, passphrase, random: systemRandom, cost, ...options });

it('unwraps in a later life what it wrapped, and signs the same', async () => {
  const first = await start();
  const wrapped = await first.wrapKey(dataKey, ['acct_one']);
  const again = await start();
  expect(unwrap(await again.unwrapKey(wrapped, ['acct_one'])).reveal()).toEqual(dataKey.reveal());
  expect(await again.sign(['a', 'b'])).toEqual(await first.sign(['a', 'b']));
  expect(await again.sign(['ab', ''])).not.toEqual(await first.sign(['a', 'b']));
});

it('refuses an altered key, another binding and an unknown version', async () => {
  const store = await start();
  const wrapped = await store.wrapKey(dataKey, ['acct_one']);
  const bytes = Buffer.from(wrapped.bytes);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  const code = async (key: typeof wrapped, tenant: string) => {
    const answer = await store.unwrapKey(key, [tenant]);
    return answer.ok ? 'opened' : answer.error.code;
  };
  expect(await code({ ...wrapped, bytes }, 'acct_one')).toBe('not_authentic');
  expect(await code(wrapped, 'acct_two')).toBe('not_authentic');
  expect(await code({ ...wrapped, version: 2 }, 'acct_one')).toBe('unknown_version');
});

it('rotates once for one label, keeps old versions, and refuses those below the minimum', async () => {
  const store = await start();
  const old = await store.wrapKey(dataKey, []);
  expect(await store.generateKey('cmd_1')).toBe(2);
  expect(await store.generateKey('cmd_1')).toBe(2);
  expect(await (await start()).generateKey('cmd_1')).toBe(2);
  expect(await store.generateKey('cmd_2')).toBe(3);
  expect((await store.wrapKey(dataKey, [])).version).toBe(3);
  expect((await store.unwrapKey(old, [])).ok).toBe(true);
  const strict = await start({ minimumVersion: 2 });
  expect(await strict.unwrapKey(old, [])).toMatchObject({ error: { code: 'retired_version' } });
});

it('never loses a key when several processes begin or rotate at once', async () => {
  const stores = await Promise.all(Array.from({ length: 4 }, () => start()));
  const wrapped = await Promise.all(stores.map((store) => store.wrapKey(dataKey, [])));
  const versions = await Promise.all(stores.map((store, i) => store.generateKey(`cmd_${i}`)));
  expect(versions.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
  for (const store of stores) {
    for (const key of [...wrapped, ...(await Promise.all(stores.map((s) => s.wrapKey(dataKey, []))))]) {
      expect((await store.unwrapKey(key, [])).ok).toBe(true);
    }
  }
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('does not open with another passphrase, or with a file that was altered or moved', async () => {
  const store = await start();
  await store.generateKey('cmd_1');
  await expect(start({ passphrase: redacted('wrong horse battery staple') })).rejects.toThrow(/passphrase/);
  const first = await readFile(join(folder, 'kek-1.json'), 'utf8');
  const second = await readFile(join(folder, 'kek-2.json'), 'utf8');
  await writeFile(join(folder, 'kek-2.json'), first.replace('"version":1', '"version":2'));
  await expect(start()).rejects.toThrow(/altered/);
  await writeFile(join(folder, 'kek-2.json'), second.replace('cmd_1', 'cmd_9'));
  await expect(start()).rejects.toThrow(/altered/);
  await writeFile(join(folder, 'kek-2.json'), second);
  await unlink(join(folder, 'kek-1.json'));
  expect(await (await start()).currentVersion()).toBe(2);
});

it('holds no key in clear, and only its owner may read it', async () => {
  await start();
  for (const name of await readdir(folder)) {
    if (process.platform !== 'win32') expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    expect(await readFile(join(folder, name), 'utf8')).not.toContain(passphrase.reveal());
  }
  if (process.platform === 'win32') return;
  await chmod(join(folder, 'kek-1.json'), 0o644);
  await expect(start()).rejects.toThrow(/0600/);
});

it('derives its key at the cost that OWASP asks for', async () => {
  await openFileKeyStore({ folder, passphrase, random: systemRandom });
  const header: unknown = JSON.parse(await readFile(join(folder, 'keystore.json'), 'utf8'));
  expect(header).toMatchObject({ kdf: 'scrypt', N: 32_768, r: 8, p: 3 });
});

it('makes a passphrase of its own once, readable by its owner only', async () => {
  const made = await readPassphrase(undefined, folder, systemRandom);
  expect(Buffer.from(made.reveal(), 'base64url').length).toBe(32);
  expect((await readPassphrase(undefined, folder, systemRandom)).reveal()).toBe(made.reveal());
  expect(await readPassphrase(passphrase, folder, systemRandom)).toBe(passphrase);
  if (process.platform === 'win32') return;
  expect((await stat(join(folder, 'vault.passphrase'))).mode & 0o077).toBe(0);
});

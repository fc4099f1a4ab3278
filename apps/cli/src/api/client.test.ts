import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryFileLock } from '@tpmall/platform/postgres';
import { UsageError } from '@tpmall/server/options';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApiClient } from './client.ts';

const apiUrl = 'http://localhost:4400';
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tpmall-client-'));
  vi.stubEnv('TPMALL_API_URL', undefined);
  vi.stubEnv('TPMALL_API_KEY', undefined);
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const open = (own = {}) => createApiClient({ own: { 'data-dir': dataDir, ...own } });

function wrote(pid: number): void {
  const keys = { secretKey: 'sk_1', operatorKey: 'ok_1' };
  writeFileSync(join(dataDir, 'dev.json'), JSON.stringify({ apiUrl, pid, ...keys }));
}

it('goes by what the server of the folder wrote while that runs, and not before or after', () => {
  wrote(process.pid);
  // As in a folder that was restored: what is written there is of the original, which may well run.
  expect(() => open()).toThrow(UsageError);
  expect(() => open()).toThrow(
    `No server is ready in ${dataDir}: npm start -- --data-dir ${dataDir}, or say --url`,
  );
  expect(() => open({ key: 'sk_2' })).toThrow('No server is ready in');
  expect(() => open({ url: apiUrl })).toThrow(`Say the key for ${apiUrl}`);

  mkdirSync(join(dataDir, 'run'));
  const lock = tryFileLock(join(dataDir, 'run', 'gateway.lock'));
  expect(open().url).toBe(apiUrl);
  // It starts, and what is written there is of the last one still.
  wrote(process.pid + 1);
  expect(() => open()).toThrow('No server is ready in');
  if ('release' in lock) lock.release();
});

it('needs no folder where the server and the key are said', () => {
  expect(open({ url: apiUrl, key: 'sk_2' }).url).toBe(apiUrl);
});

it.each([
  ['localhost:4400', 'not localhost:4400; did you mean http://localhost:4400?'],
  ['api.mall.example', 'not api.mall.example; did you mean http://api.mall.example?'],
  ['ftp://localhost', 'wants an address such as http://localhost:4400, not ftp://localhost'],
  ['http://', 'wants an address such as http://localhost:4400, not http://'],
])('does not take %s for the address of a server', (url, says) => {
  expect(() => open({ url, key: 'sk_2' })).toThrow(UsageError);
  expect(() => open({ url, key: 'sk_2' })).toThrow(says);
});

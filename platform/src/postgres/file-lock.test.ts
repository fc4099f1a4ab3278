import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { withFileLock } from './file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tpmall-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('work under one lock never overlaps, and the lock is gone afterwards', async () => {
  const path = join(folder, 'busy');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(2);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, work)));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('work that throws releases the lock', async () => {
  const path = join(folder, 'thrown');
  const failing = withFileLock(path, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await withFileLock(path, () => Promise.resolve('next'))).toBe('next');
});

test('the lock of a process that died is taken over, also when its number was given to another', async () => {
  const path = join(folder, 'stale');
  for (const holder of [
    { pid: 2 ** 22 + 1, startedAt: '1' },
    // This process has the number, but another birth.
    { pid: process.pid, startedAt: 'never' },
  ]) {
    writeFileSync(path, JSON.stringify(holder));
    expect(await withFileLock(path, () => Promise.resolve('mine'))).toBe('mine');
  }
});

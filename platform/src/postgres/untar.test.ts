import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { untar } from './untar.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tpmall-untar-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let target: string;
beforeEach(() => {
  target = mkdtempSync(join(scratch, 'to-'));
});

/** One member of a POSIX.1-1988 ustar archive. */
function member(name: string, type: string, content = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000600\0', 100);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.alloc(Math.ceil(content.length / 512) * 512, content)]).fill(
    0,
    512 + content.length,
  );
}

function archive(...members: Buffer[]): string {
  const path = join(scratch, 'archive.tar');
  writeFileSync(path, Buffer.concat([...members, Buffer.alloc(1024)]));
  return path;
}

test('files and folders come out with the content and the modes that Postgres wants', async () => {
  const long = 'x'.repeat(1500);
  const files = await untar(
    archive(
      member('base/', '5'),
      member('base/one', '0', long),
      member('./two', '0', 'abc'),
      member('empty', '0'),
    ),
    target,
    false,
  );
  expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
    ['base/one', 1500],
    ['two', 3],
    ['empty', 0],
  ]);
  // SHA-256 of "abc", FIPS 180-4 appendix.
  expect(files[1]?.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(readFileSync(join(target, 'base', 'one'), 'utf8')).toBe(long);
  expect(statSync(join(target, 'base')).mode & 0o777).toBe(0o700);
  expect(statSync(join(target, 'two')).mode & 0o777).toBe(0o600);
});

test.each([
  ['../outside', '0'],
  ['base/../../outside', '0'],
  ['/outside', '0'],
  ['link', '2'],
  ['hard', '1'],
])('%s of type %s is refused', async (name, type) => {
  await expect(untar(archive(member(name, type)), target, false)).rejects.toMatchObject({
    code: 'bad_backup',
  });
  expect(existsSync(join(scratch, 'outside'))).toBe(false);
});

test('a damaged header and an early end are refused', async () => {
  const path = archive(member('one', '0', 'abc'));
  const good = readFileSync(path);
  writeFileSync(path, Buffer.concat([Buffer.from('n'), good.subarray(1)]));
  await expect(untar(path, target, false)).rejects.toThrow(/damaged/);
  writeFileSync(path, good.subarray(0, 514));
  await expect(untar(path, target, false)).rejects.toThrow(/too early/);
});

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileFindings } from '../../tools/boundaries/files.ts';
import { importFindings } from '../../tools/boundaries/imports.ts';
import { powerFindings } from '../../tools/boundaries/powers.ts';
import { makeModule } from '../../tools/new-module/make.ts';
import { packageFindings } from '../../tools/packages/rules.ts';
import { readTree } from '../../tools/source/tree.ts';
import { tidyFindings } from '../../tools/tidy/all.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = 'modules/commerce/gifts';
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'tpmall-new-module-'));
  for (const path of readTree(ROOT).keys()) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path));
  }
  linkPackages();
  const run = tool('--import', 'tsx', 'tools/new-module.ts', 'commerce/gifts');
  expect(run.output).toContain('npm install');
  expect(run.status).toBe(0);
  symlinkSync(join(copy, FOLDER), join(copy, 'node_modules/@tpmall/gifts'), 'junction');
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** The installed packages as they are, and ours as they are in the copy. */
function linkPackages(): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(join(to, '@tpmall'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@tpmall' && name !== '.package-lock.json') symlinkSync(join(from, name), join(to, name));
  }
  for (const path of readTree(copy).keys()) {
    if (!path.endsWith('/package.json')) continue;
    const { name } = JSON.parse(readFileSync(join(copy, path), 'utf8')) as { name?: string };
    if (!name?.startsWith('@tpmall/')) continue;
    symlinkSync(join(copy, dirname(path)), join(to, name), 'junction');
  }
}

function tool(...command: readonly string[]): { output: string; status: number | null } {
  const run = spawnSync(process.execPath, command, { cwd: copy, encoding: 'utf8' });
  return { output: run.stdout + run.stderr, status: run.status };
}

it('makes a module with all its rooms, in which no check finds anything', () => {
  const tree = readTree(copy);
  const mine = [...tree.keys()].filter((path) => path.startsWith(`${FOLDER}/`));
  for (const room of ['src/contract/port.ts', 'src/config.ts', 'src/module.ts', 'README.md']) {
    expect(mine).toContain(`${FOLDER}/${room}`);
  }
  expect(mine.filter((path) => (tree.get(path) ?? '').includes('__'))).toEqual([]);
  const findings = [importFindings, fileFindings, powerFindings, packageFindings, tidyFindings]
    .flatMap((find) => find(tree))
    .filter((finding) => finding.path.startsWith(FOLDER));
  expect(findings).toEqual([]);
});

it('compiles, is formatted, and lint finds nothing in it', () => {
  // What it imports is compiled with it; the rest of the tree is compiled by `npm run check`.
  writeFileSync(
    join(copy, 'tsconfig.gifts.json'),
    JSON.stringify({ extends: './tsconfig.json', include: [FOLDER] }),
  );
  const types = tool('node_modules/typescript7/bin/tsc', '-p', 'tsconfig.gifts.json').output.split('\n');
  expect(types.filter((line) => line.startsWith(FOLDER))).toEqual([]);
  const format = tool('node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', FOLDER);
  expect(format).toMatchObject({ status: 0 });
  const lint = tool('node_modules/oxlint/bin/oxlint', '--type-aware', FOLDER);
  expect(lint).toMatchObject({ status: 0 });
});

it('passes its own test, on a database with its own migrations', () => {
  const run = tool('node_modules/vitest/vitest.mjs', 'run', '--project=unit', FOLDER);
  expect(run.output).toContain('2 passed');
  expect(run.status).toBe(0);
});

it.each([
  'gifts',
  'commerce',
  'nowhere/gifts',
  'money/Gifts',
  'money/gift-cards',
  'money/ledger',
  'money/a/b',
])('refuses %s', (where) => {
  const template = join(ROOT, 'tools/new-module/template');
  expect(() => makeModule(copy, where, template)).toThrow(/^say <tier>\/<name>|is there already$/);
});

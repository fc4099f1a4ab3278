import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/**
 * `npm test` and `.ci/run` in a folder of their own, where npm, vite and vitest are programs that answer as
 * told.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-commands-'));
  for (const path of ['tools/test.mjs', 'tools/install.mjs', 'tools/build-console.mjs', '.ci/run']) {
    cpSync(join(ROOT, path), join(folder, path));
  }
  mkdirSync(join(folder, 'node_modules/vitest'), { recursive: true });
  mkdirSync(join(folder, 'node_modules/vite/bin'), { recursive: true });
  mkdirSync(join(folder, 'apps/console/src'), { recursive: true });
  mkdirSync(join(folder, 'tests'));
  write('node_modules/vite/bin/vite.js', `require('fs').mkdirSync('dist', { recursive: true });`);
  write('package-lock.json', JSON.stringify({ packages: {} }));
  write('tests/skips.json', '[]');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

function run(command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { CI: _, ...env } = process.env;
  const path = `${join(folder, 'bin')}:${process.env['PATH']}`;
  return spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...env, PATH: path, ...more } });
}

interface Told {
  readonly status: number;
  readonly tests?: readonly { readonly title: string; readonly status: string }[];
  readonly fileStatus?: string;
}

describe('npm test', () => {
  function runTests(told: Told, more: Readonly<Record<string, string>> = {}) {
    const tests = told.tests ?? [];
    const result = {
      numPassedTests: tests.filter((test) => test.status === 'passed').length,
      numFailedTests: tests.filter((test) => test.status === 'failed').length,
      testResults: [
        {
          name: join(folder, 'tests/a.test.ts'),
          status: told.fileStatus ?? 'passed',
          assertionResults: tests.map(({ title, status }) => ({ fullName: title, status })),
        },
      ],
    };
    write(
      'node_modules/vitest/vitest.mjs',
      `import { writeFileSync } from 'node:fs';
       const option = process.argv.find((item) => item.startsWith('--outputFile.json='));
       writeFileSync(option.slice(option.indexOf('=') + 1), ${JSON.stringify(JSON.stringify(result))});
       process.exitCode = ${told.status};`,
    );
    const report = join(folder, 'report.json');
    const { status, stdout } = run(process.execPath, ['tools/test.mjs', '--report', report], more);
    return {
      status,
      stdout,
      ...(JSON.parse(readFileSync(report, 'utf8')) as { passed: number; failed: number }),
    };
  }

  const passed = { title: 'pays', status: 'passed' };
  const skipped = { title: 'shows the page', status: 'skipped' };

  it('passes when all tests have passed', () => {
    expect(runTests({ status: 0, tests: [passed, passed] })).toMatchObject({
      status: 0,
      passed: 2,
      failed: 0,
    });
  });

  it('counts failed tests, files that do not load, and errors outside tests', () => {
    const failed = { title: 'pays twice', status: 'failed' };
    const one = { status: 1, passed: 1, failed: 1 };
    expect(runTests({ status: 1, tests: [passed, failed], fileStatus: 'failed' })).toMatchObject(one);
    expect(runTests({ status: 1, fileStatus: 'failed' })).toMatchObject({ status: 1, passed: 0, failed: 1 });
    expect(runTests({ status: 1, tests: [passed] })).toMatchObject(one);
  });

  it('refuses a skip without a reason', () => {
    const outcome = runTests({ status: 0, tests: [passed, skipped] });
    expect(outcome).toMatchObject({ status: 1, passed: 1, failed: 1 });
  });

  it('prints the reason of a skip that is listed, and refuses it in CI', () => {
    const listed = { file: 'tests/a.test.ts', test: 'shows the page', reason: 'needs a browser' };
    write('tests/skips.json', JSON.stringify([listed]));
    const outcome = runTests({ status: 0, tests: [passed, skipped] });
    expect(outcome).toMatchObject({ status: 0, passed: 1, failed: 0 });
    expect(outcome.stdout).toContain('needs a browser');
    const inCi = runTests({ status: 0, tests: [passed, skipped] }, { CI: 'true' });
    expect(inCi).toMatchObject({ status: 1, failed: 1 });
  });

  it('builds the console when its sources are others than before, and runs nothing without it', () => {
    const built = (): boolean => runTests({ status: 0 }).stdout.includes('building the console');
    expect([built(), built()]).toEqual([true, false]);
    write('apps/console/src/main.tsx', 'changed');
    expect([built(), built()]).toEqual([true, false]);
    write('package-lock.json', JSON.stringify({ packages: {}, other: true }));
    expect([built(), built()]).toEqual([true, false]);
    write('apps/console/src/main.tsx', 'broken');
    write('node_modules/vite/bin/vite.js', 'process.exitCode = 1;');
    expect(run(process.execPath, ['tools/test.mjs']).stderr).toContain('the console could not be built');
    write('apps/console/src/main.tsx', 'changed');
    expect(run(process.execPath, ['tools/test.mjs']).stderr).toContain('the console could not be built');
  });

  it('installs what the lock file names and is not there', () => {
    const entry = { version: '1.0.0' };
    write('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': entry, kernel: {} } }));
    npm('echo "$1" >> asked; exit 0');
    runTests({ status: 0, tests: [passed] });
    write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': entry } }));
    runTests({ status: 0, tests: [passed] });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('ci\n');
  });
});

/** Puts an npm in front of the real one. */
function npm(script: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  write('bin/npm', `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(join(folder, 'bin/npm'), 0o755);
}

describe('.ci/run', () => {
  function runCi(check: string, test: string, ci = 'exit 0') {
    npm(`case "$1 $2" in
      'ci '*) ${ci} ;;
      'run --silent') ${check} ;;
      'test --silent') ${test} ;;
    esac`);
    const { status, stdout } = run(join(folder, '.ci/run'), []);
    return { status, last: stdout.trimEnd().split('\n').at(-1) };
  }
  // The report's path is the last argument of both.
  const answer = (passed: number, failed: number, status: number): string =>
    `echo '{"passed":${passed},"failed":${failed}}' > "\${@: -1}"; exit ${status}`;

  it('adds checks and tests, and ends with the sum', () => {
    expect(runCi(answer(9, 0, 0), answer(40, 0, 0))).toEqual({ status: 0, last: '49 passed, 0 failed' });
    expect(runCi(answer(8, 1, 1), answer(38, 2, 1))).toEqual({ status: 1, last: '46 passed, 3 failed' });
  });

  it('counts a run that ended without a report, or badly in spite of a good one', () => {
    expect(runCi('exit 1', answer(40, 0, 0))).toEqual({ status: 1, last: '40 passed, 1 failed' });
    expect(runCi(answer(9, 0, 0), answer(40, 0, 137))).toEqual({ status: 1, last: '49 passed, 1 failed' });
  });

  it('installs once more when the first time failed, and gives up after that', () => {
    const second = 'if [ -e tried ]; then exit 0; fi; touch tried; exit 1';
    expect(runCi(answer(9, 0, 0), answer(40, 0, 0), second)).toMatchObject({ status: 0 });
    expect(runCi('exit 0', 'exit 0', 'exit 1')).toEqual({ status: 1, last: '0 passed, 1 failed' });
  });
});

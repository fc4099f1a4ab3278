// `npm test`: installs what is missing, runs vitest with the arguments given, and says what this machine
// could not run and why. Plain JavaScript, because on a fresh machine nothing but Node is there.
// `--report FILE` also writes the counts as JSON.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.mjs';
import { installMissing } from './install.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const ci = Boolean(process.env.CI) && process.env.CI !== 'false';

const args = process.argv.slice(2);
const at = args.indexOf('--report');
const reportFile = at < 0 ? undefined : args.splice(at, 2)[1];

installMissing(ROOT);
buildConsole(ROOT);
const scratch = mkdtempSync(join(tmpdir(), 'tpmall-test-'));
try {
  process.exitCode = runTests(join(scratch, 'results.json'));
} finally {
  rmSync(scratch, { recursive: true });
}

function runTests(resultFile) {
  const own = args.some((argument) => argument.startsWith('--reporter'));
  const quiet = ['--reporter=dot', '--reporter=./tests/setup/failures-at-once.ts'];
  const reporters = own ? [] : process.stdout.isTTY ? ['--reporter=default'] : quiet;
  const run = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...reporters,
      '--reporter=json',
      `--outputFile.json=${resultFile}`,
      ...args,
    ],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined;
  if (!result) console.error('vitest ended without a result');
  const skipped = result ? listSkipped(result) : [];
  const refused = skipped.filter((test) => ci || test.reason === undefined);
  printSkipped(skipped);
  if (reportFile) {
    const passed = result?.numPassedTests ?? 0;
    // A file that does not load, or an error outside any test, leaves no failed test behind; it is a failure
    // all the same.
    const broken = (result?.testResults ?? []).filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    ).length;
    const counted = (result?.numFailedTests ?? 0) + broken + refused.length;
    const failed = counted === 0 && run.status !== 0 ? 1 : counted;
    writeFileSync(reportFile, JSON.stringify({ passed, failed, skipped: skipped.length }));
  }
  return run.status === 0 && refused.length === 0 ? 0 : 1;
}

/** The tests that did not run, each with its reason in tests/skips.json. */
function listSkipped(result) {
  const listFile = join(ROOT, 'tests/skips.json');
  const allowed = existsSync(listFile) ? JSON.parse(readFileSync(listFile, 'utf8')) : [];
  // With a name filter vitest reports everything else as skipped; that is the caller's wish.
  if (args.some((argument) => argument === '-t' || argument.startsWith('--testNamePattern'))) return [];
  return result.testResults.flatMap((file) => {
    const path = relative(ROOT, file.name).split(sep).join('/');
    return file.assertionResults
      .filter((test) => test.status === 'skipped' || test.status === 'pending' || test.status === 'todo')
      .map((test) => ({
        path,
        title: test.fullName,
        reason: allowed.find((item) => item.file === path && test.fullName.includes(item.test))?.reason,
      }));
  });
}

function printSkipped(skipped) {
  if (skipped.length === 0) return;
  console.log(`\nnot run on this machine${ci ? ' (in CI nothing may be left out)' : ''}:`);
  for (const { path, title, reason } of skipped) {
    console.log(`  ${path}: ${title}\n    ${reason ?? 'no reason in tests/skips.json: this is a failure'}`);
  }
}

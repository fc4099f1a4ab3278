/** Looks for secrets and card numbers: our own patterns, then secretlint's recommended rules. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretFindings } from './secrets/patterns.ts';
import { readTree, report } from './source/tree.ts';

const tree = readTree(process.cwd());
report(secretFindings(tree), 'secrets');

const scratch = mkdtempSync(join(tmpdir(), 'tpmall-secrets-'));
try {
  const ignored = join(scratch, 'ignore');
  writeFileSync(ignored, ['node_modules/', '.git/', '.tpmall/', 'package-lock.json', ''].join('\n'));
  const paths = [...tree.keys()].filter((path) => !path.endsWith('package-lock.json'));
  const linter = 'node_modules/secretlint/bin/secretlint.js';
  const run = spawnSync(process.execPath, [linter, '--secretlintignore', ignored, '--no-glob', ...paths], {
    encoding: 'utf8',
  });
  process.stdout.write(run.stdout);
  process.stderr.write(run.stderr);
  if (run.status !== 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

// Brings node_modules in line with package-lock.json. Plain JavaScript without dependencies: it runs before
// there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** A registry may hiccup; what fails twice is broken. */
const ATTEMPTS = 2;

/**
 * Runs `npm ci` when something that the lock file names is not installed in that version. Returns what it
 * did.
 */
export function installMissing(root = ROOT) {
  const missing = missingPackages(root);
  if (missing.length === 0) return { installed: false };
  const shown = missing.slice(0, 3).join(', ') + (missing.length > 3 ? `, … (${missing.length})` : '');
  console.log(`installing packages: ${shown}`);
  for (let attempt = 1; ; attempt += 1) {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    // Errors only: nobody who starts the mall can mend what a package of a package says of itself.
    const run = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    if (run.status === 0) return { installed: true };
    if (attempt === ATTEMPTS) throw new Error(`npm ci failed ${ATTEMPTS} times; its messages are above`);
    console.log('npm ci failed; once more');
  }
}

/** Packages of the lock file that are absent or of another version. Optional ones depend on the machine. */
export function missingPackages(root = ROOT) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const there = readLock(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted)
    .filter(
      ([path, item]) => path.includes('node_modules/') && !item.optional && !item.devOptional && !item.peer,
    )
    .filter(
      ([path, item]) => there[path]?.version !== item.version || there[path]?.resolved !== item.resolved,
    )
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
}

function readLock(path) {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).packages ?? {}) : {};
}

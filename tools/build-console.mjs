// Builds the console for browsers, when its sources are other than what was built last. Plain JavaScript
// without dependencies of its own: it runs as soon as packages are installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** What the built files depend on, besides the versions of packages; the kernel knows decimals of money. */
const SOURCES = ['src', 'index.html', 'package.json', 'tsconfig.json', 'vite.config.ts', '../../kernel/src'];

/** Runs `vite build` where the console is not built from these sources. Returns what it did. */
export function buildConsole(root = ROOT) {
  const folder = join(root, 'apps/console');
  const stampFile = join(folder, 'dist/stamp');
  const stamp = stampOf(root, folder);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return { built: false };
  console.log('building the console');
  // What was built before is not taken for what could not be built now.
  rmSync(stampFile, { force: true });
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const run = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.status !== 0) throw new Error('the console could not be built; its messages are above');
  compressFiles(join(folder, 'dist/assets'));
  writeFileSync(stampFile, stamp);
  return { built: true };
}

/** Writes each file's compressed forms beside it: made once here, not at every start of the server. */
function compressFiles(folder) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  for (const path of filesOf(folder)) {
    const content = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  }
}

function stampOf(root, folder) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const path of SOURCES.flatMap((source) => filesOf(join(folder, source)))) {
    hash.update(`\n${relative(folder, path).split(sep).join('/')}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(dirname(path), { withFileTypes: true });
  if (!entries.some((entry) => join(dirname(path), entry.name) === path && entry.isDirectory()))
    return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildConsole();

/** `npm run format [-- PATH…]`: biome's formatting and import order, and comments broken at 110 columns. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { wrapComments } from './format/wrap-comments.ts';
import { isCode, readTree } from './source/tree.ts';

const COLUMNS = 110;
const wanted = process.argv.slice(2);

for (const [path, text] of readTree(process.cwd())) {
  if (!(isCode(path) || path.endsWith('.sql')) || !chosen(path)) continue;
  const wrapped = wrapComments(text, COLUMNS);
  if (wrapped === text) continue;
  writeFileSync(path, wrapped);
  console.log(`${path}: comments broken`);
}
const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--write'];
const run = spawnSync(process.execPath, [...biome, ...(wanted.length === 0 ? ['.'] : wanted)], {
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;

function chosen(path: string): boolean {
  return (
    wanted.length === 0 ||
    wanted.some((item) => path === item || path.startsWith(`${item.replace(/\/$/, '')}/`))
  );
}

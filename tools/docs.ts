/**
 * `npm run docs` writes the generated parts of the pages; with `--check` it only says which are out of date.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPages } from './docs/pages.ts';
import { readTree } from './source/tree.ts';

const root = process.cwd();
const tree = readTree(root);
for (const [path, text] of renderPages(tree)) {
  if (tree.get(path) === text) continue;
  if (process.argv.includes('--check')) {
    console.log(`${path} is out of date: npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(join(root, path), text);
    console.log(`${path} written`);
  }
}

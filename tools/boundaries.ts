/**
 * Holds the declared graph of packages against what the code imports, and law 5 (clock, randomness, ids and
 * I/O enter through ports) against what it touches. `--graph` prints the picture of ARCHITECTURE.md instead.
 */
import { fileFindings } from './boundaries/files.ts';
import { drawGraph } from './boundaries/graph.ts';
import { importFindings } from './boundaries/imports.ts';
import { powerFindings } from './boundaries/powers.ts';
import { readTree, report } from './source/tree.ts';

const tree = readTree(process.cwd());
if (process.argv.includes('--graph')) {
  console.log(drawGraph(tree));
} else {
  report([...importFindings(tree), ...fileFindings(tree), ...powerFindings(tree)], 'boundaries');
}

/**
 * Prints where the tree breaks a rule of style; tests/tidy holds the same rules and shows that each of them
 * fires.
 */
import { readTree, report } from './source/tree.ts';
import { tidyFindings } from './tidy/all.ts';

report(tidyFindings(readTree(process.cwd())), 'tidy');

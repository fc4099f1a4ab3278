/**
 * Holds the npm dependencies in the manifests against the imports, and the manifests against the house's
 * rules.
 */
import { packageFindings } from './packages/rules.ts';
import { readTree, report } from './source/tree.ts';

report(packageFindings(readTree(process.cwd())), 'packages');

import { posix } from 'node:path';
import { importsOf } from '../source/parse.ts';
import { type Finding, isCode, type Tree } from '../source/tree.ts';
import { readWorkspace } from '../source/workspace.ts';
import { findCycles } from './cycles.ts';

/**
 * Relative imports stay within their package and name a file that is there, and no file imports itself in a
 * circle.
 */
export function fileFindings(tree: Tree): Finding[] {
  const workspace = readWorkspace(tree);
  const findings: Finding[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of tree) {
    if (!isCode(path)) continue;
    const targets: string[] = [];
    for (const { specifier, line } of importsOf(path, text)) {
      if (!specifier.startsWith('.')) continue;
      const target = posix.join(posix.dirname(path), specifier);
      const found = { rule: 'relative-import', path, line };
      const from = workspace.owner(path);
      // Tests, benches and the launchers may look behind the exports; what is shipped may not.
      const inside = from === workspace.root || workspace.owner(target) === from;
      if (!inside) {
        findings.push({
          ...found,
          message: `leaves its package by ${specifier}; import the other package's export`,
        });
      } else if (isCode(target) && !tree.has(target)) {
        findings.push({ ...found, message: `imports ${specifier}, which is not there` });
      } else {
        targets.push(target);
      }
    }
    graph.set(path, targets);
  }
  for (const cycle of findCycles(graph)) {
    const [path = ''] = cycle;
    findings.push({
      rule: 'file-cycle',
      path,
      line: 0,
      message: `imports in a circle: ${cycle.join(' → ')}`,
    });
  }
  return findings;
}

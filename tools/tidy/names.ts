import type { Finding, Tree } from '../source/tree.ts';

/** Names that say nothing, so that everything ends up under them. */
const BANNED = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'common', 'misc']);

/** Folders and files are named after what is in them. */
export function nameFindings(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const path of tree.keys()) {
    const word = path.split(/[/.\-_]/).find((part) => BANNED.has(part.toLowerCase()));
    if (!word) continue;
    const message = `"${word}" names nothing: use the field's word for what is in it`;
    findings.push({ rule: 'name', path, line: 0, message });
  }
  return findings;
}

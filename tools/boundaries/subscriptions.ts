import ts from 'typescript';
import { lineOf, parse, visit } from '../source/parse.ts';
import { isCode, isEquipment, type Tree } from '../source/tree.ts';
import type { Package, Workspace } from '../source/workspace.ts';

/** A subscription as it stands in the code: an object with `from`, `types` and `cursor`. */
export interface DeclaredSubscription {
  readonly path: string;
  readonly line: number;
  readonly subscriber: Package;
  /** The package name of the module whose outbox is read. */
  readonly from: string;
  readonly types: readonly string[];
  /** It reads only envelope types that the platform owns, for which no dependency is declared. */
  readonly envelopesOnly: boolean;
}

/** Envelope types of the platform, and the name of the constant that stands for one. */
const ENVELOPES = new Set(['audit.entry', 'AUDIT_EVENT']);

/**
 * Reads the subscriptions whose source is written as a constant; one that is computed at run time is not
 * seen.
 */
export function readSubscriptions(tree: Tree, workspace: Workspace): DeclaredSubscription[] {
  const found: DeclaredSubscription[] = [];
  for (const [path, text] of tree) {
    if (!isCode(path) || isEquipment(path) || !text.includes('cursor')) continue;
    const source = parse(path, text);
    const subscriber = workspace.owner(path);
    visit(source, (node) => {
      if (!ts.isObjectLiteralExpression(node)) return;
      const from = property(node, 'from');
      const types = property(node, 'types');
      if (!from || !types || !property(node, 'cursor') || !ts.isStringLiteralLike(from)) return;
      const names = ts.isArrayLiteralExpression(types)
        ? types.elements.map((item) => (ts.isStringLiteralLike(item) ? item.text : item.getText(source)))
        : [types.getText(source)];
      found.push({
        path,
        line: lineOf(source, node),
        subscriber,
        from: `@tpmall/${from.text}`,
        types: names,
        envelopesOnly: names.every((name) => ENVELOPES.has(name)),
      });
    });
  }
  return found;
}

function property(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const item of node.properties) {
    if (ts.isPropertyAssignment(item) && item.name.getText() === name) return item.initializer;
    if (ts.isShorthandPropertyAssignment(item) && item.name.text === name) return item.name;
  }
  return undefined;
}

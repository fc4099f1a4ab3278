import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The text of an interface's declarations in the SDK. */
export function declarationOf(file: string): string {
  const name = fileURLToPath(import.meta.resolve('stripe')).replace(
    /(?:esm|cjs)\/[^/]*$/,
    `esm/resources/${file}.d.ts`,
  );
  return readFileSync(name, 'utf8');
}

/** The fields that an interface of the SDK's declarations requires, nested ones included. */
export function requiredFields(file: string, path: readonly string[]): Map<string, ts.TypeNode | undefined> {
  const source = ts.createSourceFile(file, declarationOf(file), ts.ScriptTarget.ES2022, true);
  const fields = new Map<string, ts.TypeNode | undefined>();
  const visit = (node: ts.Node, within: readonly string[]): void => {
    if (ts.isInterfaceDeclaration(node) && [...within, node.name.text].join('.') === path.join('.')) {
      for (const member of node.members) {
        if (ts.isPropertySignature(member) && !member.questionToken)
          fields.set(member.name.getText(source), member.type);
      }
    }
    const inner = ts.isModuleDeclaration(node) ? [...within, node.name.text] : within;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, []);
  return fields;
}

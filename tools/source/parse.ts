import ts from 'typescript';

/** One import, export-from, dynamic import or import type. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const parsed = new Map<string, { text: string; source: ts.SourceFile }>();

/** Parses a file (syntax only, no types). Remembers the last parse of each path. */
export function parse(path: string, text: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known?.text === text) return known.source;
  const kind = path.endsWith('x')
    ? ts.ScriptKind.TSX
    : path.endsWith('ts')
      ? ts.ScriptKind.TS
      : ts.ScriptKind.JS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, kind);
  parsed.set(path, { text, source });
  return source;
}

/** The line of a node, from 1. */
export function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Calls `see` for every node of a file, parents first. */
export function visit(source: ts.SourceFile, see: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    see(node);
    ts.forEachChild(node, step);
  };
  step(source);
}

/** Every module that a file names, type imports included. */
export function importsOf(path: string, text: string): readonly Import[] {
  const source = parse(path, text);
  const found: Import[] = [];
  visit(source, (node) => {
    const specifier = specifierOf(node);
    if (specifier) found.push({ specifier: specifier.text, line: lineOf(source, specifier) });
  });
  return found;
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    return ts.isStringLiteralLike(node.moduleSpecifier) ? node.moduleSpecifier : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return ts.isStringLiteralLike(node.argument.literal) ? node.argument.literal : undefined;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [first] = node.arguments;
    return first && ts.isStringLiteralLike(first) ? first : undefined;
  }
  return undefined;
}

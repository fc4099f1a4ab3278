import ts from 'typescript';
import { lineOf, parse, visit } from '../source/parse.ts';
import { type Finding, isCode, type Tree } from '../source/tree.ts';

/** Calls whose argument is SQL. */
const SQL_CALL = /^sql$|\.(?:query|run|execute)$/;
/** What may stand in a statement's text: a name that was quoted or checked, or a constant (`${COLUMNS}`). */
const QUOTED = /^(?:[\w.]+\.)?(?:quoteIdentifier|quoteLiteral|escapeIdentifier|escapeLiteral|schemaName)\(/;
const CONSTANT = /^[A-Z][A-Z0-9_]*$/;
/**
 * Statements that define databases and roles take no parameters; these places quote by themselves, tests too.
 */
const DEFINES = /^(?:platform\/src\/(?:postgres|migrations|testing)|tests|tools|bench)\//;

/**
 * SQL is a constant: values travel as parameters. What is put together while the file is loaded is constant
 * too, because no request's value is there yet; inside a function only checked names and constants may be put
 * in.
 */
export function sqlFindings(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!isCode(path) || DEFINES.test(path)) continue;
    const source = parse(path, text);
    visit(source, (node) => {
      if (!ts.isCallExpression(node)) return;
      const called = node.expression.getText();
      if (!SQL_CALL.test(called) || (called === 'sql' && atLoad(node))) return;
      for (const argument of node.arguments) {
        if (!assembled(argument)) continue;
        const message = 'assembles SQL from values: write a constant and pass parameters';
        findings.push({ rule: 'assembled-sql', path, line: lineOf(source, argument), message });
      }
    });
  }
  return findings;
}

function assembled(node: ts.Expression): boolean {
  if (ts.isTemplateExpression(node)) return node.templateSpans.some((span) => !isSafe(span.expression));
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return [node.left, node.right].some(
      (side) => !ts.isStringLiteralLike(side) && (assembled(side) || !isSafe(side)),
    );
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: list, name } = node.expression;
    return name.text === 'join' && ts.isArrayLiteralExpression(list) && list.elements.some(assembled);
  }
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.some(
      (item) =>
        ts.isPropertyAssignment(item) && item.name.getText() === 'text' && assembled(item.initializer),
    );
  }
  return false;
}

function isSafe(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node) || ts.isTemplateExpression(node)) return !assembled(node);
  const text = node.getText();
  return QUOTED.test(text) || CONSTANT.test(text) || (ts.isIdentifier(node) && isQuotedHere(node));
}

/**
 * Whether `const <name> = quoteIdentifier(…)` stands in a block around the use, or the name is the file's own
 * constant.
 */
function isQuotedHere(use: ts.Identifier): boolean {
  for (let scope: ts.Node = use; scope; scope = scope.parent) {
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue;
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const { declarations, flags } = statement.declarationList;
      const found = declarations.find((item) => item.name.getText() === use.text);
      if (!found) continue;
      const constant = ts.isSourceFile(scope) && (flags & ts.NodeFlags.Const) !== 0;
      return constant || QUOTED.test(found.initializer?.getText() ?? '');
    }
  }
  return false;
}

/**
 * Whether a node is evaluated while its file is loaded: outside all functions, or in a function of the file
 * that is not exported and is named nowhere but outside all functions.
 */
function atLoad(node: ts.Node): boolean {
  let outermost: ts.Node | undefined;
  for (let outer: ts.Node = node; outer; outer = outer.parent)
    if (ts.isFunctionLike(outer)) outermost = outer;
  if (!outermost) return true;
  const declared = ts.isFunctionDeclaration(outermost) ? outermost : outermost.parent;
  if (!ts.isFunctionDeclaration(declared) && !ts.isVariableDeclaration(declared)) return false;
  const statement = ts.isFunctionDeclaration(declared) ? declared : declared.parent.parent;
  if (!ts.isSourceFile(statement.parent) || /^export\b/.test(statement.getText())) return false;
  const name = declared.name?.getText();
  let onlyAtLoad = true;
  visit(statement.parent, (use) => {
    if (!ts.isIdentifier(use) || use.text !== name || use.parent === declared) return;
    for (let outer: ts.Node = use; outer; outer = outer.parent)
      if (ts.isFunctionLike(outer)) onlyAtLoad = false;
  });
  return onlyAtLoad;
}

import ts from 'typescript';
import { lineOf, parse, visit } from '../source/parse.ts';
import { type Finding, isCode, isTest, type Tree } from '../source/tree.ts';
import { isGenerated } from './text.ts';

/** Lines of its own: what a reader follows in one go. The functions inside it are measured by themselves. */
const MAX_OWN_LINES = 70;
/** A factory with all its functions; beyond that it is several things. */
const MAX_FACTORY_LINES = 200;

type Message = readonly [rule: string, message: string];

/** Rules about functions, types and error handling. */
export function syntaxFindings(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!isCode(path) || isGenerated(path, text)) continue;
    const source = parse(path, text);
    visit(source, (node) => {
      for (const [rule, message] of [...longFunction(source, node), ...looseType(node), ...swallowed(node)]) {
        findings.push({ rule, path, line: lineOf(source, node), message });
      }
    });
    findings.push(...expectedErrors(path, text));
  }
  return findings;
}

function longFunction(source: ts.SourceFile, node: ts.Node): Message[] {
  if (!ts.isFunctionLike(node) || !('body' in node) || !node.body || isSuite(node)) return [];
  const lines = linesOf(source, node);
  const own = lines - linesInside(source, node.body);
  const name = node.name && ts.isIdentifier(node.name) ? node.name.text : 'this function';
  if (own > MAX_OWN_LINES) {
    return [['function-size', `${name} has ${own} lines of its own; the limit is ${MAX_OWN_LINES}`]];
  }
  if (lines <= MAX_FACTORY_LINES) return [];
  return [['function-size', `${name} has ${lines} lines in all; the limit is ${MAX_FACTORY_LINES}`]];
}

function linesOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - lineOf(source, node);
}

/** Lines within the blocks of the functions that stand in a body, without their first and last. */
function linesInside(source: ts.SourceFile, body: ts.Node): number {
  let lines = 0;
  const step = (node: ts.Node): void => {
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, step);
    else if ('body' in node && node.body && ts.isBlock(node.body))
      lines += Math.max(0, linesOf(source, node.body) - 2);
  };
  ts.forEachChild(body, step);
  return lines;
}

/** The callback of `describe` is a list of tests, not a function that anyone follows. */
function isSuite(node: ts.Node): boolean {
  const call = node.parent;
  return ts.isCallExpression(call) && /^describe\b/.test(call.expression.getText());
}

function looseType(node: ts.Node): Message[] {
  if (node.kind !== ts.SyntaxKind.AnyKeyword) return [];
  return [['any', 'any switches the types off: use unknown and look at the value']];
}

function swallowed(node: ts.Node): Message[] {
  if (ts.isCatchClause(node) && node.block.statements.length === 0) {
    return [['empty-catch', 'swallows the error: answer it, log it or let it pass']];
  }
  const isCatch =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'catch';
  if (!isCatch) return [];
  const [handler] = node.arguments;
  if (!handler || !(ts.isArrowFunction(handler) || ts.isFunctionExpression(handler))) return [];
  const empty = ts.isBlock(handler.body)
    ? handler.body.statements.length === 0
    : /^(?:undefined|null|void 0)$/.test(handler.body.getText());
  return empty ? [['empty-catch', 'swallows the rejection: answer it, log it or let it pass']] : [];
}

/** A type test may expect an error of the compiler, with the reason behind it; nothing else may. */
function expectedErrors(path: string, text: string): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const at = line.search(/(?:\/\/|\/\*)\s*@ts-expect-error/);
    if (at < 0 || (isTest(path) && /@ts-expect-error\s+\S+/.test(line))) return [];
    const message = 'expecting a compiler error is for type tests, with the reason on the same line';
    return [{ rule: 'suppression', path, line: index + 1, message }];
  });
}

/** Every export of a contract and of the kernel says what it is. */
export function docFindings(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!/^(?:modules\/[^/]+\/[^/]+\/src\/contract|kernel\/src)\/.*\.ts$/.test(path) || isTest(path))
      continue;
    const source = parse(path, text);
    for (const statement of source.statements) {
      if (!isExported(statement) || hasDoc(text, statement)) continue;
      const name = nameOf(statement);
      const message = `${name} has no doc comment: say what it is, in which units, and by which standard`;
      findings.push({ rule: 'doc-comment', path, line: lineOf(source, statement), message });
    }
  }
  return findings;
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((item) => item.kind === ts.SyntaxKind.ExportKeyword)
  );
}

function hasDoc(text: string, node: ts.Statement): boolean {
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  return comments.some((range) => text.startsWith('/**', range.pos));
}

function nameOf(node: ts.Statement): string {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map((item) => item.name.getText()).join(', ');
  }
  const { name } = node as { name?: ts.Node };
  return name?.getText() ?? 'this export';
}

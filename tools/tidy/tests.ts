import ts from 'typescript';
import { lineOf, parse, visit } from '../source/parse.ts';
import { type Finding, isTest, type Tree } from '../source/tree.ts';

const COMPARISON = /^toBe(?:Less|Greater)Than(?:OrEqual)?$|^toBeCloseTo$/;
const ELAPSED = /\belapsed|\bduration|\btook\b|Ms\b|\bms\b|performance\.now|Date\.now|hrtime/i;
const SUITE = /^(?:it|test|describe|suite|bench)\b/;

/** One skip that is allowed, with what the machine lacks. */
export interface AllowedSkip {
  readonly file: string;
  /** The title as the test's call has it. */
  readonly test: string;
  /** Printed wherever the test does not run. */
  readonly reason: string;
}

/** Tests assert no time, run all, and skip only what the list names. */
export function testFindings(tree: Tree): Finding[] {
  const allowed = readSkips(tree);
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!isTest(path)) continue;
    const source = parse(path, text);
    visit(source, (node) => {
      if (!ts.isPropertyAccessExpression(node)) return;
      const line = lineOf(source, node.name);
      if (COMPARISON.test(node.name.text) && ELAPSED.test(subject(node.expression))) {
        const message =
          'asserts a time, which another machine will not meet: count statements, or use a bench';
        findings.push({ rule: 'time-assertion', path, line, message });
      }
      const message = leftOut(node, path, allowed);
      if (message) findings.push({ rule: 'skip', path, line, message });
    });
  }
  for (const skip of allowed) {
    if (tree.get(skip.file)?.includes(skip.test)) continue;
    const message = `lists "${skip.test}" of ${skip.file}, which is not there`;
    findings.push({ rule: 'skip', path: SKIPS, line: 0, message });
  }
  return findings;
}

const SKIPS = 'tests/skips.json';

function readSkips(tree: Tree): readonly AllowedSkip[] {
  return JSON.parse(tree.get(SKIPS) ?? '[]') as AllowedSkip[];
}

/** What stands in `expect(…)`, through `.not`, `.resolves` and the like. */
function subject(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node)) return subject(node.expression);
  return ts.isCallExpression(node) ? node.arguments.map((item) => item.getText()).join(' ') : '';
}

function leftOut(
  node: ts.PropertyAccessExpression,
  path: string,
  allowed: readonly AllowedSkip[],
): string | undefined {
  if (!SUITE.test(node.expression.getText())) return undefined;
  switch (node.name.text) {
    case 'only':
    case 'todo':
    case 'fails':
      return `.${node.name.text} does not belong in the repository`;
    case 'skip':
    case 'skipIf':
    case 'runIf': {
      const title = titleOf(node);
      const listed = allowed.some((skip) => skip.file === path && skip.test === title);
      return listed ? undefined : `skips "${title}", which ${SKIPS} does not list with its reason`;
    }
    default:
      return undefined;
  }
}

/** The title in `it.skip('title', …)` and in `it.skipIf(condition)('title', …)`. */
function titleOf(node: ts.PropertyAccessExpression): string {
  let call: ts.Node = node.parent;
  while (ts.isCallExpression(call)) {
    const [first] = call.arguments;
    if (first && ts.isStringLiteralLike(first)) return first.text;
    call = call.parent;
  }
  return '';
}

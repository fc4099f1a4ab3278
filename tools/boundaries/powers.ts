import ts from 'typescript';
import { importsOf, lineOf, parse, visit } from '../source/parse.ts';
import { type Finding, isCode, isEquipment, type Tree } from '../source/tree.ts';
import { POWERS, type Power } from './places.ts';

/**
 * Time, randomness, files, network, processes, environment and console are touched only where the list says.
 */
export function powerFindings(tree: Tree, powers: readonly Power[] = POWERS): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!isCode(path)) continue;
    const barred = powers.filter((power) => !mayUse(power, path));
    if (barred.length > 0)
      findings.push(...importedPowers(path, text, barred), ...writtenPowers(path, text, barred));
  }
  return findings;
}

/** Entries of the list that stand for nothing any more: no file begins with their path. */
export function idlePlaces(tree: Tree, powers: readonly Power[] = POWERS): string[] {
  const paths = [...tree.keys()];
  return powers
    .flatMap((power) => power.places.map((place) => place.path))
    .filter((place) => !paths.some((path) => path.startsWith(place)));
}

function mayUse(power: Power, path: string): boolean {
  if (isEquipment(path) && power.name !== 'unseeded') return true;
  return power.places.some((place) => path.startsWith(place.path));
}

function importedPowers(path: string, text: string, barred: readonly Power[]): Finding[] {
  return importsOf(path, text).flatMap(({ specifier, line }) => {
    const [base = ''] = specifier.replace(/^node:/, '').split('/');
    const power = barred.find((item) => item.modules.includes(base));
    return power ? [finding(power, path, line, specifier)] : [];
  });
}

function writtenPowers(path: string, text: string, barred: readonly Power[]): Finding[] {
  const owners = new Map(barred.flatMap((power) => power.expressions.map((what) => [what, power] as const)));
  const words = new RegExp(
    [...owners.keys()].map((what) => what.replace(/^new |\(\)$/g, '')).join('|') || '^\\b$',
  );
  if (!words.test(text)) return [];
  const source = parse(path, text);
  const findings: Finding[] = [];
  visit(source, (node) => {
    const what = written(node);
    const power = what === undefined ? undefined : owners.get(what);
    if (what !== undefined && power && !isFreshSeed(what, node))
      findings.push(finding(power, path, lineOf(source, node), what));
  });
  return findings;
}

/** A test may draw the seed of its run, which it prints. */
function isFreshSeed(what: string, node: ts.Node): boolean {
  if (what !== 'Math.random') return false;
  for (let outer: ts.Node = node; !ts.isSourceFile(outer); outer = outer.parent) {
    if (ts.isVariableDeclaration(outer)) return /seed$/i.test(outer.name.getText());
  }
  return false;
}

/**
 * The expression in the form of the list, where the node is a use of something global or imported by that
 * name.
 */
function written(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
    return (node.arguments?.length ?? 0) === 0 ? `new ${node.expression.text}()` : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) {
    if (!ts.isIdentifier(node.expression)) return undefined;
    const { text } = node.expression;
    return text === 'console' ? text : `${text}.${node.name.text}`;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return node.expression.text;
  return undefined;
}

function finding(power: Power, path: string, line: number, what: string): Finding {
  return {
    rule: `power-${power.name}`,
    path,
    line,
    message: `${what} is not for this place; ${power.instead}`,
  };
}

import ts from 'typescript';
import { lineOf, parse, visit } from '../source/parse.ts';
import { type Finding, isCode, isEquipment, type Tree } from '../source/tree.ts';

/** Where amounts are: everything that runs, apart from platform and apps, which only carry and show them. */
const MONEY = /^(?:kernel|modules|edge|connectors|simulators)\//;
/** The places where an amount becomes a number after a check that it fits exactly. */
const EXACT_PLACES = /^(?:kernel\/src\/money\.ts|edge\/wire\/src\/view\.ts)$/;
const AMOUNT =
  /amount|balance|\bfees?\b|price|total|minor|credit|debit|commission|reserve|refunded|captured|payout/i;
/** Instants and counts are numbers; their names end so. */
const NOT_MONEY = /(?:count|index|length|size|(?:At|Ms|Micros|Seconds|Timestamp))\b/;
const ROUNDING = /^Math\.(?:round|floor|ceil|trunc)$/;

/** No floating point near money: it rounds where nobody looks. */
export function moneyFindings(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!isCode(path) || !MONEY.test(path) || isEquipment(path) || EXACT_PLACES.test(path)) continue;
    const source = parse(path, text);
    visit(source, (node) => {
      const what = floats(node);
      if (what === undefined) return;
      const message = `${what} near money: keep minor units as bigint`;
      findings.push({ rule: 'float-money', path, line: lineOf(source, node), message });
    });
  }
  return findings;
}

function floats(node: ts.Node): string | undefined {
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.PlusToken) {
    return isAmount(node.operand) ? `unary plus on ${node.operand.getText()}` : undefined;
  }
  if (ts.isBinaryExpression(node)) return fraction(node);
  if (!ts.isCallExpression(node)) return undefined;
  const called = node.expression.getText();
  if (called === 'parseFloat' || called === 'Number.parseFloat') return 'parseFloat';
  if (called.endsWith('.toFixed')) return 'toFixed';
  if (
    called !== 'Number' &&
    called !== 'parseInt' &&
    called !== 'Number.parseInt' &&
    !ROUNDING.test(called)
  ) {
    return undefined;
  }
  const [argument] = node.arguments;
  return argument && isAmount(argument) ? `${called}(${argument.getText()})` : undefined;
}

function fraction(node: ts.BinaryExpression): string | undefined {
  const operator = node.operatorToken.kind;
  if (operator !== ts.SyntaxKind.AsteriskToken && operator !== ts.SyntaxKind.SlashToken) return undefined;
  const isFraction = (side: ts.Expression): boolean =>
    ts.isNumericLiteral(side) && /[.e]/i.test(side.getText());
  const mixed =
    (isFraction(node.left) && isAmount(node.right)) || (isFraction(node.right) && isAmount(node.left));
  return mixed ? node.getText() : undefined;
}

function isAmount(node: ts.Expression): boolean {
  const text = node.getText();
  return AMOUNT.test(text) && !NOT_MONEY.test(text);
}

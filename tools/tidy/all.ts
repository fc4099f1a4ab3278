import type { Finding, Tree } from '../source/tree.ts';
import { hostFindings } from './hosts.ts';
import { moneyFindings } from './money.ts';
import { nameFindings } from './names.ts';
import { sqlFindings } from './sql.ts';
import { docFindings, syntaxFindings } from './syntax.ts';
import { testFindings } from './tests.ts';
import { textFindings } from './text.ts';

/** All rules of the house's style that a program can hold. */
export function tidyFindings(tree: Tree): Finding[] {
  return [
    textFindings,
    syntaxFindings,
    docFindings,
    hostFindings,
    moneyFindings,
    sqlFindings,
    nameFindings,
    testFindings,
  ].flatMap((rule) => rule(tree));
}

import { describe, expect, it } from 'vitest';
import { readTree } from '../../tools/source/tree.ts';
import { tidyFindings } from '../../tools/tidy/all.ts';

/** The rules that fire for one file with this content. */
function rulesOf(path: string, text: string, rest: Readonly<Record<string, string>> = {}): string[] {
  const findings = tidyFindings(new Map([...Object.entries(rest), [path, text]]));
  return [...new Set(findings.map((finding) => finding.rule))];
}

const code = 'modules/flow/payments/src/service/capture.ts';
const test = 'modules/flow/payments/src/service/capture.test.ts';
const contract = 'modules/flow/payments/src/contract/port.ts';
const lines = (count: number, line: string): string => Array.from({ length: count }, () => line).join('\n');
/** Twelve lines, of which ten are within. */
const METHOD = `  const one = () => {\n${lines(10, '    step();')}\n  };`;
const unfinished = ['TO', 'DO'].join('');
const switchOff = (tool: string): string => `// ${[tool, 'disable'].join('-')} some-rule\n`;
const machine = ['', 'home', 'someone', 'data'].join('/');
const outside = ['https:/', 'api.acme-pay.com', 'v1'].join('/');

it('finds nothing in this repository', () => {
  const findings = tidyFindings(readTree(process.cwd()));
  expect(findings.map(({ path, line, message }) => `${path}:${line} ${message}`)).toEqual([]);
});

/** A planted fault for each rule. */
const faults: readonly [rule: string, path: string, text: string][] = [
  ['columns', code, `// ${'wide '.repeat(22)}\n`],
  ['columns', 'modules/flow/payments/migrations/0001-a/up.sql', `-- ${'wide '.repeat(22)}\n`],
  ['file-size', code, `${lines(501, 'export {};')}\n`],
  ['readme-size', 'modules/flow/payments/README.md', `${lines(61, 'more')}\n`],
  ['unfinished', code, `// ${unfinished}: later\n`],
  ['unfinished', code, `// ${'X'.repeat(3)} later\n`],
  ['unfinished', 'README.md', `${['FIX', 'ME'].join('')}\n`],
  ['suppression', code, switchOff('eslint')],
  ['suppression', code, switchOff('oxlint')],
  ['suppression', code, `// ${['biome', 'ignore'].join('-')} format: no\n`],
  ['suppression', code, `// ${['@ts', 'ignore'].join('-')}\n`],
  ['suppression', code, `// ${['@ts', 'expect-error'].join('-')} reason\n`],
  ['suppression', test, `// ${['@ts', 'expect-error'].join('-')}\n`],
  ['machine-path', 'docs/start.md', `put it in ${machine}\n`],
  ['function-size', code, `export function capture() {\n${lines(69, '  step();')}\n}\n`],
  ['function-size', code, `export const capture = () => {\n${lines(69, '  step();')}\n};\n`],
  ['function-size', code, `const a = () => {\n  list((b) => [\n${lines(70, '    b,')}\n  ]);\n};\n`],
  ['function-size', code, `function create() {\n${lines(20, METHOD)}\n}\n`],
  ['any', code, 'const intent = value as any;\n'],
  ['any', code, 'export function read(value: any[]): void {}\n'],
  ['empty-catch', code, 'try {\n  go();\n} catch {}\n'],
  ['empty-catch', code, 'try {\n  go();\n} catch (error) {\n  // it does not matter\n}\n'],
  ['empty-catch', code, 'go().catch(() => {});\n'],
  ['empty-catch', code, 'go().catch(() => undefined);\n'],
  ['doc-comment', contract, 'export interface Intent {}\n'],
  ['doc-comment', 'kernel/src/money.ts', 'export const EXPONENT = 2;\n'],
  ['outside-host', code, `const host = '${outside}';\n`],
  ['outside-host', code, `const url = \`${outside}/\${id}\`;\n`],
  ['outside-host', code, "connect({ host: 'acquirer.acme-pay.com' });\n"],
  ['outside-host', 'modules/flow/payments/src/http/page.css', `@import '${outside}';\n`],
  ['float-money', code, 'const euros = parseFloat(text);\n'],
  ['float-money', code, 'const text = value.toFixed(2);\n'],
  ['float-money', code, 'const value = Number(intent.amount);\n'],
  ['float-money', code, 'const fee = Math.round(amountCaptured / 3);\n'],
  ['float-money', code, 'const fee = amount * 0.029;\n'],
  ['float-money', code, 'const value = +balance;\n'],
  ['assembled-sql', code, "export const find = (t) => sql('payments.find', `SELECT * FROM ${t}`);\n"],
  [
    'assembled-sql',
    code,
    "export const find = (id) => sql('payments.find', 'SELECT * FROM t WHERE id = ' + id);\n",
  ],
  ['assembled-sql', code, 'await client.query(`SELECT * FROM t WHERE id = ${id}`);\n'],
  ['assembled-sql', code, 'await client.query({ text: `SELECT ${id}` });\n'],
  ['assembled-sql', code, "export const find = (id) => sql('a.b', ['SELECT', `${id}`].join(' '));\n"],
  [
    'assembled-sql',
    code,
    'function find(t) {\n  return sql(t, `A ${t}`);\n}\nexport const go = (t) => find(t);\n',
  ],
  ['name', ['modules/flow/payments/src', 'utils', 'dates.ts'].join('/'), 'export {};\n'],
  ['name', ['kernel/src', 'test-helpers.ts'].join('/'), 'export {};\n'],
  ['time-assertion', test, 'expect(elapsedMs).toBeLessThan(50);\n'],
  ['time-assertion', test, 'expect(performance.now() - started).not.toBeGreaterThan(50);\n'],
  ['skip', test, "it.skip('captures', () => {});\n"],
  ['skip', test, "it.skipIf(!hasBrowser)('captures', () => {});\n"],
  ['skip', test, "describe.only('capture', () => {});\n"],
  ['skip', test, "it.todo('captures');\n"],
  ['skip', 'tests/browser/console/selling.suite.ts', "it.skip('packs', () => {});\n"],
  ['skip', 'tests/skips.json', `[{ "file": "${test}", "test": "gone", "reason": "none" }]`],
];

it.each(faults)('%s fires in %s', (rule, path, text) => {
  expect(rulesOf(path, text)).toContain(rule);
});

describe('lets pass', () => {
  /** What looks like a fault and is none. */
  const fine: readonly [what: string, path: string, text: string][] = [
    ['a long address', code, `// see ${outside}/${'path/'.repeat(20)}\n`],
    ['a long line of a generated file', code, `// Generated by a program\n// ${'wide '.repeat(22)}\n`],
    ['a type test with its reason', test, `// ${['@ts', 'expect-error'].join('-')} a code must be mapped\n`],
    ['a factory of several functions', code, `function create() {\n${lines(10, METHOD)}\n}\n`],
    ['a suite longer than a function', test, `describe('all', () => {\n${lines(90, '  one();')}\n});\n`],
    ['a catch that answers', code, 'try {\n  go();\n} catch {\n  return false;\n}\n'],
    ['a documented export', contract, '/** An intent. */\nexport interface Intent {}\n'],
    ['this machine', code, "const url = 'http://localhost:8080'; const v6 = `http://[::1]:${port}`;\n"],
    ['a host that a caller names', code, 'const url = `http://${host}:${port}/v1`;\n'],
    ['a link in a comment', code, `/** See ${outside}. */\nconst a = 1;\n`],
    ['a link in a document', 'docs/start.md', `${outside}\n`],
    ['an instant made a number', code, 'const at = Number(capturedAt);\n'],
    ['a constant in a statement', code, "const a = () => sql('a.b', `SELECT ${COLUMNS} FROM a.b`);\n"],
    [
      'what is made while the file loads',
      code,
      "const a = sql('a.b', `SELECT ${names(columns)} FROM a.b`);\n",
    ],
    [
      'a function of the file that makes constants',
      code,
      'function find(t: string) {\n  return sql(t, `SELECT ${t}`);\n}\nconst a = find("a");\n',
    ],
    ["the file's own constant", code, "const c = 'id';\nconst a = () => sql('a.b', `SELECT ${c}`);\n"],
    ['a quoted name', code, 'client.query(`SELECT * FROM ${quoteIdentifier(name)}`);\n'],
    [
      'a name quoted before',
      code,
      '{\n  const s = schemaName(m);\n  sql(`a.${s}`, `SELECT 1 FROM ${s}.b`);\n}\n',
    ],
    ['a count of statements', test, 'expect(statements).toBeLessThanOrEqual(25);\n'],
  ];
  it.each(fine)('%s', (_what, path, text) => {
    expect(rulesOf(path, text)).toEqual([]);
  });

  it('a skip that the list names with its reason', () => {
    const text = "it.skipIf(!hasBrowser)('shows the page', () => {});\n";
    const list = JSON.stringify([{ file: test, test: 'shows the page', reason: 'needs a browser' }]);
    expect(rulesOf(test, text, { 'tests/skips.json': list })).toEqual([]);
  });
});

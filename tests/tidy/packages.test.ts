import { expect, it } from 'vitest';
import { packageFindings } from '../../tools/packages/rules.ts';
import { readTree } from '../../tools/source/tree.ts';

const fixed = { private: true, license: 'Apache-2.0', type: 'module' };
const ledger = {
  name: '@tpmall/ledger',
  ...fixed,
  description: 'The ledger',
  exports: { '.': './src/module.ts' },
  dependencies: { pg: '8.23.1' },
};

function rulesOf(manifest: object, files: Readonly<Record<string, string>> = {}): string[] {
  const tree = new Map(
    Object.entries({
      'package.json': JSON.stringify({
        name: 'tpmall',
        workspaces: ['modules/money/*'],
        devDependencies: { vitest: '4.1.12', pg: '8.23.1' },
      }),
      'modules/money/ledger/package.json': JSON.stringify({ ...ledger, ...manifest }),
      'modules/money/ledger/README.md': 'The ledger.',
      'modules/money/ledger/src/module.ts': "import pg from 'pg'; import 'node:fs'; import fs from 'fs';",
      'modules/money/ledger/src/module.test.ts': "import { it } from 'vitest';",
      ...files,
    }),
  );
  return [...new Set(packageFindings(tree).map((finding) => finding.rule))];
}

it('finds nothing in this repository', () => {
  const findings = packageFindings(readTree(process.cwd()));
  expect(findings.map(({ path, message }) => `${path} ${message}`)).toEqual([]);
});

it('finds nothing in a package in order', () => {
  expect(rulesOf({})).toEqual([]);
});

const code = 'modules/money/ledger/src/post.ts';
const faults: readonly [
  rule: string,
  what: string,
  manifest: object,
  files?: Readonly<Record<string, string>>,
][] = [
  ['undeclared', 'an import', {}, { [code]: "import { z } from 'zod';" }],
  ['undeclared', 'a product that leans on the root', {}, { [code]: "import 'vitest';" }],
  ['unused', 'a dependency', { dependencies: { pg: '8.23.1', zod: '4.6.7' } }],
  ['version', 'a range', { dependencies: { pg: '^8.23.1' } }],
  ['version', 'another version elsewhere', { dependencies: { pg: '8.23.2' } }],
  ['version', 'a version of our own', { dependencies: { pg: '8.23.1', '@tpmall/kernel': '0.1.0' } }],
  ['exports', 'a file that is not there', { exports: { '.': './src/gone.ts' } }],
  ['manifest', 'no description', { description: '' }],
  ['manifest', 'a public package', { private: false }],
  ['manifest', 'another licence', { license: 'MIT' }],
];

it.each(faults)('%s fires at %s', (rule, _what, manifest, files) => {
  expect(rulesOf(manifest, files)).toContain(rule);
});

it('wants a README', () => {
  const tree = new Map([
    ['package.json', JSON.stringify({ workspaces: ['kernel'] })],
    ['kernel/package.json', JSON.stringify({ name: '@tpmall/kernel', ...fixed })],
  ]);
  expect(packageFindings(tree).map((finding) => finding.rule)).toEqual(['readme']);
});

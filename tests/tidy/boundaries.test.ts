import { expect, it } from 'vitest';
import { findCycles } from '../../tools/boundaries/cycles.ts';
import { fileFindings } from '../../tools/boundaries/files.ts';
import { drawGraph } from '../../tools/boundaries/graph.ts';
import { importFindings } from '../../tools/boundaries/imports.ts';
import { idlePlaces, powerFindings } from '../../tools/boundaries/powers.ts';
import { readTree, type Tree } from '../../tools/source/tree.ts';

const module = { '.': './src/module.ts', './contract': './src/contract/index.ts' };
const library = { '.': './src/index.ts' };

function manifest(name: string, exports: object, dependencies: readonly string[] = []): string {
  const entries = dependencies.map((item): [string, string] => [`@tpmall/${item}`, '*']);
  return JSON.stringify({
    name: `@tpmall/${name}`,
    exports,
    dependencies: Object.fromEntries<string>(entries),
  });
}

/** A small house that breaks no rule. */
const HOUSE: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'tpmall',
    workspaces: [
      'kernel',
      'platform',
      'modules/money/*',
      'modules/flow/*',
      'connectors/card/*',
      'simulators/*',
      'apps/*',
    ],
  }),
  'kernel/package.json': manifest('kernel', library),
  'kernel/src/index.ts': "export * from './ids.ts';",
  'kernel/src/ids.ts': "import { createHash } from 'node:crypto';",
  'platform/package.json': manifest('platform', { './db': './src/db.ts' }, ['kernel']),
  'platform/src/db.ts': "import '@tpmall/kernel';",
  'modules/money/ledger/package.json': manifest('ledger', module, ['platform']),
  'modules/money/ledger/src/module.ts': "import '@tpmall/platform/db';",
  'modules/money/ledger/src/contract/index.ts': 'export {};',
  'modules/flow/payments/package.json': manifest('payments', module, ['ledger']),
  'modules/flow/payments/src/module.ts': "import type { Port } from '@tpmall/ledger/contract';",
  'modules/flow/payments/src/contract/index.ts': 'export {};',
  'modules/flow/payments/src/module.test.ts': "import '@tpmall/payments'; import '@tpmall/simulator-card';",
  'connectors/card/iso/package.json': manifest('connector-iso', library, ['ledger']),
  'connectors/card/iso/src/index.ts': "import '@tpmall/ledger/contract'; import 'node:net';",
  'simulators/card/package.json': manifest('simulator-card', library, ['connector-iso']),
  'simulators/card/src/index.ts': "import '@tpmall/connector-iso';",
  'apps/server/package.json': manifest('server', library, ['payments', 'ledger', 'connector-iso']),
  'apps/server/src/index.ts':
    "import '@tpmall/payments'; import '@tpmall/ledger'; import '@tpmall/connector-iso';",
  'tests/e2e/payment.test.ts': "import '@tpmall/payments'; import '@tpmall/ledger';",
};

function rulesOf(change: Readonly<Record<string, string>>): string[] {
  const tree: Tree = new Map(Object.entries({ ...HOUSE, ...change }));
  const findings = [...importFindings(tree), ...fileFindings(tree), ...powerFindings(tree)];
  return [...new Set(findings.map((finding) => finding.rule))];
}

it('finds nothing in this repository', () => {
  const tree = readTree(process.cwd());
  const findings = [...importFindings(tree), ...fileFindings(tree), ...powerFindings(tree)];
  expect(findings.map(({ path, line, message }) => `${path}:${line} ${message}`)).toEqual([]);
});

it('lists no place for a power that nobody stands on', () => {
  expect(idlePlaces(readTree(process.cwd()))).toEqual([]);
});

it('finds nothing in a small house in order', () => {
  expect(rulesOf({})).toEqual([]);
});

const ledger = 'modules/money/ledger/src/module.ts';
const payments = 'modules/flow/payments/src/module.ts';
const uses = HOUSE[payments] ?? '';
const ledgerUses = HOUSE[ledger] ?? '';

/** A planted fault for each rule: what changes in the house. */
const faults: readonly [rule: string, what: string, change: Readonly<Record<string, string>>][] = [
  ['undeclared', 'an import', { [payments]: `${uses} import '@tpmall/kernel';` }],
  ['undeclared', 'an import type', { [payments]: `${uses} type A = import('@tpmall/kernel').Clock;` }],
  ['undeclared', 'a dynamic import', { [payments]: `${uses} await import('@tpmall/kernel');` }],
  [
    'undeclared',
    'a subscription',
    { [ledger]: `${ledgerUses} on({ from: 'payments', types: ['a'], cursor: 'c' });` },
  ],
  ['unused', 'a declaration', { [payments]: 'export {};' }],
  ['deep-import', 'what is not exported', { [payments]: `${uses} import '@tpmall/ledger/src/module.ts';` }],
  ['implementation', 'a module’s inside', { [payments]: "import '@tpmall/ledger';" }],
  ['implementation', 'from a test', { 'modules/flow/payments/src/a.test.ts': "import '@tpmall/ledger';" }],
  ['self-import', 'its own name', { [payments]: `${uses} import '@tpmall/payments/contract';` }],
  ['unknown-package', 'nobody', { [payments]: `${uses} import '@tpmall/nobody';` }],
  ['kernel', 'files', { 'kernel/src/ids.ts': "import 'node:path';" }],
  [
    'tier',
    'up the floor plan',
    { 'modules/money/ledger/package.json': manifest('ledger', module, ['payments']) },
  ],
  [
    'tier',
    'platform on a module',
    { 'platform/package.json': manifest('platform', {}, ['kernel', 'ledger']) },
  ],
  [
    'tier',
    'a simulator',
    { 'simulators/card/package.json': manifest('simulator-card', library, ['platform']) },
  ],
  [
    'tier',
    'two modules',
    { 'connectors/card/iso/package.json': manifest('iso', library, ['ledger', 'payments']) },
  ],
  [
    'package-cycle',
    'a circle',
    { 'modules/money/ledger/package.json': manifest('ledger', module, ['payments']) },
  ],
  [
    'relative-import',
    'another package',
    { [payments]: `${uses} import '../../../money/ledger/src/module.ts';` },
  ],
  ['relative-import', 'what is not there', { [payments]: `${uses} import './gone.ts';` }],
  ['file-cycle', 'two files', { 'kernel/src/ids.ts': "import type { A } from './index.ts';" }],
  ['power-files', 'node:fs', { [payments]: `${uses} import 'node:fs/promises';` }],
  ['power-network', 'http', { [payments]: `${uses} import 'http';` }],
  ['power-network', 'fetch', { [payments]: `${uses} await fetch(url);` }],
  ['power-processes', 'child_process', { [payments]: `${uses} import 'node:child_process';` }],
  ['power-time', 'Date.now', { [payments]: `${uses} const at = Date.now();` }],
  ['power-time', 'new Date()', { [payments]: `${uses} const at = new Date();` }],
  ['power-time', 'performance.now', { [payments]: `${uses} const at = performance.now();` }],
  ['power-randomness', 'randomBytes', { [payments]: `${uses} const key = randomBytes(16);` }],
  ['power-randomness', 'crypto.randomUUID', { [payments]: `${uses} const id = crypto.randomUUID();` }],
  ['power-unseeded', 'Math.random, even in a test', { 'tests/e2e/payment.test.ts': 'Math.random();' }],
  ['power-environment', 'process.env', { [payments]: `${uses} const url = process.env['URL'];` }],
  ['power-console', 'console', { [payments]: `${uses} console.log('paid');` }],
];

it.each(faults)('%s fires at %s', (rule, _what, change) => {
  expect(rulesOf(change)).toContain(rule);
});

it('lets a test draw its seed', () => {
  expect(
    rulesOf({ 'tests/e2e/payment.test.ts': 'const seed = Math.trunc(Math.random() * 2 ** 31);' }),
  ).toEqual([]);
});

it('lets an instant be formatted, and a platform envelope be read without a declaration', () => {
  expect(rulesOf({ [payments]: `${uses} new Date(at).toISOString();` })).toEqual([]);
  const envelope = "on({ from: 'payments', types: [AUDIT_EVENT], cursor: 'c' });";
  expect(rulesOf({ [ledger]: `${ledgerUses} ${envelope}` })).toEqual([]);
});

it('draws calls and subscriptions', () => {
  const subscribing = `${uses} on({ from: 'ledger', types: ['ledger.posted'], cursor: 'c' });`;
  const picture = drawGraph(new Map(Object.entries({ ...HOUSE, [payments]: subscribing })));
  expect(picture).toContain('payments --> ledger');
  expect(picture).toContain('ledger -. ledger.posted .-> payments');
  expect(picture).not.toContain('--> kernel');
});

it('finds each circle once', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', ['d']],
    ['e', ['a']],
  ]);
  expect(findCycles(graph)).toEqual([
    ['d', 'd'],
    ['a', 'b', 'c', 'a'],
  ]);
});

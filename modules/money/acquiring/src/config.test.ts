import { parseConfig } from '@tpmall/platform/config';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { acquiringConfig } from './config.ts';
import { type CardConnector, defineConnector } from './contract/index.ts';

const connect = (): CardConnector => {
  throw new Error('nothing is opened by reading settings');
};
const iso = defineConnector({ protocol: 'iso', settings: { port: z.number().int() }, connect });
const http = defineConnector({ protocol: 'http', settings: { url: z.url() }, connect });
const schema = acquiringConfig([iso, http]);

const plain = {
  vaultUrl: 'http://localhost:1',
  directoryServer: { url: 'http://localhost:2' },
  connectors: [
    { protocol: 'iso', name: 'a', port: 1 },
    { protocol: 'http', name: 'b', url: 'http://localhost:3', answerTimeoutMs: 10 },
  ],
};

const problems = (input: object): string[] => {
  const parsed = parseConfig('acquiring', schema, input);
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};

test('each connector is read by the settings of its protocol', () => {
  const { connectors, routing, circuit } = schema.parse(plain);
  expect(connectors).toEqual([
    { protocol: 'iso', name: 'a', port: 1, answerTimeoutMs: 8_000 },
    { protocol: 'http', name: 'b', url: 'http://localhost:3', answerTimeoutMs: 10 },
  ]);
  expect(routing).toEqual({ rules: [], prices: [], maxAttempts: 2 });
  expect(circuit.probes).toBe(2);
});

test('every problem of the parts is listed at once', () => {
  const connectors = [
    { protocol: 'iso', name: 'a', url: 'http://localhost' },
    { protocol: 'none', name: 'b' },
  ];
  const shares = [{ connector: 'a', percent: 60 }];
  const rules = [
    { name: 'Bad Name', to: { strategy: 'volume', shares } },
    { name: 'a', when: { amount: { from: '5' } }, to: { strategy: 'order', connectors: [] } },
    { name: 'b', when: { bins: [{ from: '500000', to: '400000' }], colour: 1 }, to: { strategy: 'luck' } },
  ];
  const found = problems({ ...plain, connectors, routing: { rules }, unknown: 1 });
  for (const path of [
    'connectors.0.port',
    'connectors.0.url',
    'connectors.1.protocol',
    'routing.rules.0.name',
    'routing.rules.0.to.shares',
    'routing.rules.1.when',
    'routing.rules.1.to.connectors',
    'routing.rules.2.when.bins.0',
    'routing.rules.2.when.colour',
    'routing.rules.2.to.strategy',
    'unknown',
  ])
    expect(
      found.some((problem) => problem.startsWith(`acquiring.${path}:`)),
      path,
    ).toBe(true);
});

test('every problem between the parts is listed at once', () => {
  const rules = [
    { name: 'x', to: { strategy: 'order', connectors: ['a', 'gone'] } },
    { name: 'y', to: { strategy: 'volume', shares: [{ connector: 'lost', percent: 100 }] } },
  ];
  const prices = [{ connector: 'nobody', currency: 'eur', basisPoints: 1, fixed: '0' }];
  const connectors = [...plain.connectors, { protocol: 'iso', name: 'a', port: 2 }];
  expect(problems({ ...plain, connectors, routing: { rules, prices } })).toEqual([
    'acquiring.connectors.2.name: names must differ',
    'acquiring.routing.rules.0.to: no connector gone',
    'acquiring.routing.rules.1.to: no connector lost',
    'acquiring.routing.prices.0.connector: no connector nobody',
  ]);
});

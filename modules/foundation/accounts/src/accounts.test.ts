import { createIds, manualClock, SECOND, systemClock, systemRandom, unwrap } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { type Database, sql } from '@tpmall/platform/db';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accounts } from './module.ts';

const clock = manualClock(systemClock.now());
const outbox = sql('test.accounts-outbox', "SELECT payload->>'subject' AS subject FROM accounts.outbox");
let database: TestDatabase;
let commands = 0;

beforeAll(async () => {
  database = await testDatabase({ modules: [accounts] });
});
afterAll(() => database.close());

function start(db: Database = database.db('accounts')) {
  return accounts.create({
    config: {},
    db,
    ports: {},
    clock,
    random: systemRandom,
    ids: createIds(clock, systemRandom),
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    jobs: { enqueue: async () => {} },
  });
}

function context(tenant: string, commandId = `cmd_${(commands += 1)}`): CallContext {
  return { caller: 'operator', actor: 'operator:test', tenant, commandId, deadlineAt: 0, traceparent: '' };
}

const platformInput = { name: 'The Mall', country: 'DE', defaultCurrency: 'eur' };
const merchantInput = {
  name: 'Kiln & Reed',
  country: 'CN',
  defaultCurrency: 'cny',
  email: 'kiln@shop.example',
  statementDescriptor: 'KILN AND REED',
  feePlan: { basisPoints: 800, fixed: (1n << 100n) + 1n },
};

it('opens a platform as its own tenant, and merchants under it', async () => {
  const { implementation } = await start();
  const platform = unwrap(await implementation.createPlatform(context(''), platformInput));
  expect(platform).toMatchObject({ tenant: platform.id, kind: 'platform', statementDescriptor: 'THE MALL' });
  const merchant = unwrap(await implementation.createMerchant(context(platform.id), merchantInput));
  expect(merchant).toMatchObject({ ...merchantInput, tenant: platform.id, kind: 'merchant' });
  expect(merchant.capabilities).toEqual({ cardPayments: true, transfers: true });

  const again = await start();
  const ids = [merchant.id, 'acct_nobody', platform.id, merchant.id];
  expect(unwrap(await again.implementation.findAccounts(context(platform.id), { ids }))).toEqual([
    merchant,
    platform,
  ]);
  const merchants = async (asked: { startingAfter?: string }) =>
    again.implementation.listMerchants(context(platform.id), { limit: 10, ...asked });
  expect(unwrap(await merchants({})).items).toEqual([merchant]);
  expect(unwrap(await merchants({ startingAfter: merchant.id }))).toEqual({ items: [], hasMore: false });
  expect(await merchants({ startingAfter: 'acct_nobody' })).toMatchObject({
    error: { code: 'cursor_not_found', field: 'startingAfter' },
  });
  const { rows } = await database.db('accounts').run<{ subject: string }>(outbox);
  expect(rows.map(({ subject }) => subject)).toEqual(expect.arrayContaining([platform.id, merchant.id]));
});

it('answers a repeated command with the account that it opened, also when both come at once', async () => {
  const { implementation } = await start();
  const command = context('');
  const both = await Promise.all([
    implementation.createPlatform(command, platformInput),
    implementation.createPlatform(command, platformInput),
  ]);
  const [one, other] = both.map(unwrap);
  expect(other).toEqual(one);
  expect(await implementation.createPlatform(command, { ...platformInput, name: 'Other' })).toMatchObject({
    error: { code: 'invalid_input' },
  });
});

it('shows a tenant only its own accounts, from memory too', async () => {
  const { implementation } = await start();
  const one = unwrap(await implementation.createPlatform(context(''), platformInput));
  const other = unwrap(await implementation.createPlatform(context(''), platformInput));
  const find = async (tenant: string) =>
    unwrap(await implementation.findAccounts(context(tenant), { ids: [one.id] }));
  expect(await find(one.id)).toEqual([one]);
  expect(await find(other.id)).toEqual([]);
  expect(await find(one.id)).toEqual([one]);
});

it('asks the database again after five seconds, and not before', async () => {
  const db = database.db('accounts');
  let statements = 0;
  const counting: Database = {
    ...db,
    run: (statement, values) => {
      statements += 1;
      return db.run(statement, values);
    },
  };
  const { implementation } = await start(counting);
  const platform = unwrap(await implementation.createPlatform(context(''), platformInput));
  const find = async () => implementation.findAccounts(context(platform.id), { ids: [platform.id] });
  await find();
  const before = statements;
  await find();
  expect(statements).toBe(before);
  clock.advance(5 * SECOND);
  await find();
  expect(statements).toBe(before + 1);
});

it('refuses what is no country or no currency, by field', async () => {
  const { implementation } = await start();
  const ask = (change: object) => implementation.createPlatform(context(''), { ...platformInput, ...change });
  expect(await ask({ country: 'de' })).toMatchObject({ error: { code: 'invalid_input', field: 'country' } });
  expect(await ask({ defaultCurrency: 'xxx' })).toMatchObject({ error: { field: 'defaultCurrency' } });
});

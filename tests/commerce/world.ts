import { accounts } from '@tpmall/accounts';
import { accountsContract } from '@tpmall/accounts/contract';
import { catalogue } from '@tpmall/catalogue';
import { catalogueContract } from '@tpmall/catalogue/contract';
import {
  type Clock,
  createIds,
  MINUTE,
  type Micros,
  manualClock,
  systemClock,
  systemRandom,
  unwrap,
} from '@tpmall/kernel';
import {
  type Contract,
  createCallee,
  type Implementation,
  localPort,
  type OutgoingContext,
  type Port,
} from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { jobQueue } from '@tpmall/platform/jobs';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import { adminPool } from '../harness/admin-pool.ts';

/** A platform with two merchants, its catalogue, and what tests look at them with. */
export interface Shop {
  readonly database: TestDatabase;
  readonly clock: Clock & { advance(by: Micros): void };
  readonly tenant: string;
  readonly merchants: readonly [string, string];
  readonly accounts: Port<typeof accountsContract>;
  readonly catalogue: Port<typeof catalogueContract>;
  /** A port of the catalogue for another module. */
  catalogueFor(caller: string): Port<typeof catalogueContract>;
  accountsFor(caller: string): Port<typeof accountsContract>;
  /** A context with a command of its own, or a given one. */
  context(commandId?: string, tenant?: string): OutgoingContext;
  /** Types of the events of a module's outbox about one aggregate, in order. */
  told(module: string, aggregate: string): Promise<string[]>;
  look<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Modules whose schemas a shop needs. */
export const SHOP_MODULES = [accounts, catalogue];

/** What every module of a test is created with. */
export function parts(clock: Clock) {
  return {
    clock,
    random: systemRandom,
    ids: createIds(clock, systemRandom),
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    jobs: jobQueue,
  };
}

/** A port of a running module for one caller. */
export function portFor<C extends Contract>(
  contract: C,
  implementation: Implementation<C>,
  clock: Clock,
  caller: string,
): Port<C> {
  return localPort(contract, createCallee(contract, implementation, clock), caller);
}

/** Opens a shop on a database that has {@link SHOP_MODULES}; `watched` looks at what the catalogue sends. */
export async function openShop(
  database: TestDatabase,
  watched: (db: Database) => Database = (db) => db,
): Promise<Shop> {
  const clock = manualClock(systemClock.now());
  const admin = adminPool(database.url);
  let commands = 0;
  const context = (commandId = `command-${(commands += 1)}`, tenant = ''): OutgoingContext => ({
    actor: 'key:test',
    tenant,
    commandId,
    deadlineAt: clock.now() + MINUTE,
    traceparent: '',
  });
  const common = parts(clock);
  const house = await accounts.create({ ...common, config: {}, db: database.db('accounts'), ports: {} });
  const accountsFor = (caller: string) => portFor(accountsContract, house.implementation, clock, caller);
  const operator = accountsFor('operator');
  const { id: tenant } = unwrap(
    await operator.createPlatform(context(), { name: 'Mall', country: 'DE', defaultCurrency: 'eur' }),
  );
  const merchant = async (name: string): Promise<string> =>
    unwrap(
      await operator.createMerchant(context(undefined, tenant), {
        name,
        country: 'DE',
        defaultCurrency: 'eur',
        email: null,
        statementDescriptor: name.toUpperCase(),
        feePlan: { basisPoints: 1000, fixed: 0n },
      }),
    ).id;
  const merchants = [await merchant('Kiln and Reed'), await merchant('Tea House')] as const;
  const shelves = await catalogue.create({
    ...common,
    config: {},
    db: watched(database.db('catalogue')),
    ports: { accounts: accountsFor('catalogue') },
  });
  const catalogueFor = (caller: string) => portFor(catalogueContract, shelves.implementation, clock, caller);
  const look = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await admin.query<Row>(text, values)).rows;
  return {
    database,
    clock,
    tenant,
    merchants,
    accounts: accountsFor('gateway'),
    catalogue: catalogueFor('gateway'),
    catalogueFor,
    accountsFor,
    context: (commandId, of = tenant) => context(commandId, of),
    told: async (module, aggregate) => {
      const outbox = `${pg.escapeIdentifier(module)}.outbox`;
      const text = `SELECT type FROM ${outbox} WHERE aggregate_id = $1 ORDER BY seq`;
      return (await look<{ type: string }>(text, [aggregate])).map(({ type }) => type);
    },
    look,
    close: async () => {
      await admin.end();
      await database.close();
    },
  };
}

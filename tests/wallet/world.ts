import type { accountsContract } from '@tpmall/accounts/contract';
import {
  type Clock,
  createIds,
  err,
  MINUTE,
  type Micros,
  ok,
  systemClock,
  systemRandom,
  unwrap,
} from '@tpmall/kernel';
import { ledger } from '@tpmall/ledger';
import { accountId, ledgerContract } from '@tpmall/ledger/contract';
import { payments } from '@tpmall/payments';
import { paymentsContract } from '@tpmall/payments/contract';
import {
  type Contract,
  createCallee,
  type Implementation,
  localPort,
  type OutgoingContext,
  type Port,
} from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { createRelay } from '@tpmall/platform/events';
import { jobQueue } from '@tpmall/platform/jobs';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { risk } from '@tpmall/risk';
import { riskContract } from '@tpmall/risk/contract';
import { wallet } from '@tpmall/wallet';
import { walletContract } from '@tpmall/wallet/contract';
import type pg from 'pg';
import { adminPool } from '../harness/admin-pool.ts';
import { createTestAcquirer, type TestAcquirer } from '../payments/world/acquirer.ts';
import { createTestVault } from '../payments/world/vault.ts';

/** The platform whose shoppers these are, and a merchant. */
export const TENANT = 'acct_platform';
export const MERCHANT = 'acct_one';
const EURO = 978;
/** Where every world's clock begins: far from the ends of a day, a month and a year, which limits go by. */
const BEGINNING: Micros = Date.parse('2026-06-15T12:00:00Z') * 1000;

/** What may be put between the wallet and what it stands on, to lose calls or to kill it. */
export interface Between {
  port?<C extends Contract>(contract: C, port: Port<C>): Port<C>;
  db?(db: Database): Database;
  config?: object;
  /** Whether it stands between payments and what that stands on as well: one process, which dies as one. */
  aroundPayments?: true;
}

/** A running wallet. */
export interface Desk {
  readonly port: Port<typeof walletContract>;
  /** The same for an operator. */
  readonly staff: Port<typeof walletContract>;
  /** The same for another module. */
  portFor(caller: string): Port<typeof walletContract>;
  sweep(): Promise<void>;
}

/** Wallets on the real ledger and the real payments, whose acquirer is a few lines. */
export interface World {
  readonly database: TestDatabase;
  readonly clock: Clock & { advance(by: Micros): void };
  readonly acquirer: TestAcquirer;
  readonly ledger: Port<typeof ledgerContract>;
  readonly payments: Port<typeof paymentsContract>;
  /** The same for another module. */
  paymentsFor(caller: string): Port<typeof paymentsContract>;
  /** A new process, so to say. */
  start(between?: Between): Promise<Desk>;
  /** Delivers every event of payments that is there to the wallets. */
  deliver(): Promise<void>;
  /** One sweep of the resolver of payments. */
  resolve(): Promise<void>;
  context(commandId?: string, tenant?: string, actor?: string): OutgoingContext;
  look<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The posted balance of a kind of account, credits less debits. */
  credit(kind: Parameters<typeof accountId>[0], owner: string): Promise<bigint>;
  close(): Promise<void>;
}

/** People are known by their handle: `ada` is `person_ada`. */
const people = {
  findPerson: async (_context: OutgoingContext, { id }: { id: string }) =>
    /^person_[a-z]\w*$/.test(id) ? ok({ id }) : err('not_found', 'nobody'),
  findPersonByHandle: async (_context: OutgoingContext, { handle }: { handle: string }) => {
    const name = handle.replace(/^@/, '').toLowerCase();
    if (!/^[a-z][a-z0-9_]{2,29}$/.test(name) || name === 'nobody') return err('not_found', 'nobody');
    return ok({ id: `person_${name}`, handle: name, displayName: '' });
  },
} as unknown as Port<typeof wallet.needs.identity>;

/** Who is paid. */
export const merchants = {
  findAccounts: async ({ tenant }: OutgoingContext, { ids }: { ids: readonly string[] }) =>
    ok(
      ids
        .filter((id) => tenant === TENANT && [TENANT, MERCHANT].includes(id))
        .map((id) => ({
          ...{ id, tenant, kind: id === TENANT ? 'platform' : 'merchant', name: id, country: 'DE' },
          ...{ defaultCurrency: 'eur', email: null, statementDescriptor: 'TPMALL', createdAt: 0 },
          capabilities: { cardPayments: true, transfers: true },
          feePlan: { basisPoints: 1000, fixed: 0n },
        })),
    ),
} as unknown as Port<typeof accountsContract>;

/** A port with whatever is put before it. */
function put<C extends Contract>(between: Between, contract: C, port: Port<C>): Port<C> {
  return between.port?.(contract, port) ?? port;
}

/** The real ledger and payments, and wallets that stand on them. */
async function startModules(database: TestDatabase, clock: Clock) {
  const common = {
    clock,
    random: systemRandom,
    ids: createIds(clock, systemRandom),
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    jobs: jobQueue,
  };
  const portFor = <C extends Contract>(contract: C, running: Implementation<C>, caller: string) =>
    localPort(contract, createCallee(contract, running, clock), caller);

  const books = await ledger.create({
    ...common,
    config: ledger.config.parse({}),
    db: database.db('ledger'),
    ports: {},
  });
  await books.start?.();
  const decider = await risk.create({
    ...common,
    config: risk.config.parse({ velocity: [] }),
    db: database.db('risk'),
    ports: {},
  });
  const acquirer = createTestAcquirer();
  const decisions = portFor(riskContract, decider.implementation, 'payments');
  const startPayments = (between: Between) =>
    payments.create({
      ...common,
      config: payments.config.parse({}),
      db: between.db?.(database.db('payments')) ?? database.db('payments'),
      ports: {
        ledger: put(between, ledgerContract, portFor(ledgerContract, books.implementation, 'payments')),
        acquiring: put(between, payments.needs.acquiring, acquirer.port),
        vault: createTestVault(TENANT).port,
        accounts: merchants,
        risk: put(between, riskContract, decisions),
      },
    });
  const paying = await startPayments({});
  const running = async (between: Between) => {
    const db = database.db('wallet');
    const below = between.aroundPayments ? await startPayments(between) : paying;
    return wallet.create({
      ...common,
      config: wallet.config.parse({ firstTier: 'verified', ...between.config }),
      db: between.db?.(db) ?? db,
      ports: {
        identity: put(between, wallet.needs.identity, people),
        ledger: put(between, ledgerContract, portFor(ledgerContract, books.implementation, 'wallet')),
        payments: put(between, paymentsContract, portFor(paymentsContract, below.implementation, 'wallet')),
      },
    });
  };
  return { books, paying, acquirer, running, portFor };
}

/**
 * Makes a world.
 *
 * @param more modules whose schemas are there as well
 */
export async function createWorld(more: Parameters<typeof testDatabase>[0]['modules'] = []): Promise<World> {
  const database = await testDatabase({ modules: [risk, ledger, payments, wallet, ...more] });
  let ahead = BEGINNING - systemClock.now();
  const clock: World['clock'] = {
    now: () => systemClock.now() + ahead,
    advance: (by) => {
      ahead += by;
    },
  };
  const admin = adminPool(database.url);
  const { books, paying, acquirer, running, portFor } = await startModules(database, clock);
  const listener = await running({});
  const relay = createRelay({
    reader: database.db('relay'),
    consumers: (listener.subscriptions ?? []).map((subscription) => ({
      module: 'wallet',
      db: database.db('wallet'),
      subscription,
    })),
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
  });
  const reader = portFor(ledgerContract, books.implementation, 'operator');
  let commands = 0;
  const context: World['context'] = (
    commandId = `command-${(commands += 1)}`,
    tenant = TENANT,
    actor = 'key:test',
  ) => ({ actor, tenant, commandId, deadlineAt: clock.now() + MINUTE, traceparent: '' });

  const paymentsFor = (caller: string) => portFor(paymentsContract, paying.implementation, caller);

  return {
    ...{ database, clock, acquirer, ledger: reader },
    ...{ payments: paymentsFor('gateway'), paymentsFor },
    context,
    start: async (between = {}) => {
      const { implementation, jobs } = await running(between);
      const deskFor = (caller: string) => portFor(walletContract, implementation, caller);
      return {
        ...{ port: deskFor('gateway'), staff: deskFor('operator'), portFor: deskFor },
        sweep: async () => jobs?.find(({ name }) => name === 'sweep')?.run({}),
      };
    },
    deliver: () => relay.drain(),
    resolve: async () => paying.jobs?.find(({ name }) => name === 'sweep')?.run({}),
    look: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
    credit: async (kind, owner) => {
      const ids = [accountId(kind, owner, EURO)];
      const [account] = unwrap(await reader.lookupAccounts(context(), { ids }));
      return account ? account.creditsPosted - account.debitsPosted : 0n;
    },
    close: async () => {
      await relay.stop();
      await books.stop?.();
      await admin.end();
      await database.close();
    },
  };
}

/** Opens the wallet of a person, with an amount topped up by card. */
export async function openWith(world: World, desk: Desk, name: string, amount = 0n): Promise<string> {
  const { id } = unwrap(await desk.port.openWallet(world.context(), { person: `person_${name}` }));
  for (let left = amount; left > 0n; ) {
    const part = left > 5_000_00n ? 5_000_00n : left;
    const input = { wallet: id, currency: 'eur', amount: part, paymentMethod: 'pm_visa' };
    unwrap(await desk.port.topUp(world.context(), input));
    left -= part;
  }
  return id;
}

/** What may be spent, and what is held. */
export async function balanceOf(world: World, desk: Desk, id: string) {
  const balances = unwrap(await desk.port.readBalances(world.context(), { wallet: id }));
  const { available = 0n, pending = 0n } = balances.find(({ currency }) => currency === 'eur') ?? {};
  return { available, pending };
}

/** An order of the merchant's: 10 % of it are the platform's commission. */
export async function order(
  world: World,
  amount: bigint,
  captureMethod: 'automatic' | 'manual' = 'automatic',
): Promise<string> {
  const intent = await world.payments.createIntent(world.context(), {
    ...{ amount, currency: 'eur', captureMethod, confirmationMethod: 'automatic' },
    split: [{ destination: MERCHANT, amount }],
  });
  return unwrap(intent).id;
}

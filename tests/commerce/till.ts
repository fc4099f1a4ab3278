import { checkout } from '@tpmall/checkout';
import { checkoutContract } from '@tpmall/checkout/contract';
import { err, systemClock, unwrap } from '@tpmall/kernel';
import { payments } from '@tpmall/payments';
import { paymentsContract } from '@tpmall/payments/contract';
import type { Contract, Port } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { createRelay } from '@tpmall/platform/events';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, testDatabase } from '@tpmall/platform/testing';
import { risk } from '@tpmall/risk';
import { riskContract } from '@tpmall/risk/contract';
import { createTestAcquirer, type TestAcquirer } from '../payments/world/acquirer.ts';
import { createTestLedger, type TestLedger } from '../payments/world/ledger.ts';
import { createTestVault } from '../payments/world/vault.ts';
import { openShop, parts, portFor, SHOP_MODULES, type Shop } from './world.ts';

/** Nobody has one here; orders that are paid from wallets are among the tests of wallets. */
const noWallets = {
  findWallet: async () => err('not_found', 'there are no wallets here'),
} as unknown as Port<typeof checkout.needs.wallet>;

/** What may be put between checkout and what it stands on, to kill it. */
export interface BetweenTill {
  port?<C extends Contract>(contract: C, port: Port<C>): Port<C>;
  db?(db: Database): Database;
}

/** A running checkout. */
export interface Desk {
  readonly port: Port<typeof checkoutContract>;
  /** The same for another module. */
  portFor(caller: string): Port<typeof checkoutContract>;
  /** One look for sessions whose time is over. */
  sweep(): Promise<void>;
}

/** A shop with payments behind its checkout; acquirer and ledger are those of the payments tests. */
export interface Till extends Shop {
  readonly acquirer: TestAcquirer;
  readonly ledger: TestLedger;
  readonly payments: Port<typeof paymentsContract>;
  /** The same for another module. */
  paymentsFor(caller: string): Port<typeof paymentsContract>;
  /** A new process, so to say. */
  start(between?: BetweenTill): Promise<Desk>;
  /** Delivers every event of payments that is there to checkout. */
  deliver(): Promise<void>;
  /** One sweep of the resolver of payments. */
  resolve(): Promise<void>;
}

/**
 * Opens a till. A payment method that begins with `pm_` is a card; its name is what the acquirer does.
 *
 * @param more modules whose schemas are there as well
 */
export async function openTill(more: Parameters<typeof testDatabase>[0]['modules'] = []): Promise<Till> {
  const database = await testDatabase({ modules: [...SHOP_MODULES, risk, payments, checkout, ...more] });
  const shop = await openShop(database);
  const { clock } = shop;
  const acquirer = createTestAcquirer();
  const ledger = createTestLedger();
  const vault = createTestVault(shop.tenant);
  const common = parts(clock);
  const decider = await risk.create({
    ...common,
    config: risk.config.parse({ velocity: [] }),
    db: database.db('risk'),
    ports: {},
  });
  const paying = await payments.create({
    ...common,
    config: payments.config.parse({}),
    db: database.db('payments'),
    ports: {
      ledger: ledger.port,
      acquiring: acquirer.port,
      vault: vault.port,
      accounts: shop.accountsFor('payments'),
      risk: portFor(riskContract, decider.implementation, clock, 'payments'),
    },
  });
  const paymentsFor = (caller: string) => portFor(paymentsContract, paying.implementation, clock, caller);

  const running = async (between: BetweenTill) => {
    const put = <C extends Contract>(contract: C, port: Port<C>): Port<C> =>
      between.port?.(contract, port) ?? port;
    const db = database.db('checkout');
    return checkout.create({
      ...common,
      config: checkout.config.parse({}),
      db: between.db?.(db) ?? db,
      ports: {
        accounts: put(checkout.needs.accounts, shop.accountsFor('checkout')),
        catalogue: put(checkout.needs.catalogue, shop.catalogueFor('checkout')),
        payments: put(checkout.needs.payments, paymentsFor('checkout')),
        vault: vault.port,
        wallet: noWallets,
      },
    });
  };
  const listener = await running({});
  const relay = createRelay({
    reader: database.db('relay'),
    consumers: (listener.subscriptions ?? []).map((subscription) => ({
      module: 'checkout',
      db: database.db('checkout'),
      subscription,
    })),
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
  });

  return {
    ...shop,
    acquirer,
    ledger,
    payments: paymentsFor('gateway'),
    paymentsFor,
    start: async (between = {}) => {
      const { implementation, jobs } = await running(between);
      const deskFor = (caller: string) => portFor(checkoutContract, implementation, clock, caller);
      return {
        port: deskFor('gateway'),
        portFor: deskFor,
        sweep: async () => jobs?.find(({ name }) => name === 'expire-sessions')?.run({}),
      };
    },
    deliver: () => relay.drain(),
    resolve: async () => paying.jobs?.find(({ name }) => name === 'sweep')?.run({}),
    close: async () => {
      await relay.stop();
      await shop.close();
    },
  };
}

/** Sells a product of a merchant, or of the platform; answers its price. */
export async function shelve(
  shop: Shop,
  unitAmountDecimal: string,
  more: { merchant?: string; active?: boolean; recurring?: boolean } = {},
): Promise<string> {
  const { merchant, active, recurring } = more;
  const made = await shop.catalogue.createPrice(shop.context(), {
    currency: 'eur',
    unitAmountDecimal,
    productData: { name: 'Tea', ...(merchant !== undefined && { merchant }) },
    ...(active !== undefined && { active }),
    ...(recurring && { recurring: { interval: 'month', intervalCount: 1 } }),
  });
  return unwrap(made).id;
}

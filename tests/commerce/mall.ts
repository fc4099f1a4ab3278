import { err, ok, systemClock, unwrap } from '@tpmall/kernel';
import type { mailContract } from '@tpmall/mail/contract';
import { mall } from '@tpmall/mall';
import { type Category, mallContract, type Order } from '@tpmall/mall/contract';
import type { InputOf, Port } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { createRelay } from '@tpmall/platform/events';
import type { Subscription } from '@tpmall/platform/module';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog } from '@tpmall/platform/testing';
import { type Desk, openTill, type Till } from './till.ts';
import { parts, portFor } from './world.ts';

type MailOperations = (typeof mailContract)['operations'];
type Operations = (typeof mallContract)['operations'];
type NewGoods = InputOf<Operations['putGoods']>['goods'][number];
type Place = InputOf<Operations['placeOrder']>;

/** A mall of two shops over a till. */
export interface MallWorld extends Till {
  readonly desk: Desk;
  /** Mails that were taken, each once. */
  readonly mails: readonly SentMail[];
  /** As the pages call it. */
  readonly mall: Port<typeof mallContract>;
  /** As a merchant's tools call it. */
  readonly operator: Port<typeof mallContract>;
  /** Lists goods of one merchant with one variant for each price; answers their variants. */
  list(goods: Listed): Promise<string[]>;
  /** Payments refuses every refund that the mall asks for, from now on; undefined: no more. */
  refuseRefunds(code: 'charge_not_refundable' | undefined): void;
  /** How many it has refused so. */
  refusedRefunds(): number;
  /** Runs what runs by itself: one sweep of the mall. */
  sweep(): Promise<void>;
  /** Runs the job that forgets carts. */
  forgetCarts(): Promise<void>;
  /** Runs the job that sends money back. */
  send(due: object): Promise<void>;
  /** Delivers every event that is there, to checkout and then to the mall. */
  deliverAll(): Promise<void>;
  /** Puts pieces into the cart of a new guest and orders them, with the given changes. */
  order(pieces: Readonly<Record<string, number>>, over?: Partial<Place>): Promise<Order>;
  /** What a guest would order by. */
  placing(owner: string, expectedTotal: bigint, over?: Partial<Place>): Place;
  stock(variant: string): Promise<{ available: number; reserved: number }>;
  guest(): string;
  find(order: { readonly id: string }): Promise<Order>;
}

/** What a test lists: prices in CNY fen, each with pieces in stock. */
export interface Listed {
  readonly merchant: string;
  readonly prices: readonly (readonly [fen: number, stock: number])[];
  readonly id?: string;
  readonly en?: string;
  readonly zh?: string;
  readonly category?: Category;
}

/** A mail, by the command that it came with. */
type SentMail = InputOf<MailOperations['send']> & { readonly command: string };

/** Takes every mail once, as the module of mails does. */
function mailbox(mails: SentMail[]): Port<typeof mailContract> {
  return {
    send: async ({ commandId: command, tenant }, input) => {
      if (mails.every((mail) => mail.command !== command)) mails.push({ ...input, command });
      const { to, message } = input;
      return ok({
        ...{ id: command, tenant, to, template: message.template, state: 'queued', attempts: 0 },
        ...{ problem: null, createdAt: 0, sentAt: null },
      });
    },
    findMail: async () => err('not_found', 'the mails of a test are in a list'),
  };
}

type Payments = ReturnType<Till['paymentsFor']>;

/** Payments that refuse refunds when they are told to. */
function refusingRefunds(payments: Payments) {
  let refusing: 'charge_not_refundable' | undefined;
  let refused = 0;
  const createRefund: Payments['createRefund'] = async (context, input) => {
    if (refusing === undefined) return payments.createRefund(context, input);
    refused += 1;
    return err(refusing, 'as the test wants it');
  };
  return {
    payments: { ...payments, createRefund },
    control: {
      refuseRefunds: (code: typeof refusing) => {
        refusing = code;
      },
      refusedRefunds: () => refused,
    },
  };
}

const both = (en: string, zh: string) => ({ en, zh });
const ADDRESS = {
  name: 'Ada Lovelace',
  phone: null,
  line1: 'Silk Road 1',
  line2: null,
  city: 'Suzhou',
  state: null,
  postalCode: '215000',
  country: 'CN',
};

/** Delivers to the mall what other modules and it itself have told. */
function relayOf({ database }: Till, subscriptions: readonly Subscription[]) {
  const db = database.db('mall');
  return createRelay({
    reader: database.db('relay'),
    consumers: subscriptions.map((subscription) => ({ module: 'mall', db, subscription })),
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
  });
}

/**
 * Opens the mall; deliveries cost CNY 18.00, nothing from CNY 1,000.00 on; returns up to CNY 50.00 are a
 * rule.
 */
export async function openMall(watched = (db: Database): Database => db): Promise<MallWorld> {
  const till = await openTill([mall]);
  const desk = await till.start();
  const { clock, database } = till;
  const mails: SentMail[] = [];
  const refunds = refusingRefunds(till.paymentsFor('mall'));
  const running = await mall.create({
    ...parts(clock),
    config: mall.config.parse({ linkSecret: 'a secret of the test, which is long enough' }),
    db: watched(database.db('mall')),
    ports: {
      catalogue: till.catalogueFor('mall'),
      checkout: desk.portFor('mall'),
      mail: mailbox(mails),
      payments: refunds.payments,
    },
  });
  const relay = relayOf(till, running.subscriptions ?? []);
  const run = async (name: string, payload: object) =>
    running.jobs?.find((job) => job.name === name)?.run(payload);
  const portOf = (caller: string) => portFor(mallContract, running.implementation, clock, caller);
  const pages = portOf('web');
  const operator = portOf('operator');
  await openShops(till, operator);
  let count = 0;
  const next = () => (count += 1);
  const world: MallWorld = {
    ...till,
    desk,
    mails,
    mall: pages,
    operator,
    list: (listed) => listGoods(till, operator, listed, next()),
    ...refunds.control,
    sweep: async () => run('sweep', {}),
    forgetCarts: async () => run('forget-carts', {}),
    send: async (due) => run('send-refund', due),
    deliverAll: async () => {
      await allIsOld(till, ['payments']);
      await till.deliver();
      await allIsOld(till, ['payments', 'checkout', 'catalogue']);
      await relay.drain();
    },
    placing: (owner, expectedTotal, over = {}) => ({
      owner,
      currency: 'cny',
      language: 'en',
      email: 'ada@shop.example',
      address: ADDRESS,
      expectedTotal,
      acceptPrices: false,
      successUrl: 'http://localhost:4405/orders/{ORDER_ID}',
      cancelUrl: 'http://localhost:4405/cart',
      ...over,
    }),
    order: async (pieces, over = {}) => {
      const owner = over.owner ?? world.guest();
      for (const [variant, quantity] of Object.entries(pieces)) {
        clock.advance(1000);
        unwrap(await pages.addToCart(till.context(), { owner, variant, quantity, currency: 'cny' }));
      }
      const { total } = unwrap(await pages.readCart(till.context(), { owner, currency: 'cny' }));
      return unwrap(await pages.placeOrder(till.context(), world.placing(owner, total, over)));
    },
    stock: async (variant) => {
      const [row] = await till.look<{ available: number; reserved: number }>(
        'SELECT available, reserved FROM mall.stock WHERE variant = $1',
        [variant],
      );
      return row ?? { available: -1, reserved: -1 };
    },
    guest: () => `guest:g${next()}`,
    find: async ({ id }) => unwrap(await operator.findOrder(till.context(), { id })),
    close: async () => {
      await relay.stop();
      await till.close();
    },
  };
  return world;
}

async function listGoods(
  till: Till,
  operator: Port<typeof mallContract>,
  { merchant, prices, id, en = 'Tea bowl', zh = '茶碗', category = 'ceramics' }: Listed,
  serial: number,
): Promise<string[]> {
  const { id: product } = unwrap(
    await till.catalogue.createProduct(till.context(), { name: en, merchant, type: 'good' }),
  );
  const variants: NewGoods['variants'] = [];
  for (const [index, [fen, stock]] of prices.entries()) {
    const price = unwrap(
      await till.catalogue.createPrice(till.context(), {
        product,
        currency: 'cny',
        unitAmountDecimal: String(fen),
        currencyOptions: { usd: { unitAmountDecimal: String(Math.ceil(fen / 7)) } },
      }),
    );
    variants.push({ sku: `sku-${serial}-${index}`, price: price.id, values: { size: `s${index}` }, stock });
  }
  const goods: NewGoods = {
    id: id ?? `goods-${serial}`,
    product,
    category,
    plate: { kind: 'bowl', seed: String(serial) },
    name: both(en, zh),
    summary: both(`${en}, thrown on the wheel`, `${zh}，手工拉坯`),
    description: both('Fired for thirty hours in a pine kiln.', '松柴窑烧三十小时。'),
    options: [
      {
        key: 'size',
        name: both('Size', '尺寸'),
        values: prices.map((_, index) => ({ key: `s${index}`, name: both(`Size ${index}`, `${index} 号`) })),
      },
    ],
    variants,
  };
  const [listed] = unwrap(await operator.putGoods(till.context(), { goods: [goods] }));
  return listed?.variants.map((variant) => variant.id) ?? [];
}

/**
 * Waits until the relay may read all that was written: it waits for every transaction of the cluster that is
 * still open, and those of other tests are among them.
 */
async function allIsOld(till: Till, modules: readonly string[]): Promise<void> {
  const newest = modules.map((name) => `SELECT xid FROM ${name}.outbox`).join(' UNION ALL ');
  const text = `SELECT 1 FROM (${newest}) AS o WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()) LIMIT 1`;
  while ((await till.look(text)).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function openShops(till: Till, operator: Port<typeof mallContract>): Promise<void> {
  unwrap(
    await operator.putShops(till.context(), {
      shops: till.merchants.map((merchant, index) => ({
        merchant,
        name: index === 0 ? both('Kiln & Reed', '窑与苇') : both('Paper Lantern', '纸灯笼'),
        place: both('Jingdezhen', '景德镇'),
        about: both('Bowls and vases', '碗与瓶'),
        delivery: { cny: 1800n },
        freeDeliveryFrom: { cny: 100_000n },
        taxBasisPoints: 1300,
        acceptReturnsUpTo: { cny: 5000n },
        dispatchDays: 2,
      })),
    }),
  );
}

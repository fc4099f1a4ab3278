import { identityContract } from '@tpmall/identity/contract';
import { unwrap } from '@tpmall/kernel';
import { mallContract, type Order } from '@tpmall/mall/contract';
import { operatorContext } from '@tpmall/server';
import type { TestSystem } from './system.ts';

const both = (text: string) => ({ en: text, zh: text });

/** A shop of the first merchant with one thing to sell, a bowl of CNY 168.00, and guests who buy it. */
export interface Shelf {
  /** The platform whose mall it is. */
  readonly tenant: string;
  /** The bowl, by the id of its page, and its one variant. */
  readonly goods: string;
  readonly variant: string;
  /** Orders bowls, which are not paid yet. */
  order(pieces: number, said?: Partial<Said>): Promise<Order>;
  /** The same, paid: an order of which nothing has left. */
  buy(pieces: number, said?: Partial<Said>): Promise<Order>;
  /** Asks for the money of the first pieces; answers the return. */
  askBack(order: Pick<Order, 'id' | 'owner'>, reason?: string): Promise<string>;
  find(order: Pick<Order, 'id'>): Promise<Order>;
  /** A request below `/v1/mall/` with the platform's key. */
  post(path: string, parameters: object): Promise<Record<string, unknown>>;
}

/** What a guest says when ordering. */
interface Said {
  readonly owner: string;
  readonly email: string;
  readonly language: 'en' | 'zh';
  readonly address: Order['address'];
}

const ADDRESS = {
  ...{ name: 'Ada', phone: null, line1: 'Silk Road 1', line2: null, city: 'Suzhou', state: null },
  ...{ postalCode: '215000', country: 'CN' },
};

/** Opens the shop, all of whose texts are the one given. */
export async function openShelf(test: TestSystem, text = 'Tea bowl'): Promise<Shelf> {
  const { system, stripe, merchants, secretKey } = test;
  const merchant = merchants[0] ?? '';
  const operator = system.portFor(mallContract, 'operator');
  const pages = system.portFor(mallContract, 'web');
  const gate = system.portFor(identityContract, 'gateway');
  const { tenant } = unwrap(await gate.authenticate(operatorContext('', 'shelf'), { key: secretKey }));
  const context = () => operatorContext(tenant, `shelf:${crypto.randomUUID()}`);
  const goods = `bowl-${crypto.randomUUID().slice(0, 8)}`;

  const product = await stripe.products.create({ name: text, merchant } as { name: string });
  const price = await stripe.prices.create({ currency: 'cny', unit_amount: 16_800, product: product.id });
  const terms = { delivery: { cny: 1_800n }, freeDeliveryFrom: {}, acceptReturnsUpTo: {}, dispatchDays: 2 };
  const shop = { merchant, name: both(text), place: both(text), about: both(text), ...terms };
  unwrap(await operator.putShops(context(), { shops: [{ ...shop, taxBasisPoints: 1300 }] }));
  const choice = { key: 'ash', name: both(text) };
  const listed = await operator.putGoods(context(), {
    goods: [
      {
        ...{ id: goods, product: product.id, category: 'ceramics', name: both(text) },
        ...{ plate: { kind: 'bowl', seed: 'shelf' }, summary: both(text), description: both(text) },
        options: [{ key: 'glaze', name: both(text), values: [choice] }],
        variants: [{ sku: 'shelf', price: price.id, values: { glaze: 'ash' }, stock: 1_000_000 }],
      },
    ],
  });
  const variant = unwrap(listed)[0]?.variants[0]?.id ?? '';

  const shelf: Shelf = {
    ...{ tenant, goods, variant },
    order: async (pieces, said = {}) => {
      const owner = said.owner ?? `guest:${crypto.randomUUID()}`;
      const chosen = { owner, currency: 'cny' };
      const cart = unwrap(await pages.addToCart(context(), { ...chosen, variant, quantity: pieces }));
      return unwrap(
        await pages.placeOrder(context(), {
          ...{ language: 'en', email: 'ada@shopper.example', address: ADDRESS, ...said, ...chosen },
          ...{ expectedTotal: cart.total, acceptPrices: false },
          ...{ successUrl: `${system.webUrl}/orders/{ORDER_ID}`, cancelUrl: `${system.webUrl}/cart` },
        }),
      );
    },
    buy: async (pieces, said) => {
      const order = await shelf.order(pieces, said);
      await stripe.rawRequest('POST', `/v1/payment_pages/${order.session}/confirm`, {
        payment_method: 'pm_card_visa',
      });
      return unwrap(await pages.followPayment(context(), { id: order.id, owner: order.owner }));
    },
    askBack: async ({ id, owner }, reason = 'Changed my mind') => {
      const asked = { order: id, owner, lines: [{ position: 0, quantity: 1 }], reason };
      return unwrap(await pages.askReturn(context(), asked))[0]?.id ?? '';
    },
    find: async ({ id }) => unwrap(await operator.findOrder(context(), { id })),
    post: async (path, parameters) =>
      (await stripe.rawRequest('POST', `/v1/mall/${path}`, parameters)) as never,
  };
  return shelf;
}

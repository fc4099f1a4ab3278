import { currency, id } from '@tpmall/catalogue/contract';
import { hasPostalCodes } from '@tpmall/checkout/contract';
import { command, defineContract, type Page, pageCodes, pageInput, query } from '@tpmall/platform/contract';
import { z } from 'zod';
import type { Cart } from './cart.ts';
import { CATEGORIES, type Directory, type Goods, PLATE_KINDS, type Shelf, type Shop } from './goods.ts';
import type { Order, OrderSummary, Return } from './order.ts';
import type { ParcelState, ReturnState } from './states.ts';

/** Lines of one cart, and so of one order: the most that a checkout session takes beside its deliveries. */
export const CART_LINES_MAX = 100;
/** Pieces of one line. */
export const QUANTITY_MAX = 99;
/** Goods that are listed at once. */
const GOODS_MAX = 100;
/** Pages of a shelf that can be turned: nobody reads further, and each costs what stands before it. */
export const SHELF_PAGES_MAX = 100;
/** Goods on one page of a shelf. */
export const SHELF_SIZE_MAX = 100;

const text = (max: number) => z.string().trim().min(1).max(max);
/** One line, as it stands in a mail: without control characters. */
const line = (max: number) => text(max).regex(/^\P{C}*$/u, 'must be one line without control characters');
const inBoth = (max: number) => z.strictObject({ en: text(max), zh: text(max) });
const key = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be small letters, digits and hyphens')
  .max(64);
const amounts = z.record(currency, z.bigint().min(0n).max(999_999_999_999n));
const quantity = z.number().int().min(1).max(QUANTITY_MAX);
/** A guest's or a person's session, as whoever asks has made sure: `guest:…` or `person:…`. */
const owner = z
  .string()
  .regex(/^(guest|person):[A-Za-z0-9_-]+$/)
  .max(100);
const position = z
  .number()
  .int()
  .min(0)
  .max(CART_LINES_MAX - 1);
const webAddress = z.url({ protocol: /^https?$/ }).max(2000);
const page = pageInput(id);

const newVariant = z.strictObject({
  sku: text(64),
  /** A one-time price of the product in whole minor units. */
  price: id,
  values: z.record(key, key),
  /** Pieces that are there when it is first listed; later `changeStock` counts. */
  stock: z.number().int().min(0).max(1_000_000),
});
const newGoods = z.strictObject({
  id: key,
  product: id,
  category: z.enum(CATEGORIES),
  plate: z.strictObject({ kind: z.enum(PLATE_KINDS), seed: text(64) }),
  name: inBoth(120),
  summary: inBoth(300),
  description: inBoth(4000),
  options: z
    .array(
      z.strictObject({
        key,
        name: inBoth(60),
        values: z
          .array(z.strictObject({ key, name: inBoth(60) }))
          .min(1)
          .max(30),
      }),
    )
    .max(3),
  variants: z.array(newVariant).min(1).max(50),
  active: z.boolean().optional(),
});
/** Goods as they are asked to be listed. */
export type NewGoods = z.output<typeof newGoods>;

const shop = z.strictObject({
  merchant: id,
  name: inBoth(80),
  place: inBoth(80),
  about: inBoth(300),
  delivery: amounts,
  freeDeliveryFrom: amounts,
  taxBasisPoints: z.number().int().min(0).max(10_000),
  acceptReturnsUpTo: amounts,
  dispatchDays: z.number().int().min(0).max(90),
});
/** A shop as it is asked for. */
export type NewShop = z.output<typeof shop>;

const address = z
  .strictObject({
    name: text(100),
    phone: text(40).nullable(),
    line1: text(200),
    line2: text(200).nullable(),
    city: text(100),
    state: text(100).nullable(),
    /** Null only where {@link hasPostalCodes} says that there is none. */
    postalCode: text(20).nullable(),
    country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1)'),
  })
  .refine(({ postalCode, country }) => postalCode !== null || !hasPostalCodes(country), {
    path: ['postalCode'],
    message: 'is missing, and this country has postal codes',
  });

const cartLines = z
  .array(z.strictObject({ variant: id, quantity: z.number().int().min(0).max(QUANTITY_MAX) }))
  .min(1)
  .max(CART_LINES_MAX, `a cart has at most ${CART_LINES_MAX} lines`);

/** Every state of a return. */
export const RETURN_STATES = [
  'asked',
  'withdrawn',
  'refused',
  'awaited',
  'accepted',
  'refunded',
  'failed',
] as const satisfies readonly ReturnState[];

/** Every state of a parcel. */
export const PARCEL_STATES = [
  'waiting',
  'preparing',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
] as const satisfies readonly ParcelState[];

const mutable = ['idempotency_mismatch'] as const;
const pages = ['web'];
const merchants = ['web', 'gateway', 'operator'];

/** Goods and their stock, carts, and orders over several merchants that are paid once. */
export const mallContract = defineContract({
  module: 'mall',
  version: 1,
  operations: {
    /** Opens shops, or changes what is said of them. All or none. */
    putShops: command<readonly Shop[]>()({
      input: z.strictObject({ shops: z.array(shop).min(1).max(GOODS_MAX) }),
      codes: [...mutable],
      callers: merchants,
    }),
    /**
     * Lists goods, or changes what is said of them: texts, options, prices. A variant (by its sku) that is
     * not named any more is sold no more. All or none.
     */
    putGoods: command<readonly Goods[]>()({
      input: z.strictObject({ goods: z.array(newGoods).min(1).max(GOODS_MAX) }),
      codes: [
        ...mutable,
        'product_not_found',
        'shop_not_found',
        'price_not_found',
        'price_not_sellable',
        'options_do_not_fit',
        'goods_taken',
      ],
      callers: merchants,
    }),
    /** Counts pieces in, or out as far as nobody has ordered them. */
    changeStock: command<{ readonly variant: string; readonly available: number }>()({
      input: z.strictObject({ variant: id, by: z.number().int().min(-1_000_000).max(1_000_000) }),
      codes: [...mutable, 'not_found', 'out_of_stock'],
      callers: merchants,
    }),
    findGoods: query<{ readonly goods: Goods; readonly shop: Shop }>()({
      input: z.strictObject({ id: key }),
      codes: ['not_found'],
      callers: merchants,
    }),
    /**
     * A page of goods: those that have every word asked for, the best first, words in English and Chinese,
     * and the last one may be unfinished. Where none has them all: those that have them with a letter wrong,
     * missing, too much or in its neighbour's place; and where none has, those that have some. Where goods
     * have the words and are left out by what else is asked for, the page is empty and `match` is `all`.
     */
    browse: query<Shelf>()({
      input: z.strictObject({
        words: z.string().max(200).optional(),
        category: z.enum(CATEGORIES).optional(),
        merchant: id.optional(),
        /** Only what a piece can be bought of. */
        inStock: z.boolean().optional(),
        /**
         * By their lowest price in a currency instead of the best or the newest first; what is not sold in it
         * comes last.
         */
        order: z.strictObject({ price: z.enum(['up', 'down']), currency }).optional(),
        limit: z.number().int().min(1).max(SHELF_SIZE_MAX),
        page: z.number().int().min(1).max(SHELF_PAGES_MAX),
      }),
      callers: pages,
    }),
    /** Whose mall this is: the platform that opened the first shop here. */
    findHome: query<{ readonly tenant: string }>()({
      input: z.strictObject({}),
      codes: ['not_found'],
      callers: pages,
    }),
    /** The shops of merchants; those that have none are left out. */
    findShops: query<readonly Shop[]>()({
      input: z.strictObject({ merchants: z.array(id).min(1).max(GOODS_MAX) }),
      callers: pages,
    }),
    /** Shops and categories that have something to sell. */
    readDirectory: query<Directory>()({ input: z.strictObject({}), callers: pages }),

    /** Adds pieces to a cart, as many as one line takes. */
    addToCart: command<Cart>()({
      input: z.strictObject({ owner, variant: id, quantity, currency }),
      codes: [...mutable, 'not_found', 'cart_is_full', 'quantity_too_large'],
      callers: pages,
    }),
    /** Sets how many pieces lines have; none takes the line away. What a cart has not got is left alone. */
    changeCart: command<Cart>()({
      input: z.strictObject({ owner, lines: cartLines, currency }),
      codes: [...mutable],
      callers: pages,
    }),
    readCart: query<Cart>()({ input: z.strictObject({ owner, currency }), callers: pages }),
    /** Pieces in a cart, for the head of every page. */
    countCart: query<number>()({ input: z.strictObject({ owner }), callers: pages }),
    /**
     * A guest has signed in: cart and orders become the person's. Lines of both carts are added up, as far as
     * one line and one cart go.
     */
    adopt: command<{ readonly lines: number; readonly orders: number }>()({
      input: z.strictObject({ from: owner.startsWith('guest:'), to: owner.startsWith('person:') }),
      codes: [...mutable],
      callers: pages,
    }),

    /**
     * Orders what is in a cart, which is empty then, keeps its stock for a while, and opens the page it is
     * paid on. `session` of the answer is null where that could not be reached: `openPayment` tries again.
     */
    placeOrder: command<Order>()({
      input: z.strictObject({
        owner,
        currency,
        language: z.enum(['en', 'zh']),
        email: z.email().max(320),
        address,
        /** What the shopper saw. */
        expectedTotal: z.bigint().min(0n),
        /** The shopper has seen that prices have changed since they were put into the cart. */
        acceptPrices: z.boolean(),
        /** Where the payment page leads afterwards; `{ORDER_ID}` stands for the order. */
        successUrl: webAddress,
        cancelUrl: webAddress,
      }),
      codes: [
        ...mutable,
        'cart_is_empty',
        'not_sold',
        'out_of_stock',
        'prices_changed',
        'total_changed',
        'amount_too_large',
      ],
      callers: pages,
    }),
    /** The order with its payment page, opened now if it was not before. */
    openPayment: command<Order>()({
      input: z.strictObject({ id, owner }),
      codes: ['not_found', 'order_not_open', 'not_sold', 'amount_too_large'],
      callers: pages,
    }),
    /** Looks how the payment has ended, for a shopper who has just come back from it. */
    followPayment: command<Order>()({
      input: z.strictObject({ id, owner }),
      codes: ['not_found'],
      callers: pages,
    }),
    /** Gives up an order that nobody has paid. */
    cancelOrder: command<Order>()({
      input: z.strictObject({ id, owner }),
      codes: [...mutable, 'not_found', 'order_not_open'],
      callers: pages,
    }),
    /**
     * Where an owner or a merchant is named: only an order of theirs, or with a parcel of theirs. Where a key
     * is: only a guest's order whose mails carry it.
     */
    findOrder: query<Order>()({
      input: z.strictObject({
        id,
        owner: owner.optional(),
        merchant: id.optional(),
        key: z.string().max(100).optional(),
      }),
      codes: ['not_found'],
      callers: merchants,
    }),
    listOrders: query<Page<OrderSummary>>()({
      input: z.strictObject({
        ...page,
        owner: owner.optional(),
        merchant: id.optional(),
        /** Only orders whose parcel of this merchant stands so. */
        parcel: z.strictObject({ merchant: id, state: z.enum(PARCEL_STATES) }).optional(),
      }),
      codes: pageCodes,
      callers: merchants,
    }),
    /** A merchant's parcel is packed. */
    packParcel: command<Order>()({
      input: z.strictObject({ order: id, merchant: id }),
      codes: [...mutable, 'not_found', 'parcel_unexpected_state'],
      callers: merchants,
    }),
    /** A merchant's parcel has left, packed or not. */
    shipParcel: command<Order>()({
      input: z.strictObject({
        order: id,
        merchant: id,
        carrier: line(100).optional(),
        tracking: line(100).optional(),
      }),
      codes: [...mutable, 'not_found', 'parcel_unexpected_state'],
      callers: merchants,
    }),
    /** A merchant's parcel has arrived. */
    deliverParcel: command<Order>()({
      input: z.strictObject({ order: id, merchant: id }),
      codes: [...mutable, 'not_found', 'parcel_unexpected_state'],
      callers: merchants,
    }),

    /**
     * Asks for the money of some pieces. Makes a return for each merchant concerned; what the merchant's rule
     * allows is accepted at once.
     */
    askReturn: command<readonly Return[]>()({
      input: z.strictObject({
        order: id,
        owner,
        lines: z.array(z.strictObject({ position, quantity })).min(1).max(CART_LINES_MAX),
        reason: text(1000),
      }),
      codes: [...mutable, 'not_found', 'order_not_returnable', 'line_not_returnable'],
      callers: pages,
    }),
    withdrawReturn: command<Return>()({
      input: z.strictObject({ id, owner }),
      codes: [...mutable, 'not_found', 'return_unexpected_state'],
      callers: pages,
    }),
    /**
     * The merchant's answer. What is accepted is paid back from this merchant's share of the payment: at
     * once, or `whenReceived` where it has left.
     */
    decideReturn: command<Return>()({
      input: z.strictObject({
        id,
        /** Where given, the return must be this merchant's. */
        merchant: id.optional(),
        accept: z.boolean(),
        /** Accepted, but paid back by `receiveReturn` only. What has not left is not waited for. */
        whenReceived: z.boolean().optional(),
        reason: text(1000),
      }),
      codes: [...mutable, 'not_found', 'return_unexpected_state'],
      callers: merchants,
    }),
    /**
     * The pieces have come back: the money goes back from now on, and they are for sale again if they may.
     */
    receiveReturn: command<Return>()({
      input: z.strictObject({ id, merchant: id.optional(), restock: z.boolean() }),
      codes: [...mutable, 'not_found', 'return_unexpected_state'],
      callers: merchants,
    }),
    findReturn: query<Return>()({
      input: z.strictObject({ id, merchant: id.optional() }),
      codes: ['not_found'],
      callers: merchants,
    }),
    listReturns: query<Page<Return>>()({
      input: z.strictObject({
        ...page,
        merchant: id.optional(),
        state: z.enum(RETURN_STATES).optional(),
      }),
      codes: pageCodes,
      callers: merchants,
    }),
  },
});

import { assert, err, MINUTE, ok, type Result } from '@tpmall/kernel';
import { type Claim, objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { Cart, CartParcel, mallContract, OrderLine } from '../contract/index.ts';
import { emptyCart, lockCarts } from '../store/carts.ts';
import { tell } from '../store/events.ts';
import type { OrderRecord } from '../store/order-rows.ts';
import { findOrder, insertOrder, lockOrdering, type NewOrder, toOrder } from '../store/orders.ts';
import { reserveStock } from '../store/stock.ts';
import { readCart } from './change-cart.ts';
import { commands, type MallDeps } from './deps.ts';
import { type OpenCode, openPayment } from './open-payment.ts';
import { choiceOf, includedTax } from './quote.ts';

type Asked = InputOf<(typeof mallContract)['operations']['placeOrder']>;
type PlaceCode =
  | 'cart_is_empty'
  | 'not_sold'
  | 'out_of_stock'
  | 'prices_changed'
  | 'total_changed'
  | 'amount_too_large';

/** ISO 8583 DE 4 holds twelve digits. */
const AMOUNT_MAX = 999_999_999_999n;

/**
 * Orders a cart. The order, its stock and the empty cart are one transaction; then the page is opened that it
 * is paid on, which a repetition does again where it failed.
 */
export async function placeOrder(
  deps: MallDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<OrderRecord, PlaceCode | OpenCode | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'place_order', input, clock.now());
  const placed = await commands.once<OrderRecord, PlaceCode>(db, claim, {
    work: (tx) => place(deps, tx, claim, input),
    repeat: async (accepted) => {
      const first = await findOrder(db, tenant, objectId('order', accepted));
      assert(first, 'an accepted order is there');
      return ok(first);
    },
  });
  return placed.ok ? openPayment(deps, context, placed.value) : placed;
}

async function place(
  { config }: MallDeps,
  tx: Queryable,
  claim: Claim,
  input: Asked,
): Promise<Result<OrderRecord, PlaceCode>> {
  const { tenant } = claim;
  await lockOrdering(tx, tenant, input.owner);
  await lockCarts(tx, tenant, [input.owner]);
  const cart = await readCart(tx, tenant, input.owner, input.currency);
  const problem = problemOf(cart, input);
  if (problem) return problem;
  const heldUntil = claim.at + config.holdMinutes * MINUTE;
  const order = await insertOrder(tx, newOrder(claim, input, cart, heldUntil));
  await emptyCart(tx, tenant, input.owner);
  await tell(tx, 'order.placed', [toOrder(order)], claim.at);
  const [short] = await reserveStock(tx, order.lines);
  if (!short) return ok(order);
  const { variant, available } = short;
  const message = `only ${available} pieces of ${variant} are left`;
  return err('out_of_stock', message, { field: 'owner', detail: { variant, available } });
}

function problemOf(cart: Cart, { expectedTotal, acceptPrices }: Asked) {
  const lines = cart.parcels.flatMap((parcel) => parcel.lines);
  if (lines.length === 0) return err('cart_is_empty', 'there is nothing in the cart', { field: 'owner' });
  const unsold = lines.find(({ problem }) => problem === 'not_sold');
  if (unsold) {
    const { id } = unsold.variant;
    const message = `${id} is not sold any more, or not in ${cart.currency}`;
    return err('not_sold', message, { field: 'owner', detail: { variant: id } });
  }
  if (cart.total > AMOUNT_MAX) {
    const detail = { maximum: AMOUNT_MAX.toString() };
    return err('amount_too_large', 'an order comes to at most twelve digits', { field: 'owner', detail });
  }
  const detail = { total: cart.total.toString() };
  if (cart.pricesChanged && !acceptPrices) {
    const message = 'prices have changed since they were put into the cart';
    return err('prices_changed', message, { field: 'acceptPrices', detail });
  }
  if (cart.total !== expectedTotal) {
    const message = `the order comes to ${cart.total}, not to ${expectedTotal}`;
    return err('total_changed', message, { field: 'expectedTotal', detail });
  }
  return undefined;
}

function newOrder(claim: Claim, input: Asked, cart: Cart, heldUntil: number): NewOrder {
  const { owner, currency, language, email, address, successUrl, cancelUrl } = input;
  const lines = cart.parcels.flatMap((parcel) => linesOf(parcel));
  return {
    id: objectId('order', claim),
    tenant: claim.tenant,
    ...{ owner, currency, language, email, address, successUrl, cancelUrl, heldUntil },
    state: 'placed',
    stock: 'held',
    lines: lines.map((line, position) => ({ ...line, position })),
    parcels: cart.parcels.map(({ shop, goods, delivery, tax, total }) => ({
      merchant: shop.merchant,
      shop: shop.name,
      place: shop.place,
      state: 'waiting',
      ...{ goods, delivery, tax, total },
      carrier: null,
      tracking: null,
      packedAt: null,
      shippedAt: null,
      deliveredAt: null,
    })),
    returns: [],
    goods: cart.goods,
    delivery: cart.delivery,
    tax: cart.tax,
    total: cart.total,
    refunded: 0n,
    session: null,
    customer: null,
    paymentIntent: null,
    refund: null,
    refundFailure: null,
    paidAt: null,
    createdAt: claim.at,
  };
}

function linesOf({ shop, lines }: CartParcel): Omit<OrderLine, 'position'>[] {
  return lines.map(({ variant, goods, quantity, unitAmount, amount }) => {
    assert(unitAmount !== null, `${variant.id} has a price`);
    return {
      goods: goods.id,
      variant: variant.id,
      sku: variant.sku,
      price: variant.price,
      merchant: goods.merchant,
      plate: goods.plate,
      name: goods.name,
      choice: choiceOf(goods.options, variant),
      ...{ quantity, unitAmount, amount },
      tax: includedTax(amount, shop.taxBasisPoints),
      returning: 0,
    };
  });
}

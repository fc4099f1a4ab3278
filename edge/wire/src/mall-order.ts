import {
  type Order,
  type OrderLine,
  type OrderSummary,
  PARCEL_STATES,
  type Parcel,
} from '@tpmall/mall/contract';
import { z } from 'zod';
import { addressToWire } from './address.ts';
import { plainPageParameters } from './list.ts';
import { mallReturnToWire } from './mall-return.ts';
import { objectId, oneOf, parameter } from './parameters.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

/** One line of text, as it stands in a mail to a shopper. */
const line = (max: number) =>
  parameter({ type: 'string', minLength: 1, maxLength: max }, (value) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= max && /^\P{C}*$/u.test(value)
      ? { value }
      : { code: 'parameter_invalid_string', message: `must be one line of 1 to ${max} characters` },
  );

/** `GET /v1/mall/orders` */
export const listMallOrdersParameters = z.strictObject({
  ...plainPageParameters,
  merchant: objectId().optional(),
  /** How the parcel of the merchant that is named stands. */
  parcel_status: oneOf(...PARCEL_STATES).optional(),
});

/** `GET /v1/mall/orders/:id` */
export const mallOrderParameters = z.strictObject({ merchant: objectId().optional() });

/** `POST /v1/mall/orders/:id/pack` and `…/deliver` */
export const moveParcelParameters = z.strictObject({ merchant: objectId() });

/** `POST /v1/mall/orders/:id/ship` */
export const shipParcelParameters = z.strictObject({
  merchant: objectId(),
  carrier: line(100).optional(),
  tracking_number: line(100).optional(),
});

const instantToWire = (at: number | null) => (at === null ? null : secondsToWire(at));

/**
 * One merchant's part of an order: what that merchant sells, sends and takes back, and what it comes to.
 *
 * @param merchant of whom the order has a parcel
 */
function partOf(order: Order, merchant: string): Order {
  const parcels = order.parcels.filter((parcel) => parcel.merchant === merchant);
  const returns = order.returns.filter((one) => one.merchant === merchant);
  const sum = (of: (parcel: Parcel) => bigint) => parcels.reduce((total, parcel) => total + of(parcel), 0n);
  const total = sum((parcel) => parcel.total);
  // All of an order that had run out goes back; of others, what was returned.
  const isAllBack = order.state === 'refunded' && order.refunded === order.total;
  const back = returns.reduce((all, { state, amount }) => (state === 'refunded' ? all + amount : all), 0n);
  return {
    ...order,
    ...{ parcels, returns, total, refunded: isAllBack ? total : back },
    lines: order.lines.filter((each) => each.merchant === merchant),
    goods: sum(({ goods }) => goods),
    delivery: sum(({ delivery }) => delivery),
    tax: sum(({ tax }) => tax),
  };
}

/**
 * An order of the mall; where a merchant is named, that merchant's part of it, without the shopper's e-mail
 * and without the checkout session, whose page shows all of the order.
 */
export function mallOrderToWire(whole: Order, view: WireView, merchant?: string) {
  const order = merchant === undefined ? whole : partOf(whole, merchant);
  const { id, number, state, currency, language } = order;
  const { name, phone, ...place } = order.address;
  return {
    ...{ id, object: 'mall_order' as const, number, status: state, currency },
    amount_delivery: amountToWire(order.delivery),
    amount_goods: amountToWire(order.goods),
    amount_refunded: amountToWire(order.refunded),
    amount_tax: amountToWire(order.tax),
    amount_total: amountToWire(order.total),
    checkout_session: merchant === undefined ? order.session : null,
    created: secondsToWire(order.createdAt),
    email: merchant === undefined ? order.email : null,
    held_until: secondsToWire(order.heldUntil),
    lines: order.lines.map(lineToWire),
    livemode: view.livemode,
    locale: language,
    paid_at: instantToWire(order.paidAt),
    parcels: order.parcels.map(parcelToWire),
    payment_intent: order.paymentIntent,
    refund_failure: order.refundFailure,
    returns: order.returns.map((one) => mallReturnToWire(one, view)),
    shipping: {
      address: addressToWire(place),
      ...{ name, phone },
    },
  };
}

function lineToWire(line: OrderLine) {
  const { position, goods, variant, sku, price, merchant, name, choice, quantity } = line;
  return {
    ...{ position, goods, variant, sku, price, merchant, name, choice, quantity },
    amount: amountToWire(line.amount),
    amount_tax: amountToWire(line.tax),
    quantity_in_returns: line.returning,
    unit_amount: amountToWire(line.unitAmount),
  };
}

function parcelToWire(parcel: Parcel) {
  const { merchant, shop, state, carrier } = parcel;
  return {
    ...{ merchant, shop, status: state, carrier },
    amount_delivery: amountToWire(parcel.delivery),
    amount_goods: amountToWire(parcel.goods),
    amount_tax: amountToWire(parcel.tax),
    amount_total: amountToWire(parcel.total),
    delivered_at: instantToWire(parcel.deliveredAt),
    packed_at: instantToWire(parcel.packedAt),
    shipped_at: instantToWire(parcel.shippedAt),
    tracking_number: parcel.tracking,
  };
}

/** An order in a list; where a merchant is named, what that merchant sells of it. */
export function mallOrderSummaryToWire(summary: OrderSummary, view: WireView, merchant?: string) {
  const { id, number, state, currency } = summary;
  const isShown = (one: { readonly merchant: string }) => merchant === undefined || one.merchant === merchant;
  const parcels = summary.parcels.filter(isShown);
  return {
    ...{ id, object: 'mall_order_summary' as const, number, status: state, currency },
    amount_total: amountToWire(parcels.reduce((sum, { total }) => sum + total, 0n)),
    created: secondsToWire(summary.createdAt),
    lines: summary.lines.filter(isShown).map(({ goods, merchant: of, name, quantity }) => ({
      ...{ goods, merchant: of, name, quantity },
    })),
    livemode: view.livemode,
    paid_at: instantToWire(summary.paidAt),
    parcels: parcels.map(({ merchant: of, state: status, total }) => ({
      ...{ merchant: of, status, amount_total: amountToWire(total) },
    })),
  };
}

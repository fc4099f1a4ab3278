import type { Micros } from '@tpmall/kernel';
import type { Address, Order, OrderLine, Parcel, Return } from '../contract/index.ts';

/** JSON has no exact large integers, and no microseconds of an instant: both are digits. */
const micros = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;

/** The lines of the order `o`. */
export const LINES = `(SELECT jsonb_agg(jsonb_build_object('position', l.position, 'merchant', l.merchant,
  'goods', l.goods, 'variant', l.variant, 'sku', l.sku, 'price', l.price, 'name', l.name, 'choice', l.choice,
  'plate', l.plate, 'quantity', l.quantity, 'unitAmount', l.unit_amount::text, 'amount', l.amount::text,
  'tax', l.tax::text, 'returning', l.in_returns) ORDER BY l.position)
FROM mall.order_line AS l WHERE l.order_id = o.id)`;
/** The parcels of the order `o`. */
export const PARCELS = `(SELECT jsonb_agg(jsonb_build_object('merchant', p.merchant, 'shop', p.shop,
  'place', p.place, 'state', p.state, 'goods', p.goods::text, 'delivery', p.delivery::text,
  'tax', p.tax::text, 'carrier', p.carrier, 'tracking', p.tracking,
  'packedAt', ${micros('p.packed_at')}, 'shippedAt', ${micros('p.shipped_at')},
  'deliveredAt', ${micros('p.delivered_at')})
  ORDER BY p.position) FROM mall.parcel AS p WHERE p.order_id = o.id)`;
/** The returns of the order `o`, in the order in which they were asked for. */
export const RETURNS = `(SELECT jsonb_agg(jsonb_build_object('id', r.id, 'tenant', r.tenant,
  'order', r.order_id, 'merchant', r.merchant, 'state', r.state, 'lines', r.lines,
  'delivery', r.delivery::text, 'amount', r.amount::text, 'currency', r.currency, 'reason', r.reason,
  'decidedBy', r.decided_by, 'decisionReason', r.decision_reason, 'decidedAt', ${micros('r.decided_at')},
  'receivedAt', ${micros('r.received_at')},
  'refund', r.refund, 'failure', r.failure, 'createdAt', ${micros('r.created_at')})
  ORDER BY r.created_at, r.id) FROM mall.return_request AS r WHERE r.order_id = o.id)`;

/** Amounts and instants as digits. */
type Digits<T, K extends keyof T> = Omit<T, K> & {
  readonly [P in K]: null extends T[P] ? string | null : string;
};

type LineJson = Digits<OrderLine, 'unitAmount' | 'amount' | 'tax'>;
type ParcelJson = Digits<
  Omit<Parcel, 'total'>,
  'goods' | 'delivery' | 'tax' | 'packedAt' | 'shippedAt' | 'deliveredAt'
>;
type ReturnJson = Omit<
  Digits<Return, 'delivery' | 'amount' | 'decidedAt' | 'receivedAt' | 'createdAt'>,
  'lines'
> & {
  readonly lines: readonly {
    readonly position: number;
    readonly quantity: number;
    readonly amount: string;
  }[];
};

/** An order with what only this module knows of it. */
export interface OrderRecord extends Order {
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** The customer that its page is opened for, `cus_…`; null for a guest. */
  readonly customer: string | null;
  /** The refund that gives all of it back, `re_…`. */
  readonly refund: string | null;
}

/** An order's row with its parts. */
export interface OrderRow
  extends Pick<Order, 'id' | 'tenant' | 'owner' | 'state' | 'stock' | 'currency' | 'language' | 'email'> {
  readonly serial: bigint;
  readonly created_at: Micros;
  readonly held_until: Micros;
  readonly address: Address;
  readonly goods: bigint;
  readonly delivery: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly success_url: string;
  readonly cancel_url: string;
  readonly customer: string | null;
  readonly session: string | null;
  readonly payment_intent: string | null;
  readonly refund: string | null;
  readonly refund_failure: string | null;
  readonly paid_at: Micros | null;
  readonly lines: readonly LineJson[];
  readonly parcels: readonly ParcelJson[];
  readonly returns: readonly ReturnJson[] | null;
}

/** Year and month, then the count: short enough to be read out on the telephone. */
export function orderNumber(createdAt: Micros, serial: bigint): string {
  const month = new Date(createdAt / 1000).toISOString().slice(2, 7).replace('-', '');
  return `${month}-${serial.toString().padStart(4, '0')}`;
}

/** An order of its row. */
export function toRecord(row: OrderRow): OrderRecord {
  const returns = (row.returns ?? []).map(toReturn);
  return {
    id: row.id,
    tenant: row.tenant,
    number: orderNumber(row.created_at, row.serial),
    owner: row.owner,
    state: row.state,
    stock: row.stock,
    heldUntil: row.held_until,
    currency: row.currency,
    language: row.language,
    email: row.email,
    address: row.address,
    lines: row.lines.map(toLine),
    parcels: row.parcels.map(toParcel),
    returns,
    goods: row.goods,
    delivery: row.delivery,
    tax: row.tax,
    total: row.total,
    refunded: refundedOf(row, returns),
    session: row.session,
    paymentIntent: row.payment_intent,
    paidAt: row.paid_at,
    createdAt: row.created_at,
    successUrl: row.success_url,
    cancelUrl: row.cancel_url,
    customer: row.customer,
    refund: row.refund,
    refundFailure: row.refund_failure,
  };
}

/** What an order has given back: all of it where its stock had run out, else its returns. */
export function refundedOf(
  { state, stock, total }: Pick<Order, 'state' | 'stock' | 'total'>,
  returns: readonly Pick<Return, 'state' | 'amount'>[],
): bigint {
  if (state === 'refunded' && stock === 'released') return total;
  return returns.reduce((sum, one) => (one.state === 'refunded' ? sum + one.amount : sum), 0n);
}

function toLine(row: LineJson): OrderLine {
  return { ...row, unitAmount: BigInt(row.unitAmount), amount: BigInt(row.amount), tax: BigInt(row.tax) };
}

function toParcel(row: ParcelJson): Parcel {
  const [goods, delivery, tax] = [BigInt(row.goods), BigInt(row.delivery), BigInt(row.tax)];
  return {
    ...row,
    ...{ goods, delivery, tax, total: goods + delivery },
    packedAt: toMicros(row.packedAt),
    shippedAt: toMicros(row.shippedAt),
    deliveredAt: toMicros(row.deliveredAt),
  };
}

function toReturn(row: ReturnJson): Return {
  return {
    ...row,
    lines: row.lines.map((line) => ({ ...line, amount: BigInt(line.amount) })),
    delivery: BigInt(row.delivery),
    amount: BigInt(row.amount),
    decidedAt: toMicros(row.decidedAt),
    receivedAt: toMicros(row.receivedAt),
    createdAt: Number(row.createdAt),
  };
}

function toMicros(digits: string | null): Micros | null {
  return digits === null ? null : Number(digits);
}

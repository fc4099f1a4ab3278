import type { Micros } from '@tpmall/kernel';
import {
  type Column,
  columnDefinitions,
  columnNames,
  createListing,
  instant,
  type Queryable,
  rowParameter,
  sql,
} from '@tpmall/platform/db';
import type { Order, OrderSummary, Parcel } from '../contract/index.ts';
import {
  LINES,
  type OrderRecord,
  type OrderRow,
  orderNumber,
  PARCELS,
  RETURNS,
  toRecord,
} from './order-rows.ts';

/** The order as others see it. */
export function toOrder(record: OrderRecord): Order {
  const {
    customer: _customer,
    successUrl: _successUrl,
    cancelUrl: _cancelUrl,
    refund: _refund,
    ...order
  } = record;
  return order;
}

/** An order that is not stored yet, and so has no number. */
export type NewOrder = Omit<OrderRecord, 'number'>;

const COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['owner', 'text'],
  ['state', 'text'],
  ['stock', 'text'],
  ['held_until', 'timestamptz'],
  ['currency', 'text'],
  ['language', 'text'],
  ['email', 'text'],
  ['address', 'jsonb'],
  ['goods', 'numeric'],
  ['delivery', 'numeric'],
  ['tax', 'numeric'],
  ['total', 'numeric'],
  ['success_url', 'text'],
  ['cancel_url', 'text'],
];

const insert = sql(
  'mall.insert-order',
  `INSERT INTO mall.customer_order (${columnNames(COLUMNS)})
SELECT ${columnNames(COLUMNS)} FROM jsonb_to_record($1) AS t (${columnDefinitions(COLUMNS)})
RETURNING serial`,
);
const insertParcels = sql(
  'mall.insert-parcels',
  `INSERT INTO mall.parcel (order_id, merchant, position, shop, place, state, goods, delivery, tax)
SELECT $1, merchant, position, shop, place, state, goods, delivery, tax FROM jsonb_to_recordset($2) AS t (
  merchant text, position integer, shop jsonb, place jsonb, state text, goods numeric, delivery numeric,
  tax numeric)`,
);
const insertLines = sql(
  'mall.insert-order-lines',
  `INSERT INTO mall.order_line (order_id, position, merchant, goods, variant, sku, price, name, choice, plate,
  quantity, unit_amount, amount, tax)
SELECT $1, position, merchant, goods, variant, sku, price, name, choice, plate, quantity, unit_amount,
  amount, tax
FROM jsonb_to_recordset($2) AS t (position integer, merchant text, goods text, variant text, sku text,
  price text, name jsonb, choice jsonb, plate jsonb, quantity integer, unit_amount numeric,
  amount numeric, tax numeric)`,
);
const SELECT = `SELECT o.*, ${LINES} AS lines, ${PARCELS} AS parcels, ${RETURNS} AS returns
FROM mall.customer_order AS o`;
const byId = sql('mall.find-order', `${SELECT} WHERE o.id = $2 AND ($1 = '' OR o.tenant = $1)`);
const lock = sql(
  'mall.lock-order',
  `SELECT id FROM mall.customer_order WHERE id = $2 AND ($1 = '' OR tenant = $1) FOR UPDATE`,
);
const lockBySession = sql(
  'mall.lock-order-by-session',
  'SELECT id FROM mall.customer_order WHERE session = $1 FOR UPDATE',
);
const lockByIntent = sql(
  'mall.lock-order-by-intent',
  'SELECT id FROM mall.customer_order WHERE payment_intent = $1 FOR UPDATE',
);
const update = sql(
  'mall.update-order',
  `UPDATE mall.customer_order SET state = $2, stock = $3, session = $4, payment_intent = $5, refund = $6,
  paid_at = $7, refund_failure = $8 WHERE id = $1`,
);
// Once its page is open, that one's customer stands.
const keepCustomer = sql(
  'mall.keep-customer-of-order',
  `UPDATE mall.customer_order SET customer = $3
WHERE id = $1 AND session IS NULL AND customer IS NOT DISTINCT FROM $2`,
);
const updateParcels = sql(
  'mall.update-parcels',
  `UPDATE mall.parcel AS p SET state = t.state, carrier = t.carrier, tracking = t.tracking,
  packed_at = t.packed_at, shipped_at = t.shipped_at, delivered_at = t.delivered_at
FROM jsonb_to_recordset($2) AS t (merchant text, state text, carrier text, tracking text,
  packed_at timestamptz, shipped_at timestamptz, delivered_at timestamptz)
WHERE p.order_id = $1 AND p.merchant = t.merchant`,
);
const updateReturning = sql(
  'mall.update-returning',
  `UPDATE mall.order_line AS l SET in_returns = t.in_returns
FROM jsonb_to_recordset($2) AS t (position integer, in_returns integer)
WHERE l.order_id = $1 AND l.position = t.position AND l.in_returns <> t.in_returns`,
);
const due = sql(
  'mall.due-orders',
  `SELECT id FROM mall.customer_order WHERE stock = 'held' AND held_until <= $1 ORDER BY held_until LIMIT $2`,
);
const unsent = sql(
  'mall.unsent-order-refunds',
  `SELECT id FROM mall.customer_order
WHERE state = 'refunding' AND refund IS NULL AND refund_failure IS NULL AND paid_at <= $1
LIMIT $2`,
);
const lockOwner = sql('mall.lock-ordering', 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))');
const adopt = sql(
  'mall.adopt-orders',
  'UPDATE mall.customer_order SET owner = $3 WHERE tenant = $1 AND owner = $2',
);

/** Stores a new order with its parcels and lines. */
export async function insertOrder(tx: Queryable, order: NewOrder): Promise<OrderRecord> {
  const { rows } = await tx.run<{ serial: bigint }>(insert, [
    rowParameter({
      ...order,
      created_at: instant(order.createdAt),
      held_until: instant(order.heldUntil),
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
    }),
  ]);
  const parcels = order.parcels.map((parcel, position) => ({ ...parcel, position }));
  await tx.run(insertParcels, [order.id, rowParameter(parcels)]);
  const lines = order.lines.map((line) => ({ ...line, unit_amount: line.unitAmount }));
  await tx.run(insertLines, [order.id, rowParameter(lines)]);
  return { ...order, number: orderNumber(order.createdAt, rows[0]?.serial ?? 0n) };
}

/** An order of this tenant, or where none is named of anybody; with its parcels, lines and returns. */
export async function findOrder(db: Queryable, tenant: string, id: string): Promise<OrderRecord | undefined> {
  const { rows } = await db.run<OrderRow>(byId, [tenant, id]);
  return rows[0] && toRecord(rows[0]);
}

/** The same, which nobody else changes until this transaction ends. Lock an order before stock and carts. */
export async function lockOrder(tx: Queryable, tenant: string, id: string): Promise<OrderRecord | undefined> {
  return locked(tx, await tx.run<{ id: string }>(lock, [tenant, id]));
}

/** The order that a checkout session pays, locked. */
export async function lockOrderOfSession(tx: Queryable, session: string): Promise<OrderRecord | undefined> {
  return locked(tx, await tx.run<{ id: string }>(lockBySession, [session]));
}

/** The order that a payment intent has paid, locked. */
export async function lockOrderOfIntent(tx: Queryable, intent: string): Promise<OrderRecord | undefined> {
  return locked(tx, await tx.run<{ id: string }>(lockByIntent, [intent]));
}

/** Read by a statement of its own: one that waits for a lock sees everything else as it was before. */
async function locked(
  tx: Queryable,
  { rows }: { readonly rows: readonly { readonly id: string }[] },
): Promise<OrderRecord | undefined> {
  return rows[0] && findOrder(tx, '', rows[0].id);
}

/** Stores a locked order as it is now; its returns are stored by themselves. */
export async function updateOrder(tx: Queryable, order: OrderRecord): Promise<void> {
  const { id, state, stock, session, paymentIntent, refund, refundFailure, paidAt } = order;
  await tx.run(update, [id, state, stock, session, paymentIntent, refund, at(paidAt), refundFailure]);
  const parcels = order.parcels.map((parcel) => ({
    ...parcel,
    packed_at: at(parcel.packedAt),
    shipped_at: at(parcel.shippedAt),
    delivered_at: at(parcel.deliveredAt),
  }));
  await tx.run(updateParcels, [id, rowParameter(parcels)]);
  const lines = order.lines.map(({ position, returning }) => ({ position, in_returns: returning }));
  await tx.run(updateReturning, [id, rowParameter(lines)]);
}

/** Changes the customer of an order whose page is not open yet; answers the order as it is then. */
export async function changeCustomer(
  db: Queryable,
  order: OrderRecord,
  customer: string | null,
): Promise<OrderRecord> {
  const { count } = await db.run(keepCustomer, [order.id, order.customer, customer]);
  return count > 0 ? { ...order, customer } : ((await findOrder(db, order.tenant, order.id)) ?? order);
}

function at(instantOrNull: Micros | null): string | null {
  return instantOrNull === null ? null : instant(instantOrNull);
}

/** Orders whose stock is kept no longer. */
export async function findDueOrders(db: Queryable, now: Micros, limit: number): Promise<readonly string[]> {
  return (await db.run<{ id: string }>(due, [instant(now), limit])).rows.map(({ id }) => id);
}

/** Orders whose money should have been sent back before an instant. */
export async function findUnsentRefunds(
  db: Queryable,
  before: Micros,
  limit: number,
): Promise<readonly string[]> {
  return (await db.run<{ id: string }>(unsent, [instant(before), limit])).rows.map(({ id }) => id);
}

/**
 * Nobody else orders for this owner until the transaction ends, or takes the orders over. Comes before the
 * locks of orders and carts.
 */
export async function lockOrdering(tx: Queryable, tenant: string, owner: string): Promise<void> {
  await tx.run(lockOwner, [`mall.orders ${tenant} ${owner}`]);
}

/** Gives a guest's orders to a person; answers how many. */
export async function adoptOrders(tx: Queryable, tenant: string, from: string, to: string): Promise<number> {
  return (await tx.run(adopt, [tenant, from, to])).count;
}

interface SummaryRow
  extends Pick<
    OrderRow,
    'id' | 'serial' | 'created_at' | 'state' | 'currency' | 'total' | 'refund_failure' | 'paid_at'
  > {
  readonly refunded: bigint;
  readonly summary: OrderSummary['lines'];
  readonly parcels: readonly (Pick<Parcel, 'merchant' | 'state'> & { readonly total: string })[];
}

function toSummary(found: SummaryRow) {
  const { serial, created_at: createdAt, paid_at: paidAt, summary: lines, ...rest } = found;
  const { refund_failure: refundFailure, ...row } = rest;
  return {
    ...{ ...row, refundFailure, createdAt, paidAt, lines },
    parcels: row.parcels.map((parcel) => ({ ...parcel, total: BigInt(parcel.total) })),
    number: orderNumber(createdAt, serial),
    pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  };
}

/** A page of orders, newest first. */
export const listOrders = createListing({
  module: 'mall',
  table: 'customer_order',
  object: 'mall_order',
  select: `id, serial, created_at, state, currency, total, refund_failure, paid_at,
  CASE WHEN state = 'refunded' AND stock = 'released' THEN total ELSE
    (SELECT coalesce(sum(r.amount), 0) FROM mall.return_request AS r
     WHERE r.order_id = customer_order.id AND r.state = 'refunded') END AS refunded,
  (SELECT jsonb_agg(jsonb_build_object('name', l.name, 'plate', l.plate, 'goods', l.goods,
    'quantity', l.quantity, 'merchant', l.merchant) ORDER BY l.position)
   FROM mall.order_line AS l WHERE l.order_id = customer_order.id) AS summary,
  (SELECT jsonb_agg(jsonb_build_object('merchant', p.merchant, 'state', p.state,
    'total', (p.goods + p.delivery)::text) ORDER BY p.position)
   FROM mall.parcel AS p WHERE p.order_id = customer_order.id) AS parcels`,
  read: toSummary,
  filters: {
    owner: 'owner = ?',
    merchant: 'id IN (SELECT order_id FROM mall.parcel WHERE merchant = ?)',
    /** A merchant, and how the parcel of that merchant stands. */
    parcel: `id IN (SELECT order_id FROM mall.parcel
      WHERE merchant = (?::text[])[1] AND state = (?::text[])[2])`,
  },
});

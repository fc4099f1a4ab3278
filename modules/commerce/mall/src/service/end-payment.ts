import type { Micros } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import { lockCarts } from '../store/carts.ts';
import { tell } from '../store/events.ts';
import type { OrderRecord } from '../store/order-rows.ts';
import { toOrder, updateOrder } from '../store/orders.ts';
import { releaseStock, sellStock, takeStock } from '../store/stock.ts';
import { addPieces } from './change-cart.ts';
import type { MallDeps } from './deps.ts';
import { mayOrder, stepOrder, stepParcels } from './steps.ts';

/**
 * Marks an order paid. Its stock is sold to it: what was kept, or, where that was given back in between, what
 * is there now. Where there is too little, all of the money is sent back. May be told of the same again.
 *
 * @param order locked by this transaction
 * @param paymentIntent null where nothing was due
 */
export async function payOrder(
  { jobs }: Pick<MallDeps, 'jobs'>,
  tx: Queryable,
  order: OrderRecord,
  paymentIntent: string | null,
  at: Micros,
): Promise<OrderRecord> {
  if (!mayOrder(order.state, 'run_out')) return order;
  const paid = { paymentIntent, paidAt: at };
  if (mayOrder(order.state, 'pay') && (await sellTo(tx, order))) {
    const parcels = stepParcels(order.parcels, 'pay');
    const after = stepOrder(order, 'pay', { ...paid, stock: 'sold', parcels });
    await updateOrder(tx, after);
    await tell(tx, 'order.paid', [toOrder(after)], at);
    return after;
  }
  const parcels = stepParcels(order.parcels, 'cancel');
  const after = stepOrder(order, 'run_out', { ...paid, parcels });
  await updateOrder(tx, after);
  await tell(tx, 'order.ran_out', [toOrder(after)], at);
  await jobs.enqueue(tx, 'send-refund', { order: order.id }, { key: `refund ${order.id}` });
  return after;
}

async function sellTo(tx: Queryable, order: OrderRecord): Promise<boolean> {
  if (order.stock === 'held') {
    await sellStock(tx, order.lines);
    return true;
  }
  return (await takeStock(tx, order.lines)).length === 0;
}

/**
 * Cancels an order that nobody has paid, and nobody can. What it kept is given back, and its lines go back
 * into the cart. May be told of the same again.
 *
 * @param order locked by this transaction
 */
export async function cancelUnpaid(tx: Queryable, order: OrderRecord, at: Micros): Promise<OrderRecord> {
  if (!mayOrder(order.state, 'cancel')) return order;
  const parcels = stepParcels(order.parcels, 'cancel');
  const after = stepOrder(order, 'cancel', { stock: 'released', parcels });
  await updateOrder(tx, after);
  await tell(tx, 'order.cancelled', [toOrder(after)], at);
  await lockCarts(tx, order.tenant, [order.owner]);
  const { tenant, owner, currency, lines } = order;
  const pieces = lines.map(({ variant, quantity, unitAmount }) => ({
    ...{ variant, quantity },
    seen: { [currency]: unitAmount },
  }));
  await addPieces(tx, tenant, owner, pieces, at);
  if (order.stock === 'held') await releaseStock(tx, order.lines);
  return after;
}

/**
 * Gives back the stock of an order whose payment nobody knows the end of. Should it turn out paid, it takes
 * what is there then.
 *
 * @param order locked by this transaction
 */
export async function releaseHold(tx: Queryable, order: OrderRecord): Promise<OrderRecord> {
  if (order.state !== 'placed' || order.stock !== 'held') return order;
  const after: OrderRecord = { ...order, stock: 'released' };
  await updateOrder(tx, after);
  await releaseStock(tx, order.lines);
  return after;
}

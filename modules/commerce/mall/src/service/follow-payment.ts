import type { CheckoutEvents, Session } from '@tpmall/checkout/contract';
import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { LearningSubscription } from '@tpmall/platform/module';
import type { OrderRecord } from '../store/order-rows.ts';
import { findOrder, lockOrder, lockOrderOfSession } from '../store/orders.ts';
import { type Behalf, callContext, commands, type MallDeps } from './deps.ts';
import { cancelUnpaid, payOrder } from './end-payment.ts';
import { missingOrder, notOpen } from './open-payment.ts';

/** What of a session decides about its order. */
type Ending = Pick<Session, 'status' | 'paymentStatus' | 'paymentIntent'>;

/** Ends an order's payment as its session has ended, if it has. */
function followSession(
  deps: MallDeps,
  tx: Queryable,
  order: OrderRecord,
  { status, paymentStatus, paymentIntent }: Ending,
): Promise<OrderRecord> {
  const at = deps.clock.now();
  if (status === 'expired') return cancelUnpaid(tx, order, at);
  // A session of an order takes its money at once, so one that holds it only is not complete yet.
  if (status === 'complete' && paymentStatus !== 'unpaid')
    return payOrder(deps, tx, order, paymentIntent, at);
  return Promise.resolve(order);
}

/** What this module learns from checkout: how the sessions of its orders end, whoever has caused it. */
export function checkoutSubscription(deps: MallDeps): LearningSubscription {
  return {
    from: 'checkout',
    types: ['checkout.session.completed', 'checkout.session.expired'],
    cursor: 'session-endings',
    async handle(event, tx) {
      const session = event.payload as CheckoutEvents['checkout.session.completed'];
      const order = await lockOrderOfSession(tx, session.id);
      if (order) await followSession(deps, tx, order, session);
    },
  };
}

/** Looks how an order's payment has ended; most of it is told by an event, a moment later. */
export async function followPayment(
  deps: MallDeps,
  context: Behalf & { readonly tenant: string },
  { id, owner }: { readonly id: string; readonly owner: string },
): Promise<Result<OrderRecord, 'not_found'>> {
  const { db, ports } = deps;
  const order = await findOrder(db, context.tenant, id);
  if (order?.owner !== owner) return missingOrder(id);
  if (order.state !== 'placed' || order.session === null) return ok(order);
  const calling = callContext(deps, context, order.tenant, `${order.id}.follow`);
  const session = await ports.checkout.findSession(calling, { id: order.session });
  // Out of reach, or not ended: the event tells.
  if (!session.ok || session.value.status === 'open') return ok(order);
  const ending = session.value;
  return db.transaction(async (tx) => {
    const locked = await lockOrder(tx, order.tenant, order.id);
    return locked ? ok(await followSession(deps, tx, locked, ending)) : missingOrder(id);
  });
}

/** Gives up an order that nobody has paid. One whose payment is under way is left alone. */
export function cancelOrder(
  deps: MallDeps,
  context: CallContext,
  input: { readonly id: string; readonly owner: string },
): Promise<Result<OrderRecord, 'not_found' | 'order_not_open' | 'unavailable' | 'idempotency_mismatch'>> {
  const { db, clock, ports } = deps;
  const { id, owner } = input;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'cancel_order', input, clock.now());
  let session: string | null = null;
  return commands.once<OrderRecord, 'not_found' | 'order_not_open' | 'unavailable'>(db, claim, {
    check: async () => {
      const order = await findOrder(db, tenant, id);
      if (order?.owner !== owner) return missingOrder(id);
      if (order.state !== 'placed') return notOpen(order);
      session = order.session;
      if (session === null) return ok(undefined);
      const calling = callContext(deps, context, tenant, `${claim.id}.expire`);
      const expired = await ports.checkout.expireSession(calling, { id: session });
      if (expired.ok) return ok(undefined);
      // It may have ended before, in one way or the other.
      const found = await ports.checkout.findSession(calling, { id: session });
      if (found.ok && found.value.status === 'expired') return ok(undefined);
      if (expired.error.code === 'session_not_open') return notOpen(order);
      return err('unavailable', `the payment of ${id} is out of reach: ${expired.error.message}`);
    },
    work: async (tx) => {
      const order = await lockOrder(tx, tenant, id);
      if (!order) return missingOrder(id);
      // Told of the end of its session already.
      if (order.state === 'cancelled') return ok(order);
      // A page was opened for it since it was looked at, which somebody may be paying on.
      if (order.session !== session || order.state !== 'placed') return notOpen(order);
      return ok(await cancelUnpaid(tx, order, claim.at));
    },
    repeat: async () => {
      const order = await findOrder(db, tenant, id);
      return order ? ok(order) : missingOrder(id);
    },
  });
}

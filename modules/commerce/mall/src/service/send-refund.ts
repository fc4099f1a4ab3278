import { assert, type Micros, ok, type Result } from '@tpmall/kernel';
import type { PaymentsEvents, paymentsContract, Refund } from '@tpmall/payments/contract';
import type { InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { LearningSubscription } from '@tpmall/platform/module';
import { tell } from '../store/events.ts';
import type { OrderRecord } from '../store/order-rows.ts';
import { findOrder, lockOrder, lockOrderOfIntent, toOrder, updateOrder } from '../store/orders.ts';
import { findReturn, updateReturn } from '../store/returns.ts';
import { callContext, type MallDeps, SYSTEM } from './deps.ts';
import { mayOrder, mayReturn, stepOrder, stepReturn, withReturn } from './steps.ts';

/** What is paid back: all of an order that had run out, or one of its returns. */
export type RefundDue = { readonly order: string } | { readonly return: string };

/** The key of a refund's metadata that says what it pays back. */
const DUE_KEY = 'mall_refund_of';
/** Refunds of one payment that are looked through for the one that was sent before. */
const REFUNDS_MAX = 100;

type Asked = InputOf<(typeof paymentsContract)['operations']['createRefund']>;

/**
 * Sends money back. May be called again and again: a refund that was sent before, however long ago, is found
 * by what it says of itself, and what people have refunded by hand counts. Throws where nobody knows whether
 * it was sent, to be called again.
 */
export async function sendRefund(deps: MallDeps, due: RefundDue): Promise<void> {
  const found = await findDue(deps.db, due);
  if (!found) return;
  const { id, order, asked } = found;
  const { paymentIntent, tenant } = order;
  assert(paymentIntent !== null, `order ${order.id} was paid`);
  const refunds = await refundsOf(deps, tenant, paymentIntent, id);
  const sent = refunds.find(({ metadata }) => metadata[DUE_KEY] === id);
  const isAll = (...statuses: Refund['status'][]) =>
    id === order.id && sumOf(refunds, statuses) >= order.total;
  if (isAll('succeeded')) return change(deps, order, (tx, locked, at) => giveBack(tx, locked, at));
  const refund = sent ? ok(sent) : await create(deps, tenant, id, { ...asked, paymentIntent });
  // Somebody was faster by hand; how that ends is told by its own event.
  const byHand = isAll('succeeded', 'pending') && refunds.find(({ status }) => status === 'pending');
  await change(deps, order, (tx, locked, at) => {
    if (refund.ok) return follow(tx, locked, id, refund.value, at);
    if (byHand) return follow(tx, locked, id, byHand, at);
    deps.log.error({ ...due, why: refund.error.message }, 'money could not be sent back');
    return fail(tx, locked, id, refund.error.message, at);
  });
}

function change(
  { db, clock }: MallDeps,
  { id, tenant }: OrderRecord,
  work: (tx: Queryable, order: OrderRecord, at: Micros) => Promise<void>,
): Promise<void> {
  return db.transaction(async (tx) => {
    const locked = await lockOrder(tx, tenant, id);
    assert(locked, `order ${id} is there`);
    await work(tx, locked, clock.now());
  });
}

function sumOf(refunds: readonly Refund[], statuses: readonly Refund['status'][]): bigint {
  return refunds
    .filter(({ status }) => statuses.includes(status))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** What is to be paid back, with how; undefined where that is done, or was given up. */
async function findDue(db: Queryable, due: RefundDue) {
  if ('order' in due) {
    const order = await findOrder(db, '', due.order);
    if (order?.state !== 'refunding') return undefined;
    return { id: order.id, order, asked: { reason: null, metadata: { [DUE_KEY]: order.id } } };
  }
  const one = await findReturn(db, '', due.return);
  const order = one && (await findOrder(db, one.tenant, one.order));
  if (!order || one.state !== 'accepted') return undefined;
  const asked = {
    amount: one.amount,
    destination: one.merchant,
    reason: 'requested_by_customer' as const,
    metadata: { [DUE_KEY]: one.id },
  };
  return { id: one.id, order, asked };
}

async function refundsOf(
  deps: MallDeps,
  tenant: string,
  paymentIntent: string,
  id: string,
): Promise<readonly Refund[]> {
  const calling = callContext(deps, SYSTEM, tenant, `${id}.look`);
  const listed = await deps.ports.payments.listRefunds(calling, { paymentIntent, limit: REFUNDS_MAX });
  if (!listed.ok) throw new Error(`refunds cannot be read now: ${listed.error.message}`);
  return listed.value.items;
}

async function create(
  deps: MallDeps,
  tenant: string,
  id: string,
  asked: Asked,
): Promise<Result<Refund, 'refused'>> {
  const calling = callContext(deps, SYSTEM, tenant, `${id}.refund`);
  const created = await deps.ports.payments.createRefund(calling, asked);
  if (created.ok) return created;
  const { code, message } = created.error;
  if (code === 'unavailable' || code === 'unknown') throw new Error(`the refund of ${id}: ${message}`);
  return { ok: false, error: { code: 'refused', message: `${code}: ${message}` } };
}

/** What this module learns from payments: how its refunds end. */
export function refundsSubscription({ clock, jobs }: MallDeps): LearningSubscription {
  return {
    from: 'payments',
    types: ['refund.updated', 'refund.failed'],
    cursor: 'refund-endings',
    async handle(event, tx) {
      const refund = event.payload as PaymentsEvents['refund.updated'];
      const id = refund.metadata[DUE_KEY];
      // What a refund says of itself counts only together with the payment that it is of.
      const order = await lockOrderOfIntent(tx, refund.paymentIntent);
      if (order && id !== undefined) await follow(tx, order, id, refund, clock.now());
      if (!order) return;
      // People have refunded by hand what the mall was to send back: together it may be all, also of an order
      // whose own refund has failed long before this is told.
      const hasFailed = refund.status === 'failed';
      const mayBeAll = order.state === 'refunding' ? id !== order.id : hasFailed && hasGivenAllBack(order);
      if (!mayBeAll) return;
      await jobs.enqueue(tx, 'send-refund', { order: order.id }, { key: `refund ${order.id}` });
    },
  };
}

/** Brings an order to where its refund is; a refund that is pending is written down and waited for. */
async function follow(
  tx: Queryable,
  order: OrderRecord,
  id: string,
  refund: Pick<Refund, 'id' | 'status' | 'failureReason'>,
  at: Micros,
): Promise<void> {
  if (refund.status === 'failed' || refund.status === 'canceled') {
    return fail(tx, order, id, refund.failureReason ?? refund.status, at, refund.id);
  }
  const isDone = refund.status === 'succeeded';
  if (id === order.id) {
    if (order.state !== 'refunding') return;
    const after = { ...order, refund: refund.id };
    if (!isDone) return updateOrder(tx, after);
    return giveBack(tx, after, at);
  }
  const one = order.returns.find((other) => other.id === id);
  if (!one || !mayReturn(one.state, 'refund')) return;
  const named = { ...one, refund: refund.id };
  if (!isDone) return updateReturn(tx, named);
  const done = stepReturn(named, 'refund');
  await updateReturn(tx, done);
  await tell(tx, 'return.refunded', [done], at);
  const after = withReturn(order, done);
  if (after.state === order.state) return;
  await updateOrder(tx, after);
  await tell(tx, 'order.refunded', [toOrder(after)], at);
}

/** Whether an order that had run out says that its money is back. */
function hasGivenAllBack({ state, stock }: OrderRecord): boolean {
  return mayOrder(state, 'come_back') && stock === 'released';
}

/** All of an order's money is back, by whatever refunds. */
async function giveBack(tx: Queryable, order: OrderRecord, at: Micros): Promise<void> {
  if (order.state !== 'refunding') return;
  const refunded = stepOrder(order, 'give_back', { refunded: order.total, refundFailure: null });
  await updateOrder(tx, refunded);
  await tell(tx, 'order.refunded', [toOrder(refunded)], at);
}

/**
 * Money that could not be sent back, or came back again. A return says so. An order that had run out is
 * `refunding` and says why, so that it is not sent again by itself, and people have to look.
 */
async function fail(
  tx: Queryable,
  order: OrderRecord,
  id: string,
  failure: string,
  at: Micros,
  refund: string | null = null,
): Promise<void> {
  if (id === order.id) {
    const changes = { refund: refund ?? order.refund, refundFailure: failure };
    // Money that had been sent back may come back from the issuer.
    const after = hasGivenAllBack(order)
      ? stepOrder(order, 'come_back', { ...changes, refunded: 0n })
      : { ...order, ...changes };
    if (after.state !== 'refunding' || order.refundFailure === failure) return;
    await updateOrder(tx, after);
    return tell(tx, 'order.refund_failed', [toOrder(after)], at);
  }
  const one = order.returns.find((other) => other.id === id);
  if (!one || !mayReturn(one.state, 'fail')) return;
  const failed = stepReturn(one, 'fail', { failure, refund: refund ?? one.refund });
  await updateReturn(tx, failed);
  const after = withReturn(order, failed);
  if (after.state !== order.state) await updateOrder(tx, after);
  await tell(tx, 'return.failed', [failed], at);
}

import { DAY, MINUTE } from '@tpmall/kernel';
import { forgetGuestsLines } from '../store/carts.ts';
import { findDueOrders, findUnsentRefunds, lockOrder } from '../store/orders.ts';
import { findUnsentReturns } from '../store/returns.ts';
import type { MallDeps } from './deps.ts';
import { cancelUnpaid, releaseHold } from './end-payment.ts';
import { sendRefund } from './send-refund.ts';

/** Orders looked at in one round: few enough to be done before the next. */
const ROUND_MAX = 50;
/** A refund whose own job has not sent it after so long is sent from here. */
const REFUND_PATIENCE = MINUTE;
/**
 * No browser knows the guest after so long: a cookie for the cart lasts 30 days, a guest's session up to 90.
 */
const GUEST_TIME = 90 * DAY;

/**
 * Gives back the stock of orders whose time is over. One without a payment page ends with it: nobody can have
 * paid it. One with a page ends as its session does.
 *
 * @returns how many were looked at
 */
export async function releaseDue({ db, clock, log }: MallDeps): Promise<number> {
  const due = await findDueOrders(db, clock.now(), ROUND_MAX);
  for (const id of due) {
    try {
      await db.transaction(async (tx) => {
        const order = await lockOrder(tx, '', id);
        if (!order || order.stock !== 'held' || order.heldUntil > clock.now()) return;
        if (order.session === null) await cancelUnpaid(tx, order, clock.now());
        else await releaseHold(tx, order);
      });
    } catch (error) {
      log.error({ error, order: id }, 'the stock of an order could not be released');
    }
  }
  return due.length;
}

/** Forgets what is in carts that nobody can come back to. */
export function forgetCarts({ db, clock }: MallDeps): Promise<void> {
  return forgetGuestsLines(db, clock.now() - GUEST_TIME);
}

/** Sends money back that should have been sent already: its job was lost, or given up. */
export async function sendDueRefunds(deps: MallDeps): Promise<void> {
  const { db, clock, log } = deps;
  const before = clock.now() - REFUND_PATIENCE;
  const orders = await findUnsentRefunds(db, before, ROUND_MAX);
  const returns = await findUnsentReturns(db, before, ROUND_MAX);
  const all = [...orders.map((order) => ({ order })), ...returns.map((one) => ({ return: one }))];
  for (const due of all) {
    try {
      await sendRefund(deps, due);
    } catch (error) {
      log.error({ error, ...due }, 'money could not be sent back');
    }
  }
}

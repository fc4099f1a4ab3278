import { assert } from '@tpmall/kernel';
import { findChargeRecord, takeDuePayments, takePayment } from '../store/find-payments.ts';
import { takeDueRefunds, takeRefund } from '../store/refunds.ts';
import { resolutions } from '../store/resolutions.ts';
import { applyResolution } from './apply-resolution.ts';
import { systemBehalf } from './calls.ts';
import { captureHold } from './capture-intent.ts';
import { runCharge } from './confirm-intent.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { incrementHold } from './increment-intent.ts';
import type { Payment, RefundRecord } from './records.ts';
import { releaseHold } from './release-hold.ts';
import { returnMoney } from './return-money.ts';

/** Rows taken in one sweep: few enough to finish well within their lease. */
const SWEEP_MAX = 20;
/** Payments resolved side by side: an acquirer that is slow with one should not hold up all. */
const SIDE_BY_SIDE = 4;

/**
 * Goes on with a payment that was left in work: by a lost answer, a crash at any point, or a challenge that
 * ended. It repeats what was begun by the same ids, and arrives where the first run would have, or waits
 * longer.
 */
async function resolvePayment(deps: PaymentsDeps, { intent, charge }: Payment): Promise<void> {
  assert(charge, 'a payment in work has a charge');
  const behalf = systemBehalf(intent.tenant);
  switch (intent.phase) {
    case 'authorising':
      await runCharge(deps, intent, charge, behalf, false);
      return;
    case 'incrementing':
      await incrementHold(deps, intent, charge, behalf, false);
      return;
    case 'capturing':
      await captureHold(deps, intent, charge, behalf, false);
      return;
    case 'releasing':
      await releaseHold(deps, intent, charge, behalf, false);
      return;
    case null:
      assert(false, `payment ${intent.id} is not in work`);
  }
}

/** Goes on with a refund that was left in work. */
async function resolveRefund(deps: PaymentsDeps, refund: RefundRecord): Promise<void> {
  const charge = await findChargeRecord(deps.db, refund.tenant, refund.charge);
  assert(charge, 'a refund has its charge');
  await returnMoney(deps, refund, charge, systemBehalf(refund.tenant));
}

/** The job of one payment: goes on with it if it is due. */
export async function resolvePaymentById(deps: PaymentsDeps, id: string): Promise<void> {
  const now = deps.clock.now();
  const payment = await takePayment(deps.db, now, leaseFrom(deps, now), id);
  if (payment) await resolvePayment(deps, payment);
}

/** The job of one refund: goes on with it if it is due. */
export async function resolveRefundById(deps: PaymentsDeps, id: string): Promise<void> {
  const now = deps.clock.now();
  const refund = await takeRefund(deps.db, now, leaseFrom(deps, now), id);
  if (refund) await resolveRefund(deps, refund);
}

/** Carries out what was confirmed by two people and could not be carried out at once. */
async function applyConfirmed(deps: PaymentsDeps): Promise<void> {
  const confirmed = await resolutions.confirmed(deps.db, SWEEP_MAX);
  const work = confirmed.map((each) => ({ id: each.id, run: () => applyResolution(deps, each) }));
  await drain(deps, work);
}

/**
 * Takes everything that is due and goes on with it. One that fails does not hold up the others: it is logged,
 * stays visible among the unknown outcomes, and comes again after its lease.
 *
 * @returns how many were taken
 */
export async function sweep(deps: PaymentsDeps): Promise<number> {
  let taken = 0;
  await applyConfirmed(deps);
  await resolutions.expire(deps);
  for (;;) {
    const now = deps.clock.now();
    const lease = leaseFrom(deps, now);
    const [payments, refunds] = await Promise.all([
      takeDuePayments(deps.db, now, lease, SWEEP_MAX),
      takeDueRefunds(deps.db, now, lease, SWEEP_MAX),
    ]);
    taken += payments.length + refunds.length;
    const work = [
      ...payments.map((payment) => ({ id: payment.intent.id, run: () => resolvePayment(deps, payment) })),
      ...refunds.map((refund) => ({ id: refund.id, run: () => resolveRefund(deps, refund) })),
    ];
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => drain(deps, work)));
    if (payments.length < SWEEP_MAX && refunds.length < SWEEP_MAX) return taken;
  }
}

async function drain(
  deps: PaymentsDeps,
  work: { readonly id: string; readonly run: () => Promise<void> }[],
): Promise<void> {
  for (let item = work.shift(); item; item = work.shift()) {
    try {
      await item.run();
    } catch (error) {
      deps.log.error({ error, id: item.id }, 'an unknown outcome could not be resolved');
    }
  }
}

import { assert } from '@tpmall/kernel';
import {
  changeRefund,
  findRefundRecord,
  lockChargeRecord,
  storeEvent,
  storeRefunded,
} from '../store/refunds.ts';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import { chargeEvent, refundEvent } from './changes.ts';
import { nextAttempt, type PaymentsDeps } from './deps.ts';
import { postToLedger } from './post-to-ledger.ts';
import { refundPosting } from './postings.ts';
import type { ChargeRecord, RefundRecord } from './records.ts';
import { addParts } from './split.ts';

/**
 * Sends a reserved refund to the acquirer, unwinds the shares in the ledger once the acquirer has agreed, and
 * writes down the outcome. Every step is repeated by its ids, so a run after a crash goes the same way again.
 */
export async function returnMoney(
  deps: PaymentsDeps,
  refund: RefundRecord,
  charge: ChargeRecord,
  behalf: Behalf,
): Promise<RefundRecord> {
  assert(charge.authorisationId !== null, 'what was captured was authorised');
  const answer = await deps.ports.acquiring.refund(callContext(deps, behalf, `${refund.commandId}.refund`), {
    authorisationId: charge.authorisationId,
    amount: refund.amount,
  });
  if (!answer.ok) {
    if (isUndecided(answer.error)) return comeBack(deps, refund);
    return fail(deps, refund, answer.error.code);
  }
  const outcome = answer.value;
  switch (outcome.state) {
    case 'pending':
      return comeBack(deps, refund);
    case 'declined':
      return fail(deps, refund, 'declined');
    case 'reversed':
      return fail(deps, refund, 'reversed');
    case 'approved': {
      const posting = refundPosting(charge, refund);
      const posted = await postToLedger(deps, behalf, `${refund.commandId}.refund`, posting);
      return posted ? succeed(deps, refund) : comeBack(deps, refund);
    }
  }
}

async function succeed(deps: PaymentsDeps, from: RefundRecord): Promise<RefundRecord> {
  const refund: RefundRecord = {
    ...from,
    version: from.version + 1,
    status: 'succeeded',
    nextAttemptAt: null,
  };
  return settle(deps, refund, false, (charge) => [
    refundEvent('refund.updated', refund),
    chargeEvent('charge.refunded', charge),
  ]);
}

/** The money stayed where it is, so what the refund had reserved is given back. */
async function fail(deps: PaymentsDeps, from: RefundRecord, reason: string): Promise<RefundRecord> {
  const refund: RefundRecord = {
    ...from,
    version: from.version + 1,
    status: 'failed',
    failureReason: reason,
    nextAttemptAt: null,
  };
  return settle(deps, refund, true, () => [refundEvent('refund.failed', refund)]);
}

async function settle(
  deps: PaymentsDeps,
  refund: RefundRecord,
  giveBack: boolean,
  eventsOf: (charge: ChargeRecord) => ReturnType<typeof refundEvent>[],
): Promise<RefundRecord> {
  const now = deps.clock.now();
  const stored = await deps.db.transaction(async (tx) => {
    const locked = await lockChargeRecord(tx, refund.tenant, refund.charge);
    assert(locked, 'a refund has its charge');
    if (!(await changeRefund(tx, refund))) return false;
    const charge = giveBack ? withoutRefund(locked, refund) : locked;
    if (giveBack) await storeRefunded(tx, charge);
    for (const event of eventsOf(charge)) await storeEvent(tx, refund.tenant, now, event);
    return true;
  });
  return stored ? refund : current(deps, refund);
}

function withoutRefund(charge: ChargeRecord, refund: RefundRecord): ChargeRecord {
  return {
    ...charge,
    amountRefunded: charge.amountRefunded - refund.amount,
    refundedParts: addParts(charge.refundedParts, refund.parts, -1n),
  };
}

/**
 * Nobody knows yet, or nothing was sent: the resolver asks again by the same ids, with a job for the sake of
 * speed.
 */
async function comeBack(deps: PaymentsDeps, from: RefundRecord): Promise<RefundRecord> {
  const due = nextAttempt(deps, deps.clock.now(), from.attempts);
  const refund: RefundRecord = { ...from, version: from.version + 1, nextAttemptAt: due };
  const stored = await deps.db.transaction(async (tx) => {
    if (!(await changeRefund(tx, refund))) return false;
    await deps.jobs.enqueue(
      tx,
      'resolve-refund',
      { id: refund.id },
      { runAt: due, key: `resolve ${refund.id}` },
    );
    return true;
  });
  return stored ? refund : current(deps, refund);
}

/** Another run has settled it in the meantime. */
async function current(deps: PaymentsDeps, refund: RefundRecord): Promise<RefundRecord> {
  return (await findRefundRecord(deps.db, refund.tenant, refund.id)) ?? refund;
}

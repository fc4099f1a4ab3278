import type { DeclineCode } from '@tpmall/acquiring/contract';
import { assert } from '@tpmall/kernel';
import type { RefundFailureReason } from '../contract/index.ts';
import {
  changeRefund,
  findRefundRecord,
  lockChargeRecord,
  storeEvent,
  storeRefunded,
} from '../store/refunds.ts';
import { relistRefusedAdvice } from '../store/refused-advices.ts';
import { balanceEvent, balanceTransactionId, refundMove } from './balance-moves.ts';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import { chargeEvent, refundEvent } from './changes.ts';
import { nextAttempt, type PaymentsDeps } from './deps.ts';
import { postToLedger, tryPosting } from './post-to-ledger.ts';
import { refundHoldPosting, refundPosting, returnedRefundPosting } from './postings.ts';
import type { ChargeRecord, RefundRecord } from './records.ts';
import { refundStateOf, stepRefund } from './refund-states.ts';
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
  if (refundStateOf(refund) === 'returning') return takeBack(deps, refund, charge, behalf);
  const hold = refundHoldPosting(charge, refund);
  const kept = await tryPosting(deps, behalf, `${refund.commandId}.keep`, hold);
  if (kept === 'unknown') return comeBack(deps, { ...refund, unsent: false });
  // What was topped up has been spent: nothing was sent, and nothing is given back.
  if (kept === 'short') return fail(deps, behalf, refund, 'fail', 'insufficient_funds');
  if (!refund.atAcquirer) {
    const posted = await post(deps, behalf, refund, charge);
    return posted ? succeed(deps, behalf, refund) : comeBack(deps, { ...refund, unsent: false });
  }
  assert(charge.authorisationId !== null, 'what was captured was authorised');
  const answer = await deps.ports.acquiring.refund(callContext(deps, behalf, `${refund.commandId}.refund`), {
    authorisationId: charge.authorisationId,
    amount: refund.amount,
  });
  if (!answer.ok) {
    // Only what was never executed leaves it certain that nothing was sent, and only if it was so before.
    // What is held of a wallet for it is not called off either.
    const unsent = refund.unsent && answer.error.code === 'unavailable' && hold.transfers.length === 0;
    if (isUndecided(answer.error)) return comeBack(deps, { ...refund, unsent });
    return refuse(deps, refund, charge, behalf, REFUSALS[answer.error.code] ?? 'declined');
  }
  const outcome = answer.value;
  switch (outcome.state) {
    case 'pending':
      return comeBack(deps, { ...refund, unsent: false });
    case 'declined':
      return refuse(deps, refund, charge, behalf, failureReasonOf(outcome.declineCode));
    case 'reversed':
      return refuse(deps, refund, charge, behalf, 'unknown');
    case 'approved':
      if (await post(deps, behalf, refund, charge)) return succeed(deps, behalf, refund);
      return comeBack(deps, { ...refund, unsent: false });
    case 'returned': {
      // Whether an earlier run has posted the refund is not known, so both ways are posted, each once.
      const posted =
        (await post(deps, behalf, refund, charge)) && (await unpost(deps, behalf, refund, charge));
      if (!posted) return comeBack(deps, { ...refund, unsent: false });
      return fail(deps, behalf, refund, 'bounce', failureReasonOf(outcome.declineCode));
    }
  }
}

/** Refusals of acquiring that end a refund: the card is no longer in the vault. */
const REFUSALS: Readonly<Record<string, RefundFailureReason>> = {
  not_authorised: 'expired_or_canceled_card',
};

/** Why a refund did not reach the card, in the words of the wire. */
export function failureReasonOf(declineCode: DeclineCode): RefundFailureReason {
  switch (declineCode) {
    case 'expired_card':
    case 'invalid_account':
    case 'incorrect_number':
      return 'expired_or_canceled_card';
    case 'lost_card':
    case 'stolen_card':
      return 'lost_or_stolen_card';
    case 'insufficient_funds':
      return 'insufficient_funds';
    // Nobody has decided: the issuer or the way to it was not there, or a system has failed.
    case 'issuer_not_available':
    case 'processing_error':
      return 'unknown';
    default:
      return 'declined';
  }
}

/** Nothing was given back: what was held for it of a wallet is let go of first. */
async function refuse(
  deps: PaymentsDeps,
  refund: RefundRecord,
  charge: ChargeRecord,
  behalf: Behalf,
  reason: RefundFailureReason,
): Promise<RefundRecord> {
  const isFree = await letGoForRefund(deps, behalf, refund, charge);
  return isFree ? fail(deps, behalf, refund, 'fail', reason) : comeBack(deps, { ...refund, unsent: false });
}

/** Lets go of what was held of a wallet for a refund; false where it is not known whether that is done. */
function letGoForRefund(
  deps: PaymentsDeps,
  behalf: Behalf,
  refund: RefundRecord,
  charge: ChargeRecord,
): Promise<boolean> {
  const posting = refundHoldPosting(charge, refund, true);
  return postToLedger(deps, behalf, `${refund.commandId}.let-go`, posting);
}

function post(
  deps: PaymentsDeps,
  behalf: Behalf,
  refund: RefundRecord,
  charge: ChargeRecord,
): Promise<boolean> {
  return postToLedger(deps, behalf, `${refund.commandId}.refund`, refundPosting(charge, refund));
}

function unpost(
  deps: PaymentsDeps,
  behalf: Behalf,
  refund: RefundRecord,
  charge: ChargeRecord,
): Promise<boolean> {
  return postToLedger(deps, behalf, `${refund.commandId}.return`, returnedRefundPosting(charge, refund));
}

/** The money of a refund that came back goes to the merchants again, commissions and all. */
async function takeBack(
  deps: PaymentsDeps,
  refund: RefundRecord,
  charge: ChargeRecord,
  behalf: Behalf,
): Promise<RefundRecord> {
  if (!(await unpost(deps, behalf, refund, charge))) return comeBack(deps, refund);
  assert(refund.failureReason !== null, 'what comes back has a reason');
  return fail(deps, behalf, refund, 'unwind', refund.failureReason);
}

async function succeed(deps: PaymentsDeps, behalf: Behalf, from: RefundRecord): Promise<RefundRecord> {
  const gone = refundMove(from, 'refund');
  const stepped = stepRefund(from, 'succeed', { failureReason: null, nextAttemptAt: null });
  const refund = { ...stepped, balanceTransaction: balanceTransactionId(gone) };
  const sentBack = (charge: ChargeRecord): ChargeRecord => ({
    ...charge,
    amountSentBack: charge.amountSentBack + reservedBy(from),
  });
  return settle(deps, behalf, refund, sentBack, (charge) => [
    refundEvent('refund.updated', refund, from),
    chargeEvent('charge.refunded', charge, withoutRefund(charge, refund)),
    balanceEvent(refund.paymentIntent, gone),
  ]);
}

/** The money stayed where it is, or is there again, so what the refund had reserved is given back. */
async function fail(
  deps: PaymentsDeps,
  behalf: Behalf,
  from: RefundRecord,
  step: 'fail' | 'bounce' | 'unwind',
  failureReason: RefundFailureReason,
): Promise<RefundRecord> {
  // What came back before we knew that it had gone went both ways in the ledger.
  const gone = step === 'bounce' ? [refundMove(from, 'refund')] : [];
  const back = step === 'fail' ? [] : [refundMove(from, 'refund_failure')];
  const refund: RefundRecord = {
    ...stepRefund(from, step, { failureReason, nextAttemptAt: null }),
    balanceTransaction: gone.map(balanceTransactionId)[0] ?? from.balanceTransaction,
    failureBalanceTransaction: back.map(balanceTransactionId)[0] ?? null,
  };
  const freed = (charge: ChargeRecord): ChargeRecord => withoutRefund(charge, from);
  return settle(deps, behalf, refund, freed, (charge, locked) => [
    refundEvent('refund.failed', refund, from),
    chargeEvent('charge.updated', charge, locked),
    ...[...gone, ...back].map((move) => balanceEvent(refund.paymentIntent, move)),
  ]);
}

async function settle(
  deps: PaymentsDeps,
  behalf: Behalf,
  refund: RefundRecord,
  effect: (charge: ChargeRecord) => ChargeRecord,
  eventsOf: (charge: ChargeRecord, before: ChargeRecord) => ReturnType<typeof refundEvent>[],
): Promise<RefundRecord> {
  const now = deps.clock.now();
  const stored = await deps.db.transaction(async (tx) => {
    const locked = await lockChargeRecord(tx, refund.tenant, refund.charge);
    assert(locked, 'a refund has its charge');
    if (!(await changeRefund(tx, refund))) return false;
    const charge = effect(locked);
    await storeRefunded(tx, charge);
    // What the acquirer never paid is still not given back: people have to say again what becomes of it.
    if (refund.status === 'failed' && !refund.atAcquirer) await relistRefusedAdvice(tx, refund.commandId);
    for (const event of eventsOf(charge, locked)) {
      await storeEvent(tx, refund.tenant, now, event, behalf.request);
    }
    return true;
  });
  return stored ? refund : current(deps, refund);
}

/**
 * A charge without what a refund had reserved of it, and had sent back where it had succeeded.
 *
 * @param refund as it was before it ended
 */
export function withoutRefund(charge: ChargeRecord, refund: RefundRecord): ChargeRecord {
  const reserved = reservedBy(refund);
  return {
    ...charge,
    amountRefunded: charge.amountRefunded - reserved,
    refundedParts: addParts(addParts(charge.refundedParts, refund.parts, -1n), refund.beyond),
    amountSentBack: charge.amountSentBack - (refund.status === 'succeeded' ? reserved : 0n),
  };
}

/** What of a refund its charge had room for. */
function reservedBy({ amount, beyond }: RefundRecord): bigint {
  return beyond.reduce((left, part) => left - part, amount);
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

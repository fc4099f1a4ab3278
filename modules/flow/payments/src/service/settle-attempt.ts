import { DECLINE_CODES } from '@tpmall/acquiring/contract';
import { ok, type Result } from '@tpmall/kernel';
import type { PaymentError } from '../contract/index.ts';
import { saveChanges } from '../store/save-payments.ts';
import { adviseCapture } from './advise-acquirer.ts';
import { agreeTerms } from './agree-terms.ts';
import type { Asked, Attempt, Work } from './authorise-payment.ts';
import { balanceEvent, balanceTransactionId, captureMove } from './balance-moves.ts';
import type { Behalf } from './calls.ts';
import { captureBefore } from './capture-before.ts';
import { change, chargeEvent, intentEvent, step } from './changes.ts';
import { type Decline, type DeclinedCode, declinedResult } from './declines.ts';
import { nextAttempt, type PaymentsDeps } from './deps.ts';
import { tryPosting } from './post-to-ledger.ts';
import { holdPosting, salePosting } from './postings.ts';
import type { ChargeRecord, IntentRecord, Payment } from './records.ts';
import { shareOut } from './split.ts';
import { balanceTooSmall } from './wallet-source.ts';

/** What a confirmation answers. */
export type Confirmed = Result<IntentRecord, DeclinedCode>;

/**
 * Writes down what an attempt has come to, with the ledger first: money that is held or taken stands in the
 * ledger before anybody is told. Whoever has lost the payment to another run in the meantime stores nothing.
 */
export async function settleAttempt(deps: PaymentsDeps, work: Work, attempt: Attempt): Promise<Confirmed> {
  switch (attempt.kind) {
    case 'declined':
      return decline(deps, work, attempt.decline, attempt.decision);
    case 'challenge':
      return challenge(deps, work, attempt);
    case 'pending':
      return comeBack(deps, work);
    case 'approved':
      return work.intent.captureMethod === 'manual' ? hold(deps, work, attempt) : sell(deps, work, attempt);
  }
}

/**
 * The answer to a confirmation, from what is stored: at once, when it is repeated, or after another run
 * settled it.
 */
export function confirmedAnswer({ intent, charge }: Payment): Confirmed {
  if (charge?.status !== 'failed' || charge.failureCode === null) return ok(intent);
  return declinedResult(intent, {
    code: charge.failureCode,
    message: charge.failureMessage ?? '',
    declineCode: declineCodeOf(charge.outcome.reason),
    charge: charge.id,
    missingAmount: charge.outcome.missingAmount ?? null,
  });
}

const KNOWN: readonly string[] = [...DECLINE_CODES, 'blocked', 'highest_risk_level'];

function declineCodeOf(reason: string | null): PaymentError['declineCode'] {
  return reason !== null && KNOWN.includes(reason) ? (reason as PaymentError['declineCode']) : null;
}

async function store(
  deps: PaymentsDeps,
  work: Work,
  intent: IntentRecord,
  charge: ChargeRecord,
  events: Parameters<typeof change>[3],
): Promise<Confirmed> {
  const stored = await deps.store.save(change(deps.clock.now(), intent, [charge], events, work.behalf));
  if (stored) return confirmedAnswer({ intent, charge });
  return current(deps, work);
}

async function current(deps: PaymentsDeps, work: Work): Promise<Confirmed> {
  const payment = await deps.findPayment(work.intent.tenant, work.intent.id);
  return payment ? confirmedAnswer(payment) : ok(work.intent);
}

function asked(charge: ChargeRecord, { decision, threeDSecure, authenticationId }: Asked) {
  return {
    authenticationId,
    outcome: {
      ...charge.outcome,
      threeDSecure,
      riskScore: decision.score,
      riskAction: decision.action,
    },
  };
}

function decline(
  deps: PaymentsDeps,
  work: Work,
  reason: Decline,
  decision: Asked['decision'] | null,
): Promise<Confirmed> {
  const charge: ChargeRecord = {
    ...work.charge,
    status: 'failed',
    failureCode: reason.code,
    failureMessage: reason.message,
    outcome: {
      ...work.charge.outcome,
      ...reason.outcome,
      reason: reason.declineCode ?? reason.outcome.reason,
      ...(decision && { riskScore: decision.score, riskAction: decision.action }),
    },
  };
  const intent = step(work.intent, 'decline', {
    paymentMethod: null,
    riskDecision: decision?.id ?? null,
    lastError: {
      code: reason.code,
      declineCode: reason.declineCode,
      message: reason.message,
      charge: charge.id,
      paymentMethod: charge.paymentMethod,
    },
  });
  const events = [chargeEvent('charge.failed', charge), intentEvent('payment_intent.payment_failed', intent)];
  return store(deps, work, intent, charge, events);
}

/** The wallet has less than the amount: nothing was moved. */
async function declineShort(
  deps: PaymentsDeps,
  work: Work,
  { decision }: Extract<Attempt, { kind: 'approved' }>,
): Promise<Confirmed> {
  return decline(deps, work, await balanceTooSmall(deps, work.behalf, work.charge), decision);
}

function challenge(
  deps: PaymentsDeps,
  work: Work,
  attempt: Extract<Attempt, { kind: 'challenge' }>,
): Promise<Confirmed> {
  const { challengeUrl } = attempt.authentication;
  if (challengeUrl === null) throw new Error(`challenge ${attempt.authentication.id} has no page`);
  const charge: ChargeRecord = { ...work.charge, ...asked(work.charge, attempt) };
  const returnUrl = work.intent.returnUrl ?? deps.config.fallbackReturnUrl;
  const intent = step(work.intent, 'challenge', {
    riskDecision: attempt.decision.id,
    nextAction: { type: 'redirect_to_url', url: challengeUrl, returnUrl },
  });
  return store(deps, work, intent, charge, [intentEvent('payment_intent.requires_action', intent)]);
}

async function hold(
  deps: PaymentsDeps,
  work: Work,
  attempt: Extract<Attempt, { kind: 'approved' }>,
): Promise<Confirmed> {
  const { commandId, commandAt, amount } = work.charge;
  const captureTerms = agreeTerms(work.intent.captureRequests, attempt.approval.terms, amount);
  const held = { commandId, commandAt, amount };
  const charge: ChargeRecord = {
    ...approved(work.charge, attempt),
    // What its issuer has refused meanwhile ends at once.
    captureBefore: attempt.approval.refused
      ? deps.clock.now()
      : captureBefore(deps, work.charge.card?.brand ?? null, commandAt),
    captureTerms,
    holds: [held],
  };
  const posted = await tryPosting(deps, work.behalf, `${commandId}.hold`, holdPosting(charge, held));
  if (posted === 'short') return declineShort(deps, work, attempt);
  if (posted === 'unknown') return comeBack(deps, work);
  const intent = step(work.intent, 'hold', {
    amountCapturable: amount,
    maximumCapturable: captureTerms.maximumCapturable,
    multicapture: captureTerms.multicapture,
    riskDecision: attempt.decision.id,
  });
  const events = [
    chargeEvent('charge.succeeded', charge),
    intentEvent('payment_intent.amount_capturable_updated', intent),
  ];
  return store(deps, work, intent, charge, events);
}

async function sell(
  deps: PaymentsDeps,
  work: Work,
  attempt: Extract<Attempt, { kind: 'approved' }>,
): Promise<Confirmed> {
  const { amount } = work.charge;
  const { shares, rest } = shareOut(amount, amount, work.charge.split);
  const { commandId, commandAt } = work.charge;
  const move = captureMove(work.charge, 'sale', { id: commandId, at: commandAt, amount }, shares);
  const charge: ChargeRecord = {
    ...approved(work.charge, attempt),
    // One message authorised and captured all of it.
    captureTerms: { multicapture: false, incrementalAuthorisation: false, maximumCapturable: amount },
    amountCaptured: amount,
    captured: true,
    shares,
    balanceTransaction: balanceTransactionId(move),
  };
  const [advised, posted] = await Promise.all([
    adviseCapture(deps, work.behalf, charge, charge.commandId, { amount, final: true }),
    tryPosting(deps, work.behalf, `${charge.commandId}.sale`, salePosting(charge, shares, rest)),
  ]);
  if (posted === 'short') return declineShort(deps, work, attempt);
  if (!advised || posted === 'unknown') return comeBack(deps, work);
  const intent = step(work.intent, 'sell', {
    amountReceived: amount,
    riskDecision: attempt.decision.id,
  });
  const events = [
    chargeEvent('charge.succeeded', charge),
    intentEvent('payment_intent.succeeded', intent),
    balanceEvent(intent.id, move),
  ];
  return store(deps, work, intent, charge, events);
}

function approved(charge: ChargeRecord, attempt: Extract<Attempt, { kind: 'approved' }>): ChargeRecord {
  const { approval } = attempt;
  const { outcome, authenticationId } = asked(charge, attempt);
  return {
    ...charge,
    status: 'succeeded',
    authorisationId: approval.authorisationId,
    authenticationId,
    outcome: {
      ...outcome,
      ...(approval.standIn
        ? { networkStatus: 'not_sent_to_network' as const, reason: 'stand_in' }
        : { networkStatus: 'approved_by_network' as const }),
      networkCode: approval.networkCode,
      approvalCode: approval.approvalCode,
    },
  };
}

/**
 * Leaves the payment in work and says when somebody comes back: a job in the same transaction for the sake of
 * speed, and the sweep over due rows, which needs no job.
 */
async function comeBack(deps: PaymentsDeps, work: Work): Promise<Confirmed> {
  const payment = await postpone(deps, work.intent, work.behalf, work.first);
  return payment ? ok(payment) : current(deps, work);
}

/** Puts a payment in work off until its next attempt. Undefined: somebody else has it by now. */
export async function postpone(
  deps: PaymentsDeps,
  from: IntentRecord,
  behalf: Behalf,
  tell: boolean,
): Promise<IntentRecord | undefined> {
  const now = deps.clock.now();
  const due = nextAttempt(deps, now, from.attempts);
  const intent: IntentRecord = {
    ...from,
    version: from.version + 1,
    nextAttemptAt: due,
    unknownSince: from.unknownSince ?? now,
  };
  const events = tell ? [intentEvent('payment_intent.processing', intent)] : [];
  const stored = await deps.db.transaction(async (tx) => {
    const [saved] = await saveChanges(tx, [change(now, intent, [], events, behalf)]);
    if (saved) {
      await deps.jobs.enqueue(
        tx,
        'resolve-payment',
        { id: intent.id },
        { runAt: due, key: `resolve ${intent.id}` },
      );
    }
    return saved;
  });
  return stored ? intent : undefined;
}

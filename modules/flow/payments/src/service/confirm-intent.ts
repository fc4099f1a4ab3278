import { assert, err, hash128, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { RiskSubject } from '@tpmall/risk/contract';
import type { Card } from '@tpmall/vault/contract';
import type { SetupUsage } from '../contract/index.ts';
import { findChargeByCommand } from '../store/find-payments.ts';
import type { Claim } from '../store/save-payments.ts';
import { changeRequests } from './agree-terms.ts';
import { attemptAuthorisation, type Work } from './authorise-payment.ts';
import { type Behalf, callContext, readContext } from './calls.ts';
import { change, step } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import { DESCRIPTOR_MAX } from './compose-descriptor.ts';
import type { DeclinedCode } from './declines.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { findCard, findParties, findUsableCard, type Unreached } from './look-up.ts';
import type { ChargeRecord, IntentRecord, Payment } from './records.ts';
import { saveCardOf } from './save-card.ts';
import { type Confirmed, confirmedAnswer, settleAttempt } from './settle-attempt.ts';
import { mayTake, stateOf } from './states.ts';

/** What one confirmation tells. */
export interface Confirmation {
  readonly paymentMethod?: string | undefined;
  readonly returnUrl?: string | undefined;
  readonly offSession?: boolean | undefined;
  readonly requestThreeDSecure?: 'automatic' | 'any' | undefined;
  readonly captureRequests?: Parameters<typeof changeRequests>[1];
  readonly setupFutureUsage?: SetupUsage | null | undefined;
  readonly ip?: string | undefined;
}

/** What a confirmation can be refused with. */
export type ConfirmCode =
  | DeclinedCode
  | 'not_found'
  | 'payment_intent_unexpected_state'
  | 'payment_method_not_found'
  | 'payment_method_not_usable'
  | 'payment_method_missing'
  | 'idempotency_mismatch'
  | Unreached;

/** How often a confirmation looks again when the payment moved on under it; then it gives up. */
const TRIES_MAX = 5;

/**
 * Tries to pay. One read, one commit that opens the charge beside risk's decision, the acquirer, the ledger,
 * one commit with the outcome.
 */
export async function confirmIntent(
  deps: PaymentsDeps,
  context: CallContext,
  id: string,
  confirmation: Confirmation,
): Promise<Result<IntentRecord, ConfirmCode>> {
  // The shopper's address may change between two tries of one request.
  const { ip: _ip, ...request } = confirmation;
  const claim = claimFor(context, 'confirm', { id, ...request }, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const payment = await deps.findPayment(context.tenant, id);
    if (!payment) return err('not_found', `there is no payment intent ${id}`, { field: 'id' });
    if (!mayTake('confirm', stateOf(payment.intent))) return refuseOrRepeat(deps, claim, payment);
    const answer = waitsForChallenge(payment, confirmation)
      ? await resumeChallenge(deps, context, payment, claim)
      : await start(deps, context, payment, confirmation, claim);
    if (answer) {
      // Now rather than with the event, so that whoever asks next finds the card saved.
      if (answer.ok) await saveCardOf(deps, context, answer.value);
      return answer;
    }
    // Nothing was stored: the command was seen before, or somebody else has moved the payment on.
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    if (accepted.value) return repeat(deps, accepted.value.id, payment);
  }
  return err('unavailable', `payment intent ${id} changes too fast; try again`);
}

async function refuseOrRepeat(
  deps: PaymentsDeps,
  claim: Claim,
  payment: Payment,
): Promise<Result<IntentRecord, ConfirmCode>> {
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  if (accepted.value) return repeat(deps, accepted.value.id, payment);
  const { status, id } = payment.intent;
  return err('payment_intent_unexpected_state', `payment intent ${id} cannot be confirmed: it is ${status}`, {
    detail: { paymentIntent: id, status },
  });
}

/**
 * The answer to a command that was accepted before, from what is stored: the same refusal, or the intent as
 * it is.
 */
async function repeat(deps: PaymentsDeps, commandId: string, found: Payment): Promise<Confirmed> {
  const { tenant, id } = found.intent;
  const payment = (await deps.findPayment(tenant, id)) ?? found;
  const charge = await findChargeByCommand(deps.db, commandId);
  return confirmedAnswer(charge ? { ...payment, charge } : payment);
}

function waitsForChallenge({ intent, charge }: Payment, confirmation: Confirmation): boolean {
  if (intent.status !== 'requires_action' || !charge?.authenticationId) return false;
  return confirmation.paymentMethod === undefined || confirmation.paymentMethod === charge.paymentMethod;
}

/**
 * The shopper may be back before the event that says so: asks for the challenge's state, and goes on if it is
 * over.
 */
async function resumeChallenge(
  deps: PaymentsDeps,
  context: CallContext,
  { intent, charge }: Payment,
  claim: Claim,
): Promise<Result<IntentRecord, ConfirmCode> | undefined> {
  assert(charge?.authenticationId, 'a payment that waits for a challenge has one');
  const answer = await deps.ports.acquiring.authentication(readContext(context), {
    id: charge.authenticationId,
  });
  if (!answer.ok && answer.error.code !== 'not_found') {
    return err('unavailable', `the challenge’s state is not known now: ${answer.error.message}`);
  }
  if (answer.ok && answer.value.state === 'challenge') return ok(intent);
  const now = deps.clock.now();
  const resumed = step(intent, 'resume', {
    operationId: charge.commandId,
    operationAt: charge.commandAt,
    nextAttemptAt: leaseFrom(deps, now),
  });
  if (!(await deps.store.save(change(now, resumed, [], [], claim)))) return undefined;
  // Whoever stores this resumption is the first to go on after the challenge: nothing has been sent since.
  return runCharge(deps, resumed, charge, context, true);
}

async function start(
  deps: PaymentsDeps,
  context: CallContext,
  payment: Payment,
  confirmation: Confirmation,
  claim: Claim,
): Promise<Result<IntentRecord, ConfirmCode> | undefined> {
  const paymentMethod = confirmation.paymentMethod ?? payment.intent.paymentMethod;
  if (paymentMethod === null) {
    return err('payment_method_missing', 'the payment intent has no payment method to confirm it with', {
      field: 'paymentMethod',
      detail: { paymentIntent: payment.intent.id },
    });
  }
  const [card, parties] = await Promise.all([
    findUsableCard(deps, readContext(context), paymentMethod, payment.intent.customer),
    findParties(deps, readContext(context), [context.tenant]),
  ]);
  if (!card.ok) return card;
  if (!parties.ok) return parties;
  const now = claim.at;
  const charge = openCharge(deps, payment.intent, card.value, claim);
  const intent = step(payment.intent, 'confirm', {
    paymentMethod,
    latestCharge: charge.id,
    attempt: payment.intent.attempt + 1,
    returnUrl: confirmation.returnUrl ?? payment.intent.returnUrl,
    offSession: confirmation.offSession ?? false,
    requestThreeDSecure: confirmation.requestThreeDSecure ?? payment.intent.requestThreeDSecure,
    captureRequests: changeRequests(payment.intent.captureRequests, confirmation.captureRequests),
    setupFutureUsage:
      confirmation.setupFutureUsage === undefined
        ? payment.intent.setupFutureUsage
        : confirmation.setupFutureUsage,
    ip: confirmation.ip ?? null,
    lastError: null,
    operationId: claim.id,
    operationAt: claim.at,
    nextAttemptAt: leaseFrom(deps, deps.clock.now()),
  });
  const subject = riskSubject(intent, charge, card.value);
  const behalf: Behalf = context;
  const charges = payment.charge?.status === 'pending' ? [abandoned(payment.charge), charge] : [charge];
  // Risk decides while the charge is being opened: its decision alone moves nothing, so neither has to wait.
  const [stored, assessed] = await Promise.all([
    deps.store.save(change(now, intent, charges, [], claim)),
    assess(deps, behalf, subject, intent),
  ]);
  if (!stored) return undefined;
  const descriptor = descriptorOf(charge, parties.value.get(context.tenant)?.statementDescriptor);
  const facts = cardFacts(card.value);
  const work: Work = { intent, charge, behalf, subject, descriptor, card: facts, first: true };
  return settleAttempt(deps, work, await attemptAuthorisation(deps, work, assessed));
}

/** Works on an open charge again: after a challenge, a crash, or an answer that was lost. */
export async function runCharge(
  deps: PaymentsDeps,
  intent: IntentRecord,
  charge: ChargeRecord,
  behalf: Behalf,
  first: boolean,
): Promise<Confirmed> {
  const context = callContext(deps, behalf, `${charge.commandId}.look-up`);
  const parties = await findParties(deps, context, [intent.tenant]);
  const party = parties.ok ? parties.value.get(intent.tenant) : undefined;
  const card = await findCard(deps, context, charge.paymentMethod);
  const known = card.ok ? card.value : { ...charge.card, bin: '' };
  const subject = riskSubject(intent, charge, known);
  const descriptor = descriptorOf(charge, party?.statementDescriptor);
  const work: Work = { intent, charge, behalf, subject, descriptor, card: cardFacts(known), first };
  const assessed = await assess(deps, behalf, subject, intent);
  return settleAttempt(deps, work, await attemptAuthorisation(deps, work, assessed));
}

/**
 * One decision for each attempt at one card: tries of the same confirmation share it, and velocities count it
 * once.
 */
function assess(deps: PaymentsDeps, behalf: Behalf, subject: RiskSubject, intent: IntentRecord) {
  const key = hash128(intent.id, String(intent.attempt), subject.cardFingerprint).toString(36);
  return deps.ports.risk.assess(callContext(deps, behalf, `${intent.id}.${intent.attempt}.${key}`), subject);
}

function riskSubject(
  intent: IntentRecord,
  charge: ChargeRecord,
  card: Pick<Card, 'fingerprint' | 'country' | 'bin'>,
): RiskSubject {
  return {
    payment: intent.id,
    amount: charge.amount,
    currency: charge.currency,
    cardFingerprint: card.fingerprint,
    cardCountry: card.country,
    cardBin: card.bin,
    ...(intent.customer !== null && { customer: intent.customer }),
    ...(intent.receiptEmail !== null && { email: intent.receiptEmail }),
    ...(intent.ip !== null && { ip: intent.ip }),
    merchants: intent.split.map((leg) => leg.destination),
    offSession: intent.offSession,
  };
}

function cardFacts({ brand, bin, country, funding }: Work['card']): Work['card'] {
  return { brand, bin, country, funding };
}

function descriptorOf(charge: ChargeRecord, platform: string | undefined): string {
  return (charge.statementDescriptor ?? platform ?? charge.tenant).slice(0, DESCRIPTOR_MAX);
}

function openCharge(deps: PaymentsDeps, intent: IntentRecord, card: Card, claim: Claim): ChargeRecord {
  return {
    id: deps.ids.next('ch'),
    tenant: intent.tenant,
    paymentIntent: intent.id,
    status: 'pending',
    amount: intent.amount,
    amountCaptured: 0n,
    amountRefunded: 0n,
    currency: intent.currency,
    captured: false,
    captureTerms: null,
    receiptEmail: intent.receiptEmail,
    shipping: intent.shipping,
    customer: intent.customer,
    paymentMethod: card.id,
    card: {
      brand: card.brand,
      last4: card.last4,
      expMonth: card.expMonth,
      expYear: card.expYear,
      country: card.country,
      funding: card.funding,
      fingerprint: card.fingerprint,
    },
    statementDescriptor: intent.statementDescriptor,
    description: intent.description,
    transferGroup: intent.transferGroup,
    split: intent.split,
    failureCode: null,
    failureMessage: null,
    outcome: {
      networkStatus: 'unknown',
      reason: null,
      networkCode: null,
      approvalCode: null,
      threeDSecure: null,
      riskScore: 0,
      riskAction: 'none',
    },
    metadata: intent.metadata,
    createdAt: claim.at,
    commandId: claim.id,
    commandAt: claim.at,
    authorisationId: null,
    authenticationId: null,
    holds: [],
    shares: [],
    balanceTransaction: null,
    refundedParts: [],
  };
}

/** A charge whose challenge nobody waits for any more. */
export function abandoned(charge: ChargeRecord): ChargeRecord {
  return {
    ...charge,
    status: 'failed',
    failureCode: 'payment_intent_authentication_failure',
    failureMessage: 'The authentication was not completed. Nothing was charged.',
    outcome: { ...charge.outcome, networkStatus: 'not_sent_to_network', reason: 'authentication_abandoned' },
  };
}

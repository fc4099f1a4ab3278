import { assert, err, hash128, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import type { CallContext, OutgoingContext } from '@tpmall/platform/contract';
import type { RiskSubject } from '@tpmall/risk/contract';
import type { Card } from '@tpmall/vault/contract';
import { isWallet, type PayingWallet, type SetupUsage, type Shipping } from '../contract/index.ts';
import { findChargeByCommand } from '../store/find-payments.ts';
import { changeRequests } from './agree-terms.ts';
import { attemptAuthorisation, type Work } from './authorise-payment.ts';
import { type Behalf, callContext, readContext } from './calls.ts';
import { change, type Patch, step } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import { DESCRIPTOR_MAX } from './compose-descriptor.ts';
import type { DeclinedCode } from './declines.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { findCard, findParties, findUsableCard, type Unreached } from './look-up.ts';
import { acceptanceOf, type SaidAcceptance } from './mandate-acceptance.ts';
import { abandoned, openCharge, type Source } from './open-charge.ts';
import type { ChargeRecord, IntentRecord, Payment } from './records.ts';
import { saveCardOf } from './save-card.ts';
import { type Confirmed, confirmedAnswer, settleAttempt } from './settle-attempt.ts';
import { mayTake, stateOf } from './states.ts';
import { walletAsCard } from './wallet-source.ts';

/** What whoever confirms takes the intent for. */
interface Expected {
  readonly amount: bigint;
  readonly currency: string;
}

/** What one confirmation tells. */
export interface Confirmation {
  readonly paymentMethod?: string | undefined;
  /** Pays instead of a payment method, if the intent is still of this amount and currency. */
  readonly wallet?: (PayingWallet & Expected) | undefined;
  readonly returnUrl?: string | undefined;
  readonly offSession?: boolean | undefined;
  readonly declineOnAction?: boolean | undefined;
  readonly requestThreeDSecure?: 'automatic' | 'any' | undefined;
  readonly captureRequests?: Parameters<typeof changeRequests>[1];
  readonly setupFutureUsage?: SetupUsage | null | undefined;
  readonly captureMethod?: IntentRecord['captureMethod'] | undefined;
  readonly receiptEmail?: string | null | undefined;
  readonly shipping?: Shipping | null | undefined;
  readonly mandateAcceptance?: SaidAcceptance | undefined;
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

/** What only a wallet is refused with. */
type WalletCode = 'payment_intent_changed' | 'payment_intent_not_payable';

/** What only a card is refused with. */
type CardCode =
  | 'payment_method_not_found'
  | 'payment_method_not_usable'
  | 'payment_method_missing'
  | 'amount_too_large'
  | 'authentication_required';

/** How often a confirmation looks again when the payment moved on under it; then it gives up. */
const TRIES_MAX = 5;

/** Tries to pay with a card; see {@link confirm}. */
export async function confirmIntent(
  deps: PaymentsDeps,
  context: CallContext,
  id: string,
  confirmation: Omit<Confirmation, 'wallet'>,
): Promise<Result<IntentRecord, ConfirmCode>> {
  const confirmed = await confirm(deps, context, id, confirmation);
  if (confirmed.ok) return confirmed;
  const { code, message, ...extra } = confirmed.error;
  if (code === 'payment_intent_changed' || code === 'payment_intent_not_payable') {
    throw new Error(`a card is refused as a wallet: ${message}`);
  }
  return err(code, message, extra);
}

/** Tries to pay with a wallet; see {@link confirm}. */
export async function payFromWallet(
  deps: PaymentsDeps,
  context: CallContext,
  id: string,
  confirmation: Pick<Confirmation, 'wallet' | 'ip'>,
): Promise<Result<IntentRecord, Exclude<ConfirmCode, CardCode> | WalletCode>> {
  const confirmed = await confirm(deps, context, id, confirmation);
  if (confirmed.ok) return confirmed;
  const { code, message, ...extra } = confirmed.error;
  switch (code) {
    case 'payment_method_not_found':
    case 'payment_method_not_usable':
    case 'payment_method_missing':
    case 'amount_too_large':
    case 'authentication_required':
      throw new Error(`a wallet is refused as a card: ${message}`);
    default:
      return err(code, message, extra);
  }
}

/**
 * Tries to pay. One read, one commit that opens the charge beside risk's decision, the acquirer, the ledger,
 * one commit with the outcome.
 */
async function confirm(
  deps: PaymentsDeps,
  context: CallContext,
  id: string,
  confirmation: Confirmation,
): Promise<Result<IntentRecord, ConfirmCode | WalletCode>> {
  // The shopper's address may change between two tries of one request.
  const { ip: _ip, ...request } = confirmation;
  const claim = claimFor(context, 'confirm', { id, ...request }, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const payment = await deps.findPayment(context.tenant, id);
    if (!payment) return err('not_found', `No such payment_intent: '${id}'`, { field: 'id' });
    if (!mayTake('confirm', stateOf(payment.intent))) return refuseOrRepeat(deps, claim, payment);
    const answer = waitsForChallenge(payment, confirmation)
      ? await resumeChallenge(deps, context, payment, confirmation, claim)
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

/** What a charge keeps as it was opened: where the intent has another by now, the charge is not of it. */
const KEPT = ['amount', 'currency', 'customer', 'statementDescriptor'] as const;

/** Whether a charge of the same card and amount is under way, that its shopper authenticates or has. */
function waitsForChallenge({ intent, charge }: Payment, confirmation: Confirmation): boolean {
  const { wallet, paymentMethod = intent.paymentMethod } = confirmation;
  if (charge?.status !== 'pending' || charge.authenticationId === null || wallet) return false;
  if (KEPT.some((name) => intent[name] !== charge[name])) return false;
  return mayTake('resume', stateOf(intent)) && paymentMethod === charge.paymentMethod;
}

/**
 * The shopper may be back before the event that says so: asks for the challenge's state, and goes on if it is
 * over, with what is shared out and confirmed by now.
 */
async function resumeChallenge(
  deps: PaymentsDeps,
  context: CallContext,
  { intent, charge: opened }: Payment,
  confirmation: Confirmation,
  claim: Claim,
): Promise<Result<IntentRecord, ConfirmCode> | undefined> {
  assert(opened?.authenticationId, 'a payment that waits for a challenge has one');
  const answer = await deps.ports.acquiring.authentication(readContext(context), {
    id: opened.authenticationId,
  });
  if (!answer.ok && answer.error.code !== 'not_found') {
    return err('unavailable', `the challenge’s state is not known now: ${answer.error.message}`);
  }
  if (answer.ok && answer.value.state === 'challenge') return ok(intent);
  const now = deps.clock.now();
  const charge = { ...opened, split: intent.split };
  const resumed = step(intent, 'resume', {
    ...said(intent, confirmation, claim),
    offSession: confirmation.offSession ?? intent.offSession,
    declineOnAction: confirmation.declineOnAction ?? intent.declineOnAction,
    operationId: charge.commandId,
    operationAt: charge.commandAt,
    nextAttemptAt: leaseFrom(deps, now),
  });
  if (!(await deps.store.save(change(now, resumed, [charge], [], claim)))) return undefined;
  // Whoever stores this resumption is the first to go on after the challenge: nothing has been sent since.
  return runCharge(deps, resumed, charge, context, true);
}

async function start(
  deps: PaymentsDeps,
  context: CallContext,
  payment: Payment,
  confirmation: Confirmation,
  claim: Claim,
): Promise<Result<IntentRecord, ConfirmCode | WalletCode> | undefined> {
  const [source, parties] = await Promise.all([
    findSource(deps, context, payment.intent, confirmation),
    findParties(deps, readContext(context), [context.tenant]),
  ]);
  if (!source.ok) return source;
  if (!parties.ok) return parties;
  const { card } = source.value;
  const now = claim.at;
  const known = { ...payment.intent, ...said(payment.intent, confirmation, claim) };
  const charge = openCharge(deps, known, source.value, claim);
  const intent = step(known, 'confirm', {
    // A wallet is no payment method that could be tried again.
    paymentMethod: card?.id ?? null,
    latestCharge: charge.id,
    attempt: payment.intent.attempt + 1,
    offSession: confirmation.offSession ?? false,
    declineOnAction: confirmation.declineOnAction ?? false,
    ip: confirmation.ip ?? null,
    lastError: null,
    operationId: claim.id,
    operationAt: claim.at,
    nextAttemptAt: leaseFrom(deps, deps.clock.now()),
  });
  const paying = card ?? walletAsCard(charge.paymentMethod);
  const subject = riskSubject(intent, charge, paying);
  const behalf: Behalf = context;
  const charges = payment.charge?.status === 'pending' ? [abandoned(payment.charge), charge] : [charge];
  // Risk decides while the charge is being opened: its decision alone moves nothing, so neither has to wait.
  const [stored, assessed] = await Promise.all([
    deps.store.save(change(now, intent, charges, [], claim)),
    assess(deps, behalf, subject, intent),
  ]);
  if (!stored) return undefined;
  const descriptor = descriptorOf(charge, parties.value.get(context.tenant)?.statementDescriptor);
  const facts = cardFacts(paying);
  const work: Work = { intent, charge, behalf, subject, descriptor, card: facts, first: true };
  return settleAttempt(deps, work, await attemptAuthorisation(deps, work, assessed));
}

/** What a confirmation says of the intent; what it does not say stays. */
function said(intent: IntentRecord, confirmation: Confirmation, { at }: Claim): Patch {
  const { captureMethod, returnUrl, requestThreeDSecure, mandateAcceptance: agreed, ip } = confirmation;
  const { setupFutureUsage, receiptEmail, shipping } = confirmation;
  return {
    captureMethod: captureMethod ?? intent.captureMethod,
    returnUrl: returnUrl ?? intent.returnUrl,
    requestThreeDSecure: requestThreeDSecure ?? intent.requestThreeDSecure,
    captureRequests: changeRequests(intent.captureRequests, confirmation.captureRequests),
    setupFutureUsage: setupFutureUsage === undefined ? intent.setupFutureUsage : setupFutureUsage,
    receiptEmail: receiptEmail === undefined ? intent.receiptEmail : receiptEmail,
    shipping: shipping === undefined ? intent.shipping : shipping,
    mandateAcceptance: agreed ? acceptanceOf(agreed, { at, ip }) : intent.mandateAcceptance,
  };
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
  const known = await knownCard(deps, context, charge);
  const subject = riskSubject(intent, charge, known);
  const descriptor = descriptorOf(charge, party?.statementDescriptor);
  const work: Work = { intent, charge, behalf, subject, descriptor, card: cardFacts(known), first };
  const assessed = await assess(deps, behalf, subject, intent);
  return settleAttempt(deps, work, await attemptAuthorisation(deps, work, assessed));
}

/**
 * What is known of the card of an open charge, or stands for it; of one that is gone what the charge keeps.
 */
async function knownCard(deps: PaymentsDeps, context: OutgoingContext, charge: ChargeRecord) {
  if (charge.card === null) return walletAsCard(charge.paymentMethod);
  const card = await findCard(deps, context, charge.paymentMethod);
  return card.ok ? card.value : { ...charge.card, bin: '' };
}

/** What is to pay: the wallet that is named, else the payment method that is, else the intent's. */
async function findSource(
  deps: PaymentsDeps,
  context: CallContext,
  intent: IntentRecord,
  { wallet, paymentMethod = intent.paymentMethod ?? undefined }: Confirmation,
): Promise<Result<Source, ConfirmCode | WalletCode>> {
  if (wallet !== undefined) {
    if (wallet.amount !== intent.amount || wallet.currency !== intent.currency) {
      const message = `payment intent ${intent.id} is of another amount or currency by now`;
      return err('payment_intent_changed', message, { field: 'amount' });
    }
    // Money that goes round in wallets would pass the limits of sending.
    if (intent.split.some(({ destination }) => isWallet(destination))) {
      return err('payment_intent_not_payable', 'a wallet is topped up by card, not from a wallet', {
        field: 'id',
      });
    }
    return ok({ card: null, wallet: { id: wallet.id, operation: wallet.operation } });
  }
  if (paymentMethod === undefined) {
    return err('payment_method_missing', 'the payment intent has no payment method to confirm it with', {
      field: 'paymentMethod',
      detail: { paymentIntent: intent.id },
    });
  }
  const card = await findUsableCard(deps, readContext(context), paymentMethod, intent.customer);
  return card.ok ? ok({ card: card.value, wallet: null }) : card;
}

/**
 * One decision for each attempt at one card: tries of the same confirmation share it, and velocities count it
 * once. One that lost to an update of its intent was decided about too, so the key has what it was for.
 */
function assess(deps: PaymentsDeps, behalf: Behalf, subject: RiskSubject, intent: IntentRecord) {
  const { cardFingerprint, amount, currency, customer = '' } = subject;
  const parts = [String(intent.attempt), cardFingerprint, String(amount), currency, customer];
  const key = hash128(intent.id, ...parts).toString(36);
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

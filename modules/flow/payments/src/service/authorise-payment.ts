import type { Authentication } from '@tpmall/acquiring/contract';
import { assert, type Failure } from '@tpmall/kernel';
import type { RiskDecision, RiskSubject } from '@tpmall/risk/contract';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import type { Decline } from './declines.ts';
import {
  authenticationFailed,
  authenticationNeeded,
  issuerDecline,
  notReached,
  refusedByAcquirer,
  reversed,
  riskDecline,
} from './declines.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord, IntentRecord } from './records.ts';
import { type Approval, approvalOfWallet } from './wallet-source.ts';
import { wayBack } from './way-back.ts';

/** How the issuer was asked: what the charge keeps of it. */
export interface Asked {
  readonly decision: RiskDecision;
  readonly threeDSecure: 'authenticated' | 'frictionless' | null;
  readonly authenticationId: string | null;
}

/** What an attempt at the issuer has come to. */
export type Attempt =
  | ({
      readonly kind: 'approved';
      readonly approval: Approval;
    } & Asked)
  | ({ readonly kind: 'challenge'; readonly authentication: Authentication } & Asked)
  | { readonly kind: 'declined'; readonly decline: Decline; readonly decision: RiskDecision | null }
  /** Not known yet, or not to be found out now: somebody comes back. */
  | { readonly kind: 'pending' };

/** What risk has answered. */
export type Assessment = Awaited<ReturnType<PaymentsDeps['ports']['risk']['assess']>>;

/** A charge in work. */
export interface Work {
  readonly intent: IntentRecord;
  readonly charge: ChargeRecord;
  readonly behalf: Behalf;
  readonly subject: RiskSubject;
  readonly descriptor: string;
  /** What the acquirer may know of the card beside its number. */
  readonly card: {
    readonly brand: string;
    readonly bin: string;
    readonly country: string;
    readonly funding: string;
  };
  /**
   * Whether this is the first run since the charge was opened. Then a call that was not executed proves that
   * nothing was sent, and the attempt ends cleanly; a later run cannot know what an earlier one has sent, and
   * only repeats.
   */
  readonly first: boolean;
}

/**
 * Commands to other modules are named after the confirmation, so that a run after a crash repeats and never
 * doubles.
 */
const authoriseCommand = (charge: ChargeRecord, authenticated: boolean): string =>
  `${charge.commandId}.authorise${authenticated ? '.authenticated' : ''}`;

/** The commands that may have asked an issuer for a charge. */
export function authoriseCommands(charge: ChargeRecord): string[] {
  return [authoriseCommand(charge, false), authoriseCommand(charge, true)];
}

/** The confirmation behind an acquiring command. */
export function confirmationOf(acquiringCommandId: string): string {
  return acquiringCommandId.split('.')[0] ?? acquiringCommandId;
}

/**
 * Asks risk, the cardholder and the issuer, in this order, as far as it can get now. Nothing is kept between
 * two runs but what the other modules remember by their commands: a second run goes the same way again and
 * arrives at the same place, or further.
 */
export async function attemptAuthorisation(
  deps: PaymentsDeps,
  work: Work,
  assessed: Assessment,
): Promise<Attempt> {
  const { charge, intent } = work;
  if (!assessed.ok) return undecided(work, assessed.error) ?? bug('risk.assess', assessed.error);
  const decision = assessed.value;
  if (decision.action === 'refuse') {
    const blocked = decision.reasons.some((reason) => reason.code.startsWith('list.block.'));
    return { kind: 'declined', decline: riskDecline(blocked), decision };
  }
  if (charge.wallet !== null) {
    const asked = { decision, threeDSecure: null, authenticationId: null };
    return { kind: 'approved', approval: approvalOfWallet(charge), ...asked };
  }
  if (charge.authenticationId !== null) return afterChallenge(deps, work, decision, charge.authenticationId);
  // There is no queue for people yet: a review is a step-up whose decision keeps the flag.
  const stepUp = decision.action !== 'allow' || intent.requestThreeDSecure === 'any';
  if (stepUp) return withAuthentication(deps, work, decision);
  const attempt = await authorise(deps, work, { decision, threeDSecure: null, authenticationId: null });
  const softDecline =
    attempt.kind === 'declined' &&
    attempt.decline.outcome.networkStatus === 'declined_by_network' &&
    attempt.decline.declineCode === 'authentication_required';
  return softDecline && !intent.offSession ? withAuthentication(deps, work, decision) : attempt;
}

/** Has the cardholder authenticated, and asks the issuer where that needed no challenge. */
async function withAuthentication(deps: PaymentsDeps, work: Work, decision: RiskDecision): Promise<Attempt> {
  const { charge, intent, behalf } = work;
  if (intent.offSession) return { kind: 'declined', decline: authenticationNeeded, decision };
  const answer = await deps.ports.acquiring.authenticate(
    callContext(deps, behalf, `${charge.commandId}.authenticate`),
    {
      paymentMethod: charge.paymentMethod,
      amount: charge.amount,
      currency: charge.currency,
      merchant: charge.tenant,
      returnUrl: wayBack(deps, intent),
    },
  );
  if (!answer.ok) return refusal(work, answer.error, decision, 'acquiring.authenticate');
  return judge(deps, work, decision, answer.value);
}

async function afterChallenge(
  deps: PaymentsDeps,
  work: Work,
  decision: RiskDecision,
  id: string,
): Promise<Attempt> {
  const context = callContext(deps, work.behalf, `${work.charge.commandId}.authentication`);
  const answer = await deps.ports.acquiring.authentication(context, { id });
  if (answer.ok) return judge(deps, work, decision, answer.value);
  if (answer.error.code === 'not_found') return { kind: 'declined', decline: authenticationFailed, decision };
  return undecided(work, answer.error) ?? bug('acquiring.authentication', answer.error);
}

function judge(
  deps: PaymentsDeps,
  work: Work,
  decision: RiskDecision,
  authentication: Authentication,
): Promise<Attempt> | Attempt {
  const authenticationId = authentication.id;
  switch (authentication.state) {
    case 'frictionless':
    case 'authenticated':
      return authorise(deps, work, { decision, threeDSecure: authentication.state, authenticationId });
    case 'challenge':
      if (work.intent.declineOnAction) return { kind: 'declined', decline: authenticationNeeded, decision };
      return { kind: 'challenge', authentication, decision, threeDSecure: null, authenticationId };
    case 'failed':
    case 'unavailable':
      // Who must be authenticated and cannot be does not pay.
      return { kind: 'declined', decline: authenticationFailed, decision };
  }
}

async function authorise(deps: PaymentsDeps, work: Work, asked: Asked): Promise<Attempt> {
  const { charge, behalf } = work;
  const { authenticationId, decision } = asked;
  const context = callContext(deps, behalf, authoriseCommand(charge, authenticationId !== null));
  const answer = await deps.ports.acquiring.authorise(context, {
    paymentMethod: charge.paymentMethod,
    amount: charge.amount,
    currency: charge.currency,
    descriptor: work.descriptor,
    merchant: charge.tenant,
    card: work.card,
    ...(authenticationId === null ? {} : { authenticationId }),
  });
  if (!answer.ok) return refusal(work, answer.error, decision, 'acquiring.authorise');
  const outcome = answer.value;
  switch (outcome.state) {
    case 'approved':
      return { kind: 'approved', approval: outcome, ...asked };
    case 'declined':
      return {
        kind: 'declined',
        decline: issuerDecline(outcome.declineCode, outcome.networkCode),
        decision,
      };
    case 'reversed':
      return { kind: 'declined', decline: reversed, decision };
    case 'pending':
      return { kind: 'pending' };
  }
}

type AcquirerRefusal = 'payment_method_not_found' | 'amount_too_large' | 'authentication_not_valid';
const ACQUIRER_REFUSALS: readonly string[] = [
  'payment_method_not_found',
  'amount_too_large',
  'authentication_not_valid',
] satisfies AcquirerRefusal[];

function refusal(work: Work, error: Failure<string>, decision: RiskDecision, call: string): Attempt {
  if (ACQUIRER_REFUSALS.includes(error.code)) {
    return { kind: 'declined', decline: refusedByAcquirer(error.code), decision };
  }
  return undecided(work, error) ?? bug(call, error);
}

/**
 * `unavailable` on the first run: nothing was sent. Everything else that nobody knows is somebody's to come
 * back to.
 */
function undecided(work: Work, error: Failure<string>): Attempt | undefined {
  if (!isUndecided(error)) return undefined;
  if (error.code === 'unavailable' && work.first) {
    return { kind: 'declined', decline: notReached, decision: null };
  }
  return { kind: 'pending' };
}

function bug(call: string, error: Failure<string>): never {
  assert(false, `${call} answers ${error.code}: ${error.message}`);
}

import type { Authentication } from '@tpmall/acquiring/contract';
import { assert, err, ok, type Result } from '@tpmall/kernel';
import { findSetup, saveSetup } from '../store/setups.ts';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import { DESCRIPTOR_MAX } from './compose-descriptor.ts';
import { type Decline, issuerDecline } from './declines.ts';
import { nextAttempt, type PaymentsDeps } from './deps.ts';
import { findParties } from './look-up.ts';
import { type SetupPatch, type SetupRecord, setupEvent, setupStep } from './setup-records.ts';
import { wayBack } from './way-back.ts';

/** What a confirmation of a setup answers once it has run. */
export type ConfirmedSetup = Result<SetupRecord, 'card_declined' | 'authentication_required'>;

/** What a run has come to. */
type Attempt =
  | { readonly kind: 'good'; readonly authenticationId: string | null }
  | { readonly kind: 'challenge'; readonly authentication: Authentication }
  | { readonly kind: 'failed'; readonly error: SetupFailure };
type SetupFailure = Pick<Decline, 'code' | 'declineCode' | 'message'>;

const notAuthenticated: SetupFailure = {
  code: 'setup_intent_authentication_failure',
  declineCode: null,
  message: 'The card could not be authenticated, so it was not saved; try again or use another one.',
};
const notAnswered: SetupFailure = {
  code: 'processing_error',
  declineCode: 'processing_error',
  message: 'The card could not be verified, so it was not saved; try again in a little while.',
};
const notThere: SetupFailure = {
  code: 'payment_method_not_found',
  declineCode: null,
  message: 'The card is no longer there, so it was not saved; use another one.',
};

/**
 * Has the card of a setup in work verified, authenticated where the issuer or the caller wants it, and saved.
 * Nothing is kept between two runs but what the other modules remember by their commands, so a run after a
 * crash goes the same way again. Verifying moves no money: an answer that does not come is a failure, and
 * only the vault's is waited for, because a card must not be saved behind a failure.
 */
export async function runSetup(
  deps: PaymentsDeps,
  setup: SetupRecord,
  behalf: Behalf,
): Promise<ConfirmedSetup> {
  const attempt = await askIssuer(deps, setup, behalf);
  switch (attempt.kind) {
    case 'failed':
      return fail(deps, setup, behalf, attempt.error);
    case 'challenge':
      return challenge(deps, setup, behalf, attempt.authentication);
    case 'good':
      return save(deps, setup, behalf, attempt.authenticationId);
  }
}

/** The answer to a confirmation, from what is stored. */
export function confirmedSetup(setup: SetupRecord): ConfirmedSetup {
  const { lastError, status, id } = setup;
  if (status !== 'requires_payment_method' || lastError === null) return ok(setup);
  const { code, declineCode, message } = lastError;
  return err(code === 'authentication_required' ? code : 'card_declined', message, {
    detail: { setupIntent: id, code, declineCode },
  });
}

async function askIssuer(deps: PaymentsDeps, setup: SetupRecord, behalf: Behalf): Promise<Attempt> {
  if (setup.authenticationId !== null) {
    const context = callContext(deps, behalf, `${setup.operationId}.authentication`);
    const answer = await deps.ports.acquiring.authentication(context, { id: setup.authenticationId });
    if (answer.ok) return judge(deps, setup, behalf, answer.value);
    return { kind: 'failed', error: isUndecided(answer.error) ? notAnswered : notAuthenticated };
  }
  if (setup.requestThreeDSecure === 'any') return authenticate(deps, setup, behalf);
  const attempt = await verify(deps, setup, behalf, null);
  const wantsProof = attempt.kind === 'failed' && attempt.error.declineCode === 'authentication_required';
  return wantsProof ? authenticate(deps, setup, behalf) : attempt;
}

async function authenticate(deps: PaymentsDeps, setup: SetupRecord, behalf: Behalf): Promise<Attempt> {
  const currency = await currencyOf(deps, setup, behalf);
  if (currency === undefined) return { kind: 'failed', error: notAnswered };
  const answer = await deps.ports.acquiring.authenticate(
    callContext(deps, behalf, `${setup.operationId}.authenticate`),
    {
      paymentMethod: methodOf(setup),
      amount: 0n,
      currency,
      merchant: setup.tenant,
      returnUrl: wayBack(deps, setup),
    },
  );
  if (answer.ok) return judge(deps, setup, behalf, answer.value);
  return { kind: 'failed', error: isUndecided(answer.error) ? notAnswered : notThere };
}

function judge(
  deps: PaymentsDeps,
  setup: SetupRecord,
  behalf: Behalf,
  authentication: Authentication,
): Promise<Attempt> | Attempt {
  switch (authentication.state) {
    case 'frictionless':
    case 'authenticated':
      return verify(deps, setup, behalf, authentication.id);
    case 'challenge':
      return { kind: 'challenge', authentication };
    case 'failed':
    case 'unavailable':
      return { kind: 'failed', error: notAuthenticated };
  }
}

async function verify(
  deps: PaymentsDeps,
  setup: SetupRecord,
  behalf: Behalf,
  authenticationId: string | null,
): Promise<Attempt> {
  const party = await partyOf(deps, setup, behalf);
  if (!party) return { kind: 'failed', error: notAnswered };
  const step = authenticationId === null ? 'verify' : 'verify.authenticated';
  const answer = await deps.ports.acquiring.verify(
    callContext(deps, behalf, `${setup.operationId}.${step}`),
    {
      paymentMethod: methodOf(setup),
      currency: party.defaultCurrency,
      descriptor: (party.statementDescriptor ?? setup.tenant).slice(0, DESCRIPTOR_MAX),
      merchant: setup.tenant,
      ...(authenticationId === null ? {} : { authenticationId }),
    },
  );
  if (!answer.ok) {
    if (isUndecided(answer.error)) return { kind: 'failed', error: notAnswered };
    return {
      kind: 'failed',
      error: answer.error.code === 'payment_method_not_found' ? notThere : notAuthenticated,
    };
  }
  switch (answer.value.state) {
    case 'verified':
    case 'unsupported':
      return { kind: 'good', authenticationId };
    case 'declined': {
      const { code, declineCode, message } = issuerDecline(
        answer.value.declineCode,
        answer.value.networkCode,
      );
      return { kind: 'failed', error: { code, declineCode, message } };
    }
  }
}

async function partyOf(deps: PaymentsDeps, setup: SetupRecord, behalf: Behalf) {
  const context = callContext(deps, behalf, `${setup.operationId}.look-up`);
  const parties = await findParties(deps, context, [setup.tenant]);
  return parties.ok ? parties.value.get(setup.tenant) : undefined;
}

async function currencyOf(deps: PaymentsDeps, setup: SetupRecord, behalf: Behalf) {
  return (await partyOf(deps, setup, behalf))?.defaultCurrency;
}

function methodOf(setup: SetupRecord): string {
  assert(setup.paymentMethod, 'a setup in work has a payment method');
  return setup.paymentMethod;
}

async function save(
  deps: PaymentsDeps,
  setup: SetupRecord,
  behalf: Behalf,
  authenticationId: string | null,
): Promise<ConfirmedSetup> {
  let paymentMethod = methodOf(setup);
  if (setup.customer !== null) {
    const context = callContext(deps, behalf, `${setup.operationId}.save-card`);
    const saved = await deps.ports.vault.attachCard(context, {
      id: paymentMethod,
      customer: setup.customer,
    });
    if (!saved.ok) {
      return isUndecided(saved.error) ? comeBack(deps, setup) : fail(deps, setup, behalf, notThere);
    }
    deps.cards.keep(`${setup.tenant} ${saved.value.id}`, saved.value);
    // Of a test card, one of the tenant's own was made.
    paymentMethod = saved.value.id;
  }
  return store(deps, setup, behalf, 'save', 'setup_intent.succeeded', { paymentMethod, authenticationId });
}

function fail(
  deps: PaymentsDeps,
  setup: SetupRecord,
  behalf: Behalf,
  error: SetupFailure,
): Promise<ConfirmedSetup> {
  const lastError = { ...error, charge: null, paymentMethod: setup.paymentMethod };
  const patch = { paymentMethod: null, authenticationId: null, lastError };
  return store(deps, setup, behalf, 'fail', 'setup_intent.setup_failed', patch);
}

function challenge(
  deps: PaymentsDeps,
  setup: SetupRecord,
  behalf: Behalf,
  { id, challengeUrl }: Authentication,
): Promise<ConfirmedSetup> {
  assert(challengeUrl !== null, `challenge ${id} has a page`);
  const returnUrl = setup.returnUrl ?? deps.config.fallbackReturnUrl;
  return store(deps, setup, behalf, 'challenge', 'setup_intent.requires_action', {
    authenticationId: id,
    nextAction: { type: 'redirect_to_url', url: challengeUrl, returnUrl },
  });
}

async function store(
  deps: PaymentsDeps,
  from: SetupRecord,
  { request }: Behalf,
  step: 'save' | 'fail' | 'challenge',
  event: Parameters<typeof setupEvent>[0],
  patch: SetupPatch,
): Promise<ConfirmedSetup> {
  const setup = setupStep(from, step, patch);
  const events = [setupEvent(event, setup)];
  const at = deps.clock.now();
  if (await saveSetup(deps.db, { at, setup, events, claim: null, request })) return confirmedSetup(setup);
  return current(deps, from);
}

/** Leaves the setup in work; the sweep comes back to it. */
async function comeBack(deps: PaymentsDeps, from: SetupRecord): Promise<ConfirmedSetup> {
  const at = deps.clock.now();
  const nextAttemptAt = nextAttempt(deps, at, from.attempts);
  const setup: SetupRecord = { ...from, version: from.version + 1, nextAttemptAt };
  if (await saveSetup(deps.db, { at, setup, events: [], claim: null })) return ok(setup);
  return current(deps, from);
}

/** Somebody else has taken the setup over: the answer is what it is by now. */
async function current(deps: PaymentsDeps, from: SetupRecord): Promise<ConfirmedSetup> {
  const setup = await findSetup(deps.db, from.tenant, from.id);
  return setup ? confirmedSetup(setup) : ok(from);
}

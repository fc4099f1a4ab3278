import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import type { CallContext } from '@tpmall/platform/contract';
import { findSetup, saveSetup } from '../store/setups.ts';
import { readContext } from './calls.ts';
import { claimFor, findAccepted } from './commands.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { findUsableCard } from './look-up.ts';
import { acceptanceOf, type SaidAcceptance } from './mandate-acceptance.ts';
import { confirmedSetup, runSetup } from './run-setup.ts';
import { type SetupRecord, setupStep, unexpected } from './setup-records.ts';
import { mayTakeSetup } from './setup-states.ts';

/** What one confirmation of a setup tells. */
export interface SetupConfirmation {
  readonly paymentMethod?: string | undefined;
  readonly returnUrl?: string | undefined;
  readonly requestThreeDSecure?: 'automatic' | 'any' | undefined;
  readonly mandateAcceptance?: SaidAcceptance | undefined;
}

/** What a confirmation can be refused with. */
export type ConfirmSetupCode =
  | 'card_declined'
  | 'authentication_required'
  | 'not_found'
  | 'setup_intent_unexpected_state'
  | 'payment_method_not_found'
  | 'payment_method_not_usable'
  | 'payment_method_missing'
  | 'idempotency_mismatch'
  | 'unavailable';

type Answer = Result<SetupRecord, ConfirmSetupCode>;

/** How often a confirmation looks again when the setup intent moved on under it. */
const TRIES_MAX = 5;

/** Has a card verified and saved: one commit before the issuer is asked, one with the outcome. */
export async function confirmSetup(
  deps: PaymentsDeps,
  context: CallContext,
  id: string,
  confirmation: SetupConfirmation,
): Promise<Answer> {
  const claim = claimFor(context, 'confirm_setup', { id, ...confirmation }, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const setup = await findSetup(deps.db, context.tenant, id);
    if (!setup) return err('not_found', `No such setup_intent: '${id}'`, { field: 'id' });
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    // The same refusal, or the setup intent as it is.
    if (accepted.value) return confirmedSetup(setup);
    if (!mayTakeSetup('confirm', setup.status)) return unexpected(setup, 'confirmed');
    const waits =
      setup.status === 'requires_action' &&
      (confirmation.paymentMethod ?? setup.paymentMethod) === setup.paymentMethod;
    const answer = waits
      ? await resume(deps, context, setup, confirmation, claim)
      : await start(deps, context, setup, confirmation, claim);
    if (answer) return answer;
  }
  return err('unavailable', `setup intent ${id} changes too fast; try again`);
}

/** The shopper may be back before the event that says so: goes on if the challenge is over. */
async function resume(
  deps: PaymentsDeps,
  context: CallContext,
  setup: SetupRecord,
  confirmation: SetupConfirmation,
  claim: Claim,
): Promise<Answer | undefined> {
  assert(setup.authenticationId, 'a setup that waits for a challenge has one');
  const answer = await deps.ports.acquiring.authentication(readContext(context), {
    id: setup.authenticationId,
  });
  if (!answer.ok && answer.error.code !== 'not_found') {
    return err('unavailable', `the challenge’s state is not known now: ${answer.error.message}`);
  }
  if (answer.ok && answer.value.state === 'challenge') return ok(setup);
  const resumed = setupStep(setup, 'resume', {
    ...said(setup, confirmation, claim),
    nextAttemptAt: leaseFrom(deps, deps.clock.now()),
  });
  if (!(await saveSetup(deps.db, { at: claim.at, setup: resumed, events: [], claim }))) return undefined;
  return runSetup(deps, resumed, context);
}

async function start(
  deps: PaymentsDeps,
  context: CallContext,
  setup: SetupRecord,
  confirmation: SetupConfirmation,
  claim: Claim,
): Promise<Answer | undefined> {
  const paymentMethod = confirmation.paymentMethod ?? setup.paymentMethod;
  if (paymentMethod === null) {
    return err('payment_method_missing', 'the setup intent has no payment method to confirm it with', {
      field: 'paymentMethod',
      detail: { setupIntent: setup.id },
    });
  }
  const card = await findUsableCard(deps, readContext(context), paymentMethod, setup.customer);
  if (!card.ok) return card;
  const confirmed = setupStep(setup, 'confirm', {
    ...said(setup, confirmation, claim),
    paymentMethod,
    lastError: null,
    operationId: claim.id,
    authenticationId: null,
    nextAttemptAt: leaseFrom(deps, deps.clock.now()),
  });
  if (!(await saveSetup(deps.db, { at: claim.at, setup: confirmed, events: [], claim }))) return undefined;
  return runSetup(deps, confirmed, context);
}

/** What a confirmation says of the setup intent; what it does not say stays. */
function said(
  setup: SetupRecord,
  { returnUrl, requestThreeDSecure, mandateAcceptance: agreed }: SetupConfirmation,
  { at }: Claim,
) {
  return {
    returnUrl: returnUrl ?? setup.returnUrl,
    requestThreeDSecure: requestThreeDSecure ?? setup.requestThreeDSecure,
    mandateAcceptance: agreed ? acceptanceOf(agreed, { at }) : setup.mandateAcceptance,
  };
}

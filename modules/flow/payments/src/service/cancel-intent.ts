import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { CancellationReason } from '../contract/index.ts';
import type { Claim } from '../store/save-payments.ts';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import { change, intentEvent, step } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import { abandoned } from './confirm-intent.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import type { Unreached } from './look-up.ts';
import { postToLedger } from './post-to-ledger.ts';
import { releasePosting } from './postings.ts';
import type { ChargeRecord, IntentRecord, Payment } from './records.ts';
import { postpone } from './settle-attempt.ts';
import { mayTake, stateOf } from './states.ts';

/** What cancelling can be refused with. */
export type CancelCode = 'not_found' | 'payment_intent_unexpected_state' | 'idempotency_mismatch' | Unreached;

/** How often a cancellation looks again when the intent moved on under it. */
const TRIES_MAX = 5;

/**
 * Cancels what was never held at once, and lets go of what is held. What is captured is refunded, not
 * cancelled.
 */
export async function cancelIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: { readonly id: string; readonly reason?: CancellationReason | null | undefined },
): Promise<Result<IntentRecord, CancelCode>> {
  const { id } = input;
  const claim = claimFor(context, 'cancel', input, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const payment = await deps.findPayment(context.tenant, id);
    if (!payment) return err('not_found', `there is no payment intent ${id}`, { field: 'id' });
    if (accepted.value) return ok(payment.intent);
    const state = stateOf(payment.intent);
    if (mayTake('cancel', state)) {
      const canceled = await cancelUnheld(deps, payment, input.reason ?? null, claim);
      if (canceled) return ok(canceled);
    } else if (mayTake('release', state)) {
      const released = await startRelease(deps, context, payment, input.reason ?? null, claim);
      if (released) return ok(released);
    } else {
      const { status } = payment.intent;
      return err(
        'payment_intent_unexpected_state',
        `payment intent ${id} cannot be canceled: it is ${status}`,
        {
          detail: { paymentIntent: id, status },
        },
      );
    }
  }
  return err('unavailable', `payment intent ${id} changes too fast; try again`);
}

async function cancelUnheld(
  deps: PaymentsDeps,
  payment: Payment,
  reason: CancellationReason | null,
  claim: Claim,
): Promise<IntentRecord | undefined> {
  const intent = step(payment.intent, 'cancel', {
    cancellationReason: reason,
    canceledAt: claim.at,
  });
  const charges = payment.charge?.status === 'pending' ? [abandoned(payment.charge)] : [];
  const events = [intentEvent('payment_intent.canceled', intent)];
  return (await deps.store.save(change(claim.at, intent, charges, events, claim))) ? intent : undefined;
}

async function startRelease(
  deps: PaymentsDeps,
  context: CallContext,
  payment: Payment,
  reason: CancellationReason | null,
  claim: Claim,
): Promise<IntentRecord | undefined> {
  assert(payment.charge, 'what is held was charged');
  const intent = step(payment.intent, 'release', {
    cancellationReason: reason,
    operationId: claim.id,
    operationAt: claim.at,
    nextAttemptAt: leaseFrom(deps, deps.clock.now()),
  });
  if (!(await deps.store.save(change(claim.at, intent, [], [], claim)))) return undefined;
  return releaseHold(deps, intent, payment.charge, context, true);
}

/**
 * Lets go of a hold: the reversal to the acquirer and the ledger's void side by side, repeated until they are
 * there.
 */
export async function releaseHold(
  deps: PaymentsDeps,
  from: IntentRecord,
  charge: ChargeRecord,
  behalf: Behalf,
  first: boolean,
): Promise<IntentRecord> {
  const { operationId, operationAt } = from;
  assert(operationId !== null && operationAt !== null, 'a release has a command');
  assert(charge.authorisationId !== null, 'what is held was authorised');
  const [reversed, posted] = await Promise.all([
    deps.ports.acquiring.release(callContext(deps, behalf, `${operationId}.release`), {
      authorisationId: charge.authorisationId,
    }),
    postToLedger(
      deps,
      behalf,
      `${operationId}.release`,
      releasePosting(charge, { id: operationId, at: operationAt }),
    ),
  ]);
  if (!reversed.ok && !isUndecided(reversed.error)) {
    throw new Error(`acquiring refuses the release of ${charge.id}: ${reversed.error.code}`);
  }
  const done = reversed.ok && posted ? await finish(deps, from) : await postpone(deps, from, first);
  if (done) return done;
  return (await deps.findPayment(from.tenant, from.id))?.intent ?? from;
}

async function finish(deps: PaymentsDeps, from: IntentRecord): Promise<IntentRecord | undefined> {
  const now = deps.clock.now();
  const intent = step(from, 'released', { amountCapturable: 0n, canceledAt: now });
  const events = [intentEvent('payment_intent.canceled', intent)];
  return (await deps.store.save(change(now, intent, [], events))) ? intent : undefined;
}

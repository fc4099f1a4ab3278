import { err, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import type { CallContext } from '@tpmall/platform/contract';
import type { CancellationReason } from '../contract/index.ts';
import { change, intentEvent, step } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import type { Unreached } from './look-up.ts';
import { abandoned } from './open-charge.ts';
import type { IntentRecord, Payment } from './records.ts';
import { closeIntent } from './release-hold.ts';
import { mayTake, stateOf } from './states.ts';

/** What cancelling can be refused with. */
export type CancelCode = 'not_found' | 'payment_intent_unexpected_state' | 'idempotency_mismatch' | Unreached;

/** How often a cancellation looks again when the intent moved on under it. */
const TRIES_MAX = 5;

/**
 * Cancels what was never held at once, and lets go of what is held. What is captured is refunded, not
 * cancelled: an intent that was captured in part lets go of the rest, and has succeeded.
 */
export async function cancelIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: {
    readonly id: string;
    readonly reason?: CancellationReason | null | undefined;
    readonly unheldOnly?: boolean | undefined;
  },
): Promise<Result<IntentRecord, CancelCode>> {
  const { unheldOnly = false, ...request } = input;
  const { id } = request;
  const claim = claimFor(context, 'cancel', request, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const payment = await deps.findPayment(context.tenant, id);
    if (!payment) return err('not_found', `No such payment_intent: '${id}'`, { field: 'id' });
    if (accepted.value) return ok(payment.intent);
    const state = stateOf(payment.intent);
    if (mayTake('cancel', state)) {
      const canceled = await cancelUnheld(deps, payment, input.reason ?? null, claim);
      if (canceled) return ok(canceled);
    } else if (!unheldOnly && mayTake('release', state)) {
      const released = await closeIntent(deps, context, payment, input.reason ?? null, {
        command: claim,
        claim,
      });
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

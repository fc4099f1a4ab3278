import { MILLISECOND } from '@tpmall/kernel';
import type { StoredEvent } from '@tpmall/platform/events';
import type { TellingSubscription } from '@tpmall/platform/module';
import type { PaymentIntent } from '../contract/index.ts';
import { type Behalf, callContext, isUndecided, systemBehalf } from './calls.ts';
import type { PaymentsDeps } from './deps.ts';

type Saving = Pick<
  PaymentIntent,
  'id' | 'tenant' | 'status' | 'customer' | 'paymentMethod' | 'setupFutureUsage'
>;

/**
 * Saves the card of a payment that asked for it, once its amount is held or taken. Harmless to repeat.
 *
 * @returns false where it is not known whether it is saved
 */
export async function saveCardOf(deps: PaymentsDeps, behalf: Behalf, intent: Saving): Promise<boolean> {
  const { id, status, customer, paymentMethod, setupFutureUsage } = intent;
  if (setupFutureUsage === null || customer === null || paymentMethod === null) return true;
  if (status !== 'succeeded' && status !== 'requires_capture') return true;
  const answer = await deps.ports.vault.attachCard(callContext(deps, behalf, `${id}.save-card`), {
    id: paymentMethod,
    customer,
  });
  if (answer.ok) {
    deps.cards.keep(`${intent.tenant} ${answer.value.id}`, answer.value);
    return true;
  }
  if (isUndecided(answer.error)) return false;
  // The payment stands, whatever has become of its card meanwhile: detached, or saved for somebody else.
  deps.log.warn({ intent: id, reason: answer.error.code }, 'the card of a payment could not be saved');
  return true;
}

/**
 * Sees to it that cards are saved, whatever became of the confirmation that asked for it: a crash, a
 * challenge that ended without its shopper, a vault that was away.
 */
export function cardSavingSubscription(deps: PaymentsDeps): TellingSubscription {
  return {
    from: 'payments',
    types: ['payment_intent.succeeded', 'payment_intent.amount_capturable_updated'],
    cursor: 'card-saving',
    gather: 250 * MILLISECOND,
    async perform(event: StoredEvent) {
      const intent = event.payload as PaymentIntent;
      // Events of before this wish existed have no such field.
      if ((intent.setupFutureUsage ?? null) === null) return;
      if (await saveCardOf(deps, systemBehalf(event.tenant), intent)) return;
      throw new Error(`the card of ${intent.id} is not known to be saved`);
    },
  };
}

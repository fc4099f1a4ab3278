import type { StoredEvent } from '@tpmall/platform/events';
import type { TellingSubscription } from '@tpmall/platform/module';
import { findSession } from '../store/sessions.ts';
import { type CheckoutDeps, callContext, systemContext } from './deps.ts';

/**
 * Keeps the card of a paid session where whoever paid has asked for it: not before the payment is made, and
 * whatever became of the process since. Harmless to repeat.
 */
export function cardKeepingSubscription(deps: CheckoutDeps): TellingSubscription {
  return {
    from: 'checkout',
    types: ['checkout.session.completed'],
    cursor: 'card-keeping',
    async perform({ tenant, payload }: StoredEvent) {
      await keepCard(deps, tenant, (payload as { readonly id: string }).id);
    },
  };
}

async function keepCard(deps: CheckoutDeps, tenant: string, id: string): Promise<void> {
  const session = await findSession(deps.db, tenant, id);
  const { keptCard = null, customer = null, paymentIntent = null } = session ?? {};
  if (keptCard === null || customer === null || paymentIntent === null) return;
  const { payments } = deps.ports;
  const command = `${id}.keep-card`;
  const calling = callContext(deps, systemContext(deps, tenant, command), tenant, command);
  const intent = await payments.findIntent(calling, { id: paymentIntent });
  if (!intent.ok) throw new Error(`the payment of ${id} cannot be read: ${intent.error.message}`);
  // It was paid with another card in the end, which nobody has asked to keep.
  if (intent.value.paymentMethod !== keptCard) return;
  const kept = await payments.attachPaymentMethod(calling, {
    ...{ id: keptCard, customer, allowRedisplay: 'always' },
  });
  if (kept.ok) return;
  const { code, message } = kept.error;
  if (code === 'unavailable' || code === 'unknown')
    throw new Error(`the card of ${id} is not kept: ${message}`);
  // The order stands, whatever has become of its card or its customer meanwhile.
  deps.log.warn({ session: id, reason: code }, 'a card could not be kept');
}

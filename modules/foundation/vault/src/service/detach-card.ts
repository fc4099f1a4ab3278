import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Card } from '../contract/index.ts';
import { change } from './change-card.ts';
import type { VaultEnvironment } from './environment.ts';

type Code = 'not_found' | 'not_attached' | 'idempotency_mismatch' | 'unavailable';

/** Takes a saved card away from its customer, for good, and forgets a code that is held for it. */
export async function detachCard(
  environment: VaultEnvironment,
  context: CallContext,
  input: { readonly id: string },
): Promise<Result<Card, Code>> {
  const { clock, cvv } = environment;
  const verb = { name: 'detach', event: 'payment_method.detached', audit: 'card.detached' } as const;
  const detached = await change<'not_attached'>(environment, context, verb, input, (card) => {
    if (card.customer === null) {
      return err('not_attached', `payment method ${card.id} is not attached to a customer`, { field: 'id' });
    }
    return ok({ card: { ...card, customer: null, detachedAt: clock.now() } });
  });
  if (detached.ok) cvv.forget(input.id);
  return detached;
}

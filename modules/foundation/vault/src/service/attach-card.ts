import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Card, vaultContract } from '../contract/index.ts';
import { SHARED_TENANT } from '../store/card-rows.ts';
import { findCardById } from '../store/cards.ts';
import { adoptCard } from './adopt-test-card.ts';
import { change } from './change-card.ts';
import type { VaultEnvironment } from './environment.ts';

type Input = InputOf<(typeof vaultContract)['operations']['attachCard']>;
type Code = 'not_found' | 'attached_elsewhere' | 'detached' | 'idempotency_mismatch' | 'unavailable';

/** Saves a card for a customer; of a test card, one of the tenant's own. */
export async function attachCard(
  environment: VaultEnvironment,
  context: CallContext,
  input: Input,
): Promise<Result<Card, Code>> {
  const { customer, allowRedisplay } = input;
  const test = await findCardById(environment.db, input.id, SHARED_TENANT);
  if (test) return adoptCard(environment, context, test, { customer, allowRedisplay });
  const verb = { name: 'attach', event: 'payment_method.attached', audit: 'card.attached' } as const;
  return change<'attached_elsewhere' | 'detached'>(environment, context, verb, input, (card) => {
    if (card.detachedAt !== null || card.erasedAt !== null) {
      return err('detached', `payment method ${card.id} was detached before and may not be used again`, {
        field: 'id',
      });
    }
    if (card.customer === customer) return ok(undefined);
    if (card.customer !== null) {
      return err('attached_elsewhere', `payment method ${card.id} is attached to another customer`, {
        field: 'id',
      });
    }
    return ok({ card: { ...card, customer, allowRedisplay: allowRedisplay ?? card.allowRedisplay } });
  });
}

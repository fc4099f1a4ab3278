import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import { readExpiry } from '../card/typed-card.ts';
import type { Card, CardBilling, vaultContract } from '../contract/index.ts';
import { change } from './change-card.ts';
import type { VaultEnvironment } from './environment.ts';

type Input = InputOf<(typeof vaultContract)['operations']['updateCard']>;
type Refusal = 'not_attached' | 'invalid_expiry_month' | 'invalid_expiry_year' | 'metadata_too_many_keys';
type Code = Refusal | 'not_found' | 'idempotency_mismatch' | 'unavailable';

/** Changes what is said about a saved card. What is not given stays. */
export function updateCard(
  environment: VaultEnvironment,
  context: CallContext,
  input: Input,
): Promise<Result<Card, Code>> {
  const verb = { name: 'update', event: 'payment_method.updated', audit: 'card.updated' } as const;
  return change<Refusal>(environment, context, verb, input, (card, details) => {
    if (card.customer === null) {
      return err('not_attached', `payment method ${card.id} is not attached to a customer`, { field: 'id' });
    }
    const { expMonth = card.expMonth, expYear = card.expYear, allowRedisplay = card.allowRedisplay } = input;
    if (expMonth !== card.expMonth || expYear !== card.expYear) {
      const expiry = readExpiry(String(expMonth), String(expYear), environment.clock.now());
      if (!expiry.ok) return expiry;
    }
    const metadata = patchMetadata(details.metadata, input.metadata);
    if (!metadata.ok) return metadata;
    const billing = withBilling(details.billing, input.billing);
    return ok({
      card: { ...card, expMonth, expYear, allowRedisplay },
      details: { billing, metadata: metadata.value },
    });
  });
}

/** Billing details after a change: null takes a detail away, one that is not given stays. */
export function withBilling(before: CardBilling, given: Input['billing']): CardBilling {
  const { address, ...rest } = given ?? {};
  return { ...before, ...present(rest), address: { ...before.address, ...present(address ?? {}) } };
}

function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

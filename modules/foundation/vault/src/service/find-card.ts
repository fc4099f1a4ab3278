import { err, ok, type Result } from '@tpmall/kernel';
import type { Card } from '../contract/index.ts';
import { findCardById } from '../store/cards.ts';
import { viewReadCard } from './card-view.ts';
import type { VaultEnvironment } from './environment.ts';

/** A card by its payment method id, as others may see it. Other tenants' cards are not found. */
export async function findCard(
  environment: VaultEnvironment,
  tenant: string,
  id: string,
): Promise<Result<Card, 'not_found'>> {
  const card = await findCardById(environment.db, id, tenant);
  if (!card) return err('not_found', `no such payment method: ${id}`, { field: 'id' });
  return ok(await viewReadCard(card, tenant, environment.tenantKeys));
}

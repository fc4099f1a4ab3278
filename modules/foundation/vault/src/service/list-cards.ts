import type { InputOf, Page } from '@tpmall/platform/contract';
import type { Card, vaultContract } from '../contract/index.ts';
import { listCardRows } from '../store/list-cards.ts';
import { viewReadCard } from './card-view.ts';
import type { VaultEnvironment } from './environment.ts';

/** A page of a tenant's cards, newest first, as others may see them. */
export async function listCards(
  { db, tenantKeys }: Pick<VaultEnvironment, 'db' | 'tenantKeys'>,
  tenant: string,
  asked: InputOf<(typeof vaultContract)['operations']['listCards']>,
): Promise<Page<Card>> {
  const { cards, hasMore } = await listCardRows(db, tenant, asked);
  return { items: await Promise.all(cards.map((card) => viewReadCard(card, tenant, tenantKeys))), hasMore };
}

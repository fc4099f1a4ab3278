import { ok, type Result } from '@tpmall/kernel';
import type { InputOf, Page, PageCode } from '@tpmall/platform/contract';
import type { Card, CardsOfCustomer, vaultContract } from '../contract/index.ts';
import { listCardRows, newestCardsOf } from '../store/list-cards.ts';
import { viewReadCard } from './card-view.ts';
import type { VaultEnvironment } from './environment.ts';

/** A page of a tenant's cards, newest first, as others may see them. */
export async function listCards(
  { db, tenantKeys }: Pick<VaultEnvironment, 'db' | 'tenantKeys'>,
  tenant: string,
  asked: InputOf<(typeof vaultContract)['operations']['listCards']>,
): Promise<Result<Page<Card>, PageCode>> {
  const listed = await listCardRows(db, tenant, asked);
  if (!listed.ok) return listed;
  const { cards, hasMore } = listed.value;
  return ok({
    items: await Promise.all(cards.map((card) => viewReadCard(card, tenant, tenantKeys))),
    hasMore,
  });
}

/** The first page of the cards of each of many customers, newest first. */
export async function listCardsOfCustomers(
  { db, tenantKeys }: Pick<VaultEnvironment, 'db' | 'tenantKeys'>,
  tenant: string,
  customers: readonly string[],
  limit: number,
): Promise<CardsOfCustomer[]> {
  const cards = await newestCardsOf(db, tenant, customers, limit);
  const shown = await Promise.all(cards.map((card) => viewReadCard(card, tenant, tenantKeys)));
  return customers.flatMap((customer) => {
    const items = shown.filter((card) => card.customer === customer);
    const page = { items: items.slice(0, limit), hasMore: items.length > limit };
    return items.length === 0 ? [] : [{ customer, ...page }];
  });
}

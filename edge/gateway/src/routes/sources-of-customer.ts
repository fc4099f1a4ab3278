import type { Page } from '@tpmall/platform/contract';
import type { Card } from '@tpmall/vault/contract';
import { cardSourceToWire, listToWire } from '@tpmall/wire';

/** Saved cards of a customer as a list of sources. */
export function sourcesOf(customer: string, { items, hasMore }: Page<Card>) {
  return listToWire(`/v1/customers/${customer}/sources`, items.map(cardSourceToWire), hasMore);
}

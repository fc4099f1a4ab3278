import type { Card } from '@tpmall/vault/contract';
import { cardSourceToWire, listToWire } from '@tpmall/wire';

/** Saved cards of a customer as a list of sources. */
export function sourcesOf(customer: string, cards: readonly Card[], hasMore: boolean) {
  return listToWire(`/v1/customers/${customer}/sources`, cards.map(cardSourceToWire), hasMore);
}

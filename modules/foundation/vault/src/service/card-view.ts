import type { Card } from '../contract/index.ts';
import { type CardDetails, openDetails } from '../envelope/card-cipher.ts';
import type { TenantKeys } from '../envelope/tenant-keys.ts';
import type { ReadCard, StoredCard } from '../store/cards.ts';

/** The card as others may see it. A test card looks like the reader's own. */
export function viewCard(card: StoredCard, details: CardDetails, tenant: string): Card {
  return {
    id: card.id,
    tenant,
    token: card.token,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.expMonth,
    expYear: card.expYear,
    fingerprint: card.fingerprint,
    country: card.country,
    funding: card.funding,
    bin: card.bin,
    name: details.billing.name,
    createdAt: card.createdAt,
    billing: details.billing,
    metadata: details.metadata,
  };
}

/** Opens what is needed to show a card that was read. */
export async function viewReadCard(card: ReadCard, tenant: string, tenantKeys: TenantKeys): Promise<Card> {
  const key = await tenantKeys.unwrap(card.tenant, card.keyVersion, card.wrapped);
  return viewCard(card, openDetails(key, card, card.details), tenant);
}

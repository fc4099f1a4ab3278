import type { Card, CardStanding } from '../contract/index.ts';
import { type CardDetails, openDetails } from '../envelope/card-cipher.ts';
import type { TenantKeys } from '../envelope/tenant-keys.ts';
import type { CardFacts, ReadCard } from '../store/card-rows.ts';

/** Whether a card can be paid with. */
function standingOf({ detachedAt, erasedAt }: CardFacts): CardStanding {
  if (erasedAt !== null) return 'erased';
  return detachedAt === null ? 'usable' : 'detached';
}

/** The card as events tell it: without what lies sealed. */
export function eventCard(card: CardFacts): Card {
  return {
    id: card.id,
    tenant: card.tenant,
    token: card.token,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.expMonth,
    expYear: card.expYear,
    fingerprint: card.fingerprint ?? '',
    country: card.country,
    funding: card.funding,
    bin: card.bin,
    name: null,
    createdAt: card.createdAt,
    customer: card.customer,
    standing: standingOf(card),
    allowRedisplay: card.allowRedisplay,
  };
}

/** The card as others may see it. A test card looks like the reader's own. */
export function viewCard(card: CardFacts, { billing, metadata }: CardDetails, tenant: string): Card {
  return { ...eventCard(card), tenant, name: billing.name, billing, metadata };
}

/** Opens what is needed to show a card that was read. Of an erased one nothing is left to open. */
export async function viewReadCard(card: ReadCard, tenant: string, tenantKeys: TenantKeys): Promise<Card> {
  return viewCard(card, await openReadDetails(card, tenantKeys), tenant);
}

/** The details of a card that was read. */
export async function openReadDetails(card: ReadCard, tenantKeys: TenantKeys): Promise<CardDetails> {
  if (!card.sealed) return NO_DETAILS;
  const { keyVersion, wrapped, details } = card.sealed;
  const key = await tenantKeys.unwrap(card.tenant, keyVersion, wrapped);
  return openDetails(key, { tenant: card.tenant, id: card.id, keyVersion }, details);
}

/** Billing details where the client told none. */
export const NO_BILLING = {
  name: null,
  email: null,
  phone: null,
  address: { city: null, country: null, line1: null, line2: null, postalCode: null, state: null },
} as const;

/** Details where there are none. */
export const NO_DETAILS: CardDetails = { billing: NO_BILLING, metadata: {} };

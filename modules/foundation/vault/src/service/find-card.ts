import { err, ok, type Result } from '@tpmall/kernel';
import type { Log } from '@tpmall/platform/telemetry';
import type { Card } from '../contract/index.ts';
import { AlteredRow } from '../envelope/card-cipher.ts';
import { findCardById, findCardsByIds } from '../store/cards.ts';
import { NO_DETAILS, viewCard, viewReadCard } from './card-view.ts';
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

/**
 * Cards by their payment method ids, as {@link findCard} shows them; those that are not found are left out.
 * One whose details do not open any more is shown without them: it must not hide the others.
 */
export async function findCards(
  { db, tenantKeys, log }: Pick<VaultEnvironment, 'db' | 'tenantKeys'> & { readonly log: Log },
  tenant: string,
  ids: readonly string[],
): Promise<readonly Card[]> {
  const cards = await findCardsByIds(db, ids, tenant);
  return Promise.all(
    cards.map(async (card) => {
      try {
        return await viewReadCard(card, tenant, tenantKeys);
      } catch (error) {
        if (!(error instanceof AlteredRow)) throw error;
        log.error({ error, card: card.id }, 'a card is shown without its details');
        return viewCard(card, NO_DETAILS, tenant);
      }
    }),
  );
}

import type { Redacted } from '@tpmall/kernel';
import { audited, SHARED_TENANT } from '../store/card-rows.ts';
import { upsertSharedCard } from '../store/cards.ts';
import { NO_DETAILS } from './card-view.ts';
import type { VaultEnvironment } from './environment.ts';
import { sealCard } from './tokenise-card.ts';

/** A card that can be paid with by its name alone, for tests and demonstrations. */
export interface TestCard {
  /** For example `pm_card_visa`. */
  readonly id: string;
  readonly number: Redacted<string>;
  readonly expMonth: number;
  readonly expYear: number;
  readonly cvc: Redacted<string>;
}

/**
 * Stores the configured test cards, one row each, readable by every tenant. Running it again changes nothing.
 */
export async function seedTestCards(
  environment: VaultEnvironment,
  cards: readonly TestCard[],
): Promise<void> {
  for (const { id, number, expMonth, expYear } of cards) {
    const sealed = await sealCard(environment, id, {
      tenant: SHARED_TENANT,
      commandId: `test-card:${id}`,
      card: { pan: number, expMonth, expYear, cvv: null },
      details: NO_DETAILS,
    });
    const vaulted = audited({
      actor: 'system',
      action: 'card.vaulted',
      subject: id,
      reason: 'test card of the configuration',
      detail: { brand: sealed.brand, keyVersion: sealed.keyVersion },
    });
    await upsertSharedCard(environment.db, sealed, [vaulted]);
  }
}

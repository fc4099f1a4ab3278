import { DAY } from '@tpmall/kernel';
import { DATA_KEY_PERIOD } from '../envelope/tenant-keys.ts';
import { destroyDataKeys, eraseCards, forgetTokens } from '../store/retention.ts';
import type { VaultEnvironment } from './environment.ts';

/** Cards erased by one statement: few enough to hold their rows for a moment only. */
const BATCH = 500;
/** How long a token can still be read after it has expired: as long as the events of what it paid. */
const TOKEN_KEPT = 30 * DAY;

/**
 * Erases the cards that may be kept no longer (PCI DSS 3.2.1): those that are saved for nobody and were
 * detached, or last used, so many days ago. Their rows stay as tombstones. Tokens
 * that expired long ago are forgotten. Data keys that seal nothing any more are destroyed, so that old copies
 * of what they sealed cannot be opened either.
 */
export async function eraseExpiredCards(
  { db, clock }: Pick<VaultEnvironment, 'db' | 'clock'>,
  retentionDays: number,
): Promise<{ readonly erased: number; readonly destroyed: number }> {
  const now = clock.now();
  let erased = 0;
  for (;;) {
    const batch = await eraseCards(db, { now, unsavedSince: now - retentionDays * DAY, limit: BATCH });
    erased += batch;
    if (batch < BATCH) break;
  }
  await forgetTokens(db, now - TOKEN_KEPT);
  // No process seals with a key for longer than its period, so one that is twice as old gets no new card.
  const destroyed = await destroyDataKeys(db, now - 2 * DATA_KEY_PERIOD);
  return { erased, destroyed };
}

import type { Micros } from '@tpmall/kernel';
import { type Database, instant, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT } from '@tpmall/platform/events';
import { SHARED_TENANT } from './card-rows.ts';

// A card that is saved, or shown to an acquirer, between the look and the change is left alone.
const erase = sql(
  'vault.erase-cards',
  `WITH due AS (
     SELECT id FROM vault.card
     WHERE customer IS NULL AND erased_at IS NULL AND tenant <> '${SHARED_TENANT}'
       AND coalesce(detached_at, used_at, created_at) < $2
     ORDER BY coalesce(detached_at, used_at, created_at) LIMIT $3 FOR UPDATE SKIP LOCKED
   ), done AS (
     UPDATE vault.card AS c SET erased_at = $1, pan = NULL, details = NULL, key_version = NULL,
       fingerprint = NULL, request_hash = NULL, version = version + 1
     FROM due WHERE c.id = due.id RETURNING c.id, c.tenant, c.detached_at IS NULL AS unsaved
   )
   INSERT INTO vault.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${AUDIT_EVENT}', id, tenant, $1, jsonb_build_object('actor', 'system', 'action', 'card.erased',
     'subject', id, 'reason', CASE WHEN unsaved THEN 'not saved and not used' ELSE 'detached' END,
     'detail', jsonb_build_object())
   FROM done`,
);

/**
 * Erases cards that are saved for nobody and were detached, or last used, before an instant; records each.
 *
 * @returns how many
 */
export async function eraseCards(
  db: Database,
  options: { readonly now: Micros; readonly unsavedSince: Micros; readonly limit: number },
): Promise<number> {
  const { now, unsavedSince, limit } = options;
  return (await db.run(erase, [instant(now), instant(unsavedSince), limit])).count;
}

const forget = sql('vault.forget-tokens', 'DELETE FROM vault.token WHERE expires_at < $1');

/** Forgets tokens that had expired at an instant, with what they say besides their cards. */
export async function forgetTokens(db: Database, expiredAt: Micros): Promise<number> {
  return (await db.run(forget, [instant(expiredAt)])).count;
}

const destroy = sql(
  'vault.destroy-data-keys',
  `DELETE FROM vault.data_key AS k
   WHERE k.created_at < $1 AND k.tenant <> '${SHARED_TENANT}'
     AND k.version < (SELECT max(version) FROM vault.data_key AS newer WHERE newer.tenant = k.tenant)
     AND NOT EXISTS (
       SELECT FROM vault.card AS c WHERE c.tenant = k.tenant AND c.key_version = k.version)
     AND NOT EXISTS (
       SELECT FROM vault.token AS t WHERE t.tenant = k.tenant AND t.key_version = k.version)`,
);

/** Destroys data keys that were made before an instant, have a successor, and seal nothing any more. */
export async function destroyDataKeys(db: Database, madeBefore: Micros): Promise<number> {
  return (await db.run(destroy, [instant(madeBefore)])).count;
}

import type { Micros } from '@tpmall/kernel';
import { type Database, instant, sql } from '@tpmall/platform/db';
import { type CardEvent, type CardFacts, instantOrNull, tellEvents } from './card-rows.ts';

/** A command about a stored card. */
export interface CardCommand {
  readonly tenant: string;
  readonly id: string;
  readonly at: Micros;
  readonly requestHash: Buffer;
}

// The row is locked by the claim: of two changes of one version the second claims nothing and stores nothing.
const change = sql(
  'vault.change-card',
  `WITH claimed AS (
     INSERT INTO vault.command (tenant, key, first_seen, command_id, request_hash)
     SELECT $2, $10, $11, $10, $12 FROM vault.card
     WHERE id = $1 AND tenant = $2 AND version = $3::integer - 1 AND erased_at IS NULL FOR UPDATE
     ON CONFLICT DO NOTHING RETURNING tenant
   ), done AS (
     UPDATE vault.card SET version = $3, customer = $4, detached_at = $5, exp_month = $6, exp_year = $7,
       allow_redisplay = $8, details = coalesce($9, card.details)
     FROM claimed WHERE card.id = $1 AND card.version = $3::integer - 1 RETURNING card.id, card.tenant
   ) ${tellEvents(13, 11)}`,
);

/**
 * Stores a changed card with its command and events in one statement. False: the card has changed since, is
 * erased, or the command has been seen; nothing is stored then.
 *
 * @param details the newly sealed details, or null where they stay
 */
export async function changeCard(
  db: Database,
  card: CardFacts,
  details: Buffer | null,
  command: CardCommand,
  events: readonly CardEvent[],
): Promise<boolean> {
  const { count } = await db.run(change, [
    card.id,
    card.tenant,
    card.version,
    card.customer,
    instantOrNull(card.detachedAt),
    card.expMonth,
    card.expYear,
    card.allowRedisplay,
    details,
    command.id,
    instant(command.at),
    command.requestHash,
    JSON.stringify(events),
  ]);
  return count > 0;
}

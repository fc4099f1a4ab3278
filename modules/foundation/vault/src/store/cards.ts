import { type Database, instant, sql } from '@tpmall/platform/db';
import {
  type CardEvent,
  type CardRow,
  JOINED_CARD,
  type NewCard,
  type ReadCard,
  SHARED_TENANT,
  tellEvents,
  toCard,
} from './card-rows.ts';

const columns = `id, tenant, token, brand, bin, last4, exp_month, exp_year, fingerprint, country, funding,
  key_version, pan, details, command_id, request_hash, created_at, customer, allow_redisplay`;
const placeholders = columns
  .split(',')
  .map((_, index) => `$${index + 1}`)
  .join(', ');
const CREATED_AT = 17;
const EVENTS = 20;

const insert = sql(
  'vault.insert-card',
  `WITH done AS (
     INSERT INTO vault.card (${columns}) VALUES (${placeholders})
     ON CONFLICT DO NOTHING RETURNING id, tenant
   ) ${tellEvents(EVENTS, CREATED_AT)}`,
);
const upsertShared = sql(
  'vault.upsert-shared-card',
  `WITH done AS (
     INSERT INTO vault.card (${columns}) VALUES (${placeholders})
     ON CONFLICT (id) DO UPDATE SET brand = EXCLUDED.brand, bin = EXCLUDED.bin, last4 = EXCLUDED.last4,
       exp_month = EXCLUDED.exp_month, exp_year = EXCLUDED.exp_year, fingerprint = EXCLUDED.fingerprint,
       country = EXCLUDED.country, funding = EXCLUDED.funding, key_version = EXCLUDED.key_version,
       pan = EXCLUDED.pan, details = EXCLUDED.details, request_hash = EXCLUDED.request_hash
     WHERE card.tenant = EXCLUDED.tenant AND card.request_hash <> EXCLUDED.request_hash
     RETURNING id, tenant
   ) ${tellEvents(EVENTS, CREATED_AT)}`,
);
const byId = sql(
  'vault.find-card',
  `${JOINED_CARD} WHERE c.id = $1 AND c.tenant IN ($2, '${SHARED_TENANT}')`,
);
const byIds = sql(
  'vault.find-cards',
  `${JOINED_CARD} WHERE c.id = ANY ($1::text[]) AND c.tenant IN ($2, '${SHARED_TENANT}')`,
);
const byCommand = sql(
  'vault.find-card-by-command',
  `${JOINED_CARD} WHERE c.tenant = $1 AND c.command_id = $2`,
);

/** Stores a card with its events in one statement; false where id, token or command is there already. */
export async function insertCard(
  db: Database,
  card: NewCard,
  events: readonly CardEvent[],
): Promise<boolean> {
  return (await db.run(insert, valuesOf(card, events))).count > 0;
}

/** Stores a test card, or brings the stored one up to date. */
export async function upsertSharedCard(
  db: Database,
  card: NewCard,
  events: readonly CardEvent[],
): Promise<void> {
  await db.run(upsertShared, valuesOf(card, events));
}

/** A card of the tenant, or a test card. */
export async function findCardById(db: Database, id: string, tenant: string): Promise<ReadCard | undefined> {
  const { rows } = await db.run<CardRow>(byId, [id, tenant]);
  return rows[0] && toCard(rows[0]);
}

/** Cards of the tenant, and test cards, in any order. */
export async function findCardsByIds(
  db: Database,
  ids: readonly string[],
  tenant: string,
): Promise<ReadCard[]> {
  return (await db.run<CardRow>(byIds, [ids, tenant])).rows.map(toCard);
}

/** The card that a command made. */
export async function findCardByCommand(
  db: Database,
  tenant: string,
  commandId: string,
): Promise<ReadCard | undefined> {
  const { rows } = await db.run<CardRow>(byCommand, [tenant, commandId]);
  return rows[0] && toCard(rows[0]);
}

function valuesOf(card: NewCard, events: readonly CardEvent[]): unknown[] {
  return [
    card.id,
    card.tenant,
    card.token,
    card.brand,
    card.bin,
    card.last4,
    card.expMonth,
    card.expYear,
    card.fingerprint,
    card.country,
    card.funding,
    card.keyVersion,
    card.pan,
    card.details,
    card.commandId,
    card.requestHash,
    instant(card.createdAt),
    card.customer,
    card.allowRedisplay,
    JSON.stringify(events),
  ];
}

import type { Micros } from '@tpmall/kernel';
import { type Database, instant, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { Card } from '../contract/index.ts';
import type { WrappedKey } from '../keystore/port.ts';

/** The tenant of test cards, which every tenant may read. */
export const SHARED_TENANT = '*';

/** A card as it is stored: open facts, and the sealed parts. */
export interface StoredCard {
  readonly id: string;
  readonly tenant: string;
  readonly token: string;
  readonly brand: Card['brand'];
  readonly bin: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly fingerprint: string;
  readonly country: string;
  readonly funding: Card['funding'];
  readonly keyVersion: number;
  readonly pan: Buffer;
  readonly details: Buffer;
  readonly commandId: string;
  readonly requestHash: Buffer;
  readonly createdAt: Micros;
}

/** A stored card with the envelope of the data key that opens it. */
export interface ReadCard extends StoredCard {
  readonly wrapped: WrappedKey;
}

interface CardRow {
  readonly id: string;
  readonly tenant: string;
  readonly token: string;
  readonly brand: Card['brand'];
  readonly bin: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly fingerprint: string;
  readonly country: string;
  readonly funding: Card['funding'];
  readonly key_version: number;
  readonly pan: Buffer;
  readonly details: Buffer;
  readonly command_id: string;
  readonly request_hash: Buffer;
  readonly created_at: Micros;
  readonly kek_version: number;
  readonly wrapped: Buffer;
}

const columns = `id, tenant, token, brand, bin, last4, exp_month, exp_year, fingerprint, country, funding,
  key_version, pan, details, command_id, request_hash, created_at`;
const placeholders = '$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17';
const audited = `INSERT INTO vault.outbox (type, aggregate_id, tenant, at, payload)
  SELECT '${AUDIT_EVENT}', id, tenant, $17, $18::jsonb FROM done`;

const insert = sql(
  'vault.insert-card',
  `WITH done AS (
     INSERT INTO vault.card (${columns}) VALUES (${placeholders})
     ON CONFLICT DO NOTHING RETURNING id, tenant
   ) ${audited}`,
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
   ) ${audited}`,
);
const joined = `SELECT c.*, k.kek_version, k.wrapped FROM vault.card c
  JOIN vault.data_key k ON k.tenant = c.tenant AND k.version = c.key_version`;
const byId = sql('vault.find-card', `${joined} WHERE c.id = $1 AND c.tenant IN ($2, '${SHARED_TENANT}')`);
const byCommand = sql('vault.find-card-by-command', `${joined} WHERE c.tenant = $1 AND c.command_id = $2`);
// Reading and recording are one statement, so a card number is never handed out without its audit entry.
const disclose = sql(
  'vault.disclose-card',
  `WITH found AS (${joined} WHERE c.id = $1 AND c.tenant IN ($2, '${SHARED_TENANT}')),
   recorded AS (
     INSERT INTO vault.outbox (type, aggregate_id, tenant, at, payload)
     SELECT '${AUDIT_EVENT}', id, $2, $3, $4::jsonb FROM found
   )
   SELECT * FROM found`,
);

/** Stores a card with its audit entry in one statement; false where id, token or command is there already. */
export async function insertCard(db: Database, card: StoredCard, entry: AuditEntry): Promise<boolean> {
  return (await db.run(insert, valuesOf(card, entry))).count > 0;
}

/** Stores a test card, or brings the stored one up to date. */
export async function upsertSharedCard(db: Database, card: StoredCard, entry: AuditEntry): Promise<void> {
  await db.run(upsertShared, valuesOf(card, entry));
}

/** A card of the tenant, or a test card. */
export async function findCardById(db: Database, id: string, tenant: string): Promise<ReadCard | undefined> {
  const { rows } = await db.run<CardRow>(byId, [id, tenant]);
  return rows[0] && toCard(rows[0]);
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

/** Reads a card in order to disclose it, and records who asked and why in the same statement. */
export async function discloseCard(
  db: Database,
  id: string,
  tenant: string,
  at: Micros,
  entry: AuditEntry,
): Promise<ReadCard | undefined> {
  const { rows } = await db.run<CardRow>(disclose, [id, tenant, instant(at), JSON.stringify(entry)]);
  return rows[0] && toCard(rows[0]);
}

function valuesOf(card: StoredCard, entry: AuditEntry): unknown[] {
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
    JSON.stringify(entry),
  ];
}

function toCard(row: CardRow): ReadCard {
  return {
    id: row.id,
    tenant: row.tenant,
    token: row.token,
    brand: row.brand,
    bin: row.bin,
    last4: row.last4,
    expMonth: row.exp_month,
    expYear: row.exp_year,
    fingerprint: row.fingerprint,
    country: row.country,
    funding: row.funding,
    keyVersion: row.key_version,
    pan: row.pan,
    details: row.details,
    commandId: row.command_id,
    requestHash: row.request_hash,
    createdAt: row.created_at,
    wrapped: { version: row.kek_version, bytes: row.wrapped },
  };
}

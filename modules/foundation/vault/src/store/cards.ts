import type { Micros } from '@tpmall/kernel';
import { createBatcher, type Database, instant, sql } from '@tpmall/platform/db';
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
// Reading and recording are one statement, so a card number is never handed out without its audit entry. The
// rows are found one by one: the offset keeps the planner to the primary keys, whatever the tables' size.
const disclose = sql(
  'vault.disclose-card',
  `WITH found AS MATERIALIZED (
     SELECT t.n, t.reader, t.at, t.payload, c.id, c.tenant, c.exp_month, c.exp_year, c.key_version, c.pan,
       c.details, k.kek_version, k.wrapped
     FROM jsonb_to_recordset($1::jsonb)
       AS t (n integer, id text, reader text, at timestamptz, payload jsonb)
     CROSS JOIN LATERAL (
       SELECT * FROM vault.card AS x
       WHERE x.id = t.id AND x.tenant IN (t.reader, '${SHARED_TENANT}') OFFSET 0) AS c
     CROSS JOIN LATERAL (
       SELECT * FROM vault.data_key AS x
       WHERE x.tenant = c.tenant AND x.version = c.key_version OFFSET 0) AS k
   ), recorded AS (
     INSERT INTO vault.outbox (type, aggregate_id, tenant, at, payload)
     SELECT '${AUDIT_EVENT}', id, reader, at, payload FROM found ORDER BY n
   )
   SELECT n, id, tenant, exp_month, exp_year, key_version, pan, details, kek_version, wrapped FROM found`,
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

/** A request to hand out a clear card, with the entry that records it. */
export interface Disclosure {
  readonly id: string;
  readonly tenant: string;
  readonly at: Micros;
  readonly entry: AuditEntry;
}

/** What of a card is needed to hand it out. */
export type DisclosedCard = Pick<
  ReadCard,
  'id' | 'tenant' | 'expMonth' | 'expYear' | 'keyVersion' | 'pan' | 'details' | 'wrapped'
>;

type DisclosedRow = Pick<
  CardRow,
  'id' | 'tenant' | 'exp_month' | 'exp_year' | 'key_version' | 'pan' | 'details' | 'kek_version' | 'wrapped'
> & { readonly n: number };

/**
 * Reads cards in order to disclose them, and records who asked and why in the same statement. Disclosures
 * that are asked for at the same time share it; each has an entry of its own, those of one card too.
 */
export function createDiscloser(db: Database): (asked: Disclosure) => Promise<DisclosedCard | undefined> {
  let asked = 0;
  return createBatcher<Disclosure, DisclosedCard | undefined>(
    // Rows are added and none is changed, so any two may share a statement.
    () => String((asked += 1)),
    async (disclosures) => {
      const items = disclosures.map(({ id, tenant, at, entry }, n) => ({
        n,
        id,
        reader: tenant,
        at: instant(at),
        payload: entry,
      }));
      const { rows } = await db.run<DisclosedRow>(disclose, [JSON.stringify(items)]);
      const found: (DisclosedCard | undefined)[] = disclosures.map(() => undefined);
      for (const row of rows) found[row.n] = toDisclosed(row);
      return found;
    },
  );
}

function toDisclosed(row: DisclosedRow): DisclosedCard {
  return {
    id: row.id,
    tenant: row.tenant,
    expMonth: row.exp_month,
    expYear: row.exp_year,
    keyVersion: row.key_version,
    pan: row.pan,
    details: row.details,
    wrapped: { version: row.kek_version, bytes: row.wrapped },
  };
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

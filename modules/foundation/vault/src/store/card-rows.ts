import type { Micros } from '@tpmall/kernel';
import { instant } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { AllowRedisplay, Card, VaultEvents } from '../contract/index.ts';
import type { WrappedKey } from '../keystore/port.ts';

/** The tenant of test cards, which every tenant may read. */
export const SHARED_TENANT = '*';

/** What stands open about a card. */
export interface CardFacts {
  readonly id: string;
  readonly tenant: string;
  readonly version: number;
  readonly token: string;
  readonly brand: Card['brand'];
  readonly bin: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly country: string;
  readonly funding: Card['funding'];
  /** Null once erased, as are the sealed parts. */
  readonly fingerprint: string | null;
  readonly customer: string | null;
  readonly allowRedisplay: AllowRedisplay;
  readonly commandId: string;
  readonly createdAt: Micros;
  readonly detachedAt: Micros | null;
  readonly erasedAt: Micros | null;
}

/** The sealed parts of a card, and the version of the tenant's data key that seals them. */
export interface SealedParts {
  readonly keyVersion: number;
  readonly pan: Buffer;
  readonly details: Buffer;
}

/** A card that is about to be stored. */
export interface NewCard extends CardFacts, SealedParts {
  readonly fingerprint: string;
  readonly requestHash: Buffer;
}

/** A card as it was read; without sealed parts once erased. */
export interface ReadCard extends CardFacts {
  readonly requestHash: Buffer | null;
  /** With the envelope of the data key that opens them. */
  readonly sealed: (SealedParts & { readonly wrapped: WrappedKey }) | null;
}

/** A row of `vault.card` beside that of its data key. */
export interface CardRow {
  readonly id: string;
  readonly tenant: string;
  readonly version: number;
  readonly token: string;
  readonly brand: Card['brand'];
  readonly bin: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly country: string;
  readonly funding: Card['funding'];
  readonly fingerprint: string | null;
  readonly customer: string | null;
  readonly allow_redisplay: AllowRedisplay;
  readonly key_version: number | null;
  readonly pan: Buffer | null;
  readonly details: Buffer | null;
  readonly command_id: string;
  readonly request_hash: Buffer | null;
  readonly created_at: Micros;
  readonly detached_at: Micros | null;
  readonly erased_at: Micros | null;
  readonly kek_version: number | null;
  readonly wrapped: Buffer | null;
}

/** An event beside a change of a card: an audit entry, or what clients learn of. */
export type CardEvent =
  | { readonly type: typeof AUDIT_EVENT; readonly payload: AuditEntry }
  | { readonly type: keyof VaultEvents; readonly payload: Card };

/** An audit entry as an event. */
export function audited(payload: AuditEntry): CardEvent {
  return { type: AUDIT_EVENT, payload };
}

/** The cards of a query, each with its data key while it has one. */
export const JOINED_CARD = `SELECT c.*, k.kek_version, k.wrapped FROM vault.card c
  LEFT JOIN vault.data_key k ON k.tenant = c.tenant AND k.version = c.key_version`;

/**
 * Writes the events of a statement's cards: `$n` holds them as a JSON array, and the common table expression
 * `done` the cards' ids and tenants.
 */
export const tellEvents = (
  n: number,
  at: number,
): string => `INSERT INTO vault.outbox (type, aggregate_id, tenant, at, payload)
  SELECT e.type, done.id, done.tenant, $${at}, e.payload
  FROM done, ROWS FROM (jsonb_to_recordset($${n}::jsonb) AS (type text, payload jsonb))
    WITH ORDINALITY AS e (type, payload, place) ORDER BY e.place`;

/** A row as the module knows it. */
export function toCard(row: CardRow): ReadCard {
  return {
    id: row.id,
    tenant: row.tenant,
    version: row.version,
    token: row.token,
    brand: row.brand,
    bin: row.bin,
    last4: row.last4,
    expMonth: row.exp_month,
    expYear: row.exp_year,
    country: row.country,
    funding: row.funding,
    fingerprint: row.fingerprint,
    customer: row.customer,
    allowRedisplay: row.allow_redisplay,
    commandId: row.command_id,
    createdAt: row.created_at,
    detachedAt: row.detached_at,
    erasedAt: row.erased_at,
    requestHash: row.request_hash,
    sealed: sealedOf(row),
  };
}

function sealedOf(row: CardRow): ReadCard['sealed'] {
  const { key_version: keyVersion, pan, details, kek_version: kek, wrapped } = row;
  if (keyVersion === null || pan === null || details === null) return null;
  if (kek === null || wrapped === null) throw new Error(`the data key of card ${row.id} is gone`);
  return { keyVersion, pan, details, wrapped: { version: kek, bytes: wrapped } };
}

/** An instant for a parameter. */
export function instantOrNull(at: Micros | null): string | null {
  return at === null ? null : instant(at);
}

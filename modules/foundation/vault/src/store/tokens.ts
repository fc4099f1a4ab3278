import type { Micros } from '@tpmall/kernel';
import { type Database, instant, sql } from '@tpmall/platform/db';
import type { AllowRedisplay } from '../contract/index.ts';
import type { WrappedKey } from '../keystore/port.ts';
import { type CardEvent, type CardRow, JOINED_CARD, type ReadCard, tellEvents, toCard } from './card-rows.ts';

/** What a confirmation token says besides its card, sealed. */
export interface SealedTerms {
  readonly keyVersion: number;
  readonly terms: Buffer;
}

/** A token that is about to be stored. */
export interface NewToken {
  readonly id: string;
  readonly tenant: string;
  readonly card: string;
  readonly sealed: SealedTerms | null;
  readonly commandId: string;
  readonly requestHash: Buffer;
  readonly createdAt: Micros;
  readonly expiresAt: Micros;
}

/** A token as it was read, with its card. */
export interface ReadToken extends Omit<NewToken, 'card' | 'sealed'> {
  readonly card: ReadCard;
  readonly sealed: (SealedTerms & { readonly wrapped: WrappedKey }) | null;
  readonly usedBy: string | null;
  readonly usedFor: string | null;
}

interface TokenRow extends CardRow {
  readonly t_id: string;
  readonly t_command_id: string;
  readonly t_request_hash: Buffer;
  readonly t_created_at: Micros;
  readonly t_expires_at: Micros;
  readonly t_used_by: string | null;
  readonly t_used_for: string | null;
  readonly t_terms: Buffer | null;
  readonly t_key_version: number | null;
  readonly t_kek_version: number | null;
  readonly t_wrapped: Buffer | null;
}

const insert = sql(
  'vault.insert-token',
  `INSERT INTO vault.token
     (id, tenant, card, key_version, terms, command_id, request_hash, created_at, expires_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, command_id) DO NOTHING`,
);

/** Stores a token; false where its command has made one before. */
export async function insertToken(db: Database, token: NewToken): Promise<boolean> {
  const { sealed } = token;
  const { count } = await db.run(insert, [
    ...[token.id, token.tenant, token.card, sealed?.keyVersion ?? null, sealed?.terms ?? null],
    ...[token.commandId, token.requestHash, instant(token.createdAt), instant(token.expiresAt)],
  ]);
  return count > 0;
}

const COLUMNS = ['id', 'command_id', 'request_hash', 'created_at', 'expires_at', 'used_by', 'used_for'];
const JOINED_TOKEN = `SELECT ${COLUMNS.map((name) => `t.${name} AS t_${name}`).join(', ')},
    t.terms AS t_terms, t.key_version AS t_key_version, tk.kek_version AS t_kek_version,
    tk.wrapped AS t_wrapped, j.*
  FROM vault.token t JOIN (${JOINED_CARD}) j ON j.id = t.card
  LEFT JOIN vault.data_key tk ON tk.tenant = t.tenant AND tk.version = t.key_version`;
const byId = sql('vault.find-token', `${JOINED_TOKEN} WHERE t.id = $1 AND t.tenant = $2`);
const byCommand = sql(
  'vault.find-token-by-command',
  `${JOINED_TOKEN} WHERE t.command_id = $1 AND t.tenant = $2`,
);

/** A token of the tenant. */
export async function findTokenById(
  db: Database,
  id: string,
  tenant: string,
): Promise<ReadToken | undefined> {
  const { rows } = await db.run<TokenRow>(byId, [id, tenant]);
  return rows[0] && toToken(rows[0]);
}

/** The token that a command made. */
export async function findTokenByCommand(
  db: Database,
  commandId: string,
  tenant: string,
): Promise<ReadToken | undefined> {
  const { rows } = await db.run<TokenRow>(byCommand, [commandId, tenant]);
  return rows[0] && toToken(rows[0]);
}

// The token's row is locked before its card's, by every use alike. What became of either since it was looked
// at leaves `held` empty, and nothing is stored.
const use = sql(
  'vault.use-token',
  `WITH held AS (
     SELECT t.id, t.tenant, t.card FROM vault.token t JOIN vault.card c ON c.id = t.card
     WHERE t.id = $1 AND t.tenant = $2 AND t.used_by IS NULL AND t.expires_at > $5 AND c.version = $7
       AND c.erased_at IS NULL AND c.detached_at IS NULL FOR UPDATE
   ), claimed AS (
     INSERT INTO vault.command (tenant, key, first_seen, command_id, request_hash)
     SELECT tenant, $3, $5, $3, $6 FROM held
     ON CONFLICT (tenant, key) DO UPDATE SET request_hash = EXCLUDED.request_hash
       WHERE command.request_hash = EXCLUDED.request_hash RETURNING tenant
   ), used AS (
     UPDATE vault.token t SET used_by = $3, used_for = $4 FROM held, claimed WHERE t.id = held.id
     RETURNING t.card, t.tenant
   ), said AS (
     UPDATE vault.card c SET details = coalesce($8::bytea, c.details),
       allow_redisplay = coalesce($9::text, c.allow_redisplay), version = c.version + 1
     FROM used WHERE c.id = used.card AND num_nonnulls($8::bytea, $9::text) > 0
   ), done AS (
     SELECT card AS id, tenant FROM used
   ) ${tellEvents(10, 5)}`,
);

/** A use of a token that is good, and what it says of the card. */
export interface TokenUse {
  readonly token: ReadToken;
  readonly command: { readonly id: string; readonly at: Micros; readonly requestHash: Buffer };
  readonly usedFor: string | null;
  /** The newly sealed details, or null where they stay. */
  readonly details: Buffer | null;
  readonly allowRedisplay: AllowRedisplay | null;
  readonly events: readonly CardEvent[];
}

/**
 * Uses a token up and sets what is said of its card, in one statement. False: it is used or expired by now,
 * or its card has changed; nothing is stored then.
 */
export async function takeToken(db: Database, taken: TokenUse): Promise<boolean> {
  const { token, command } = taken;
  const { count } = await db.run(use, [
    ...[token.id, token.tenant, command.id, taken.usedFor, instant(command.at), command.requestHash],
    ...[token.card.version, taken.details, taken.allowRedisplay, JSON.stringify(taken.events)],
  ]);
  return count > 0;
}

const settle = sql(
  'vault.settle-token',
  `UPDATE vault.token SET used_for = $4, used_by = CASE WHEN $4::text IS NULL THEN NULL ELSE used_by END
   WHERE id = $1 AND tenant = $2 AND used_by = $3`,
);

/** Says what a token was used for by the command that used it; null gives it back. */
export async function settleUse(
  db: Database,
  token: { readonly id: string; readonly tenant: string },
  commandId: string,
  usedFor: string | null,
): Promise<void> {
  await db.run(settle, [token.id, token.tenant, commandId, usedFor]);
}

function toToken(row: TokenRow): ReadToken {
  const { t_key_version: keyVersion, t_terms: terms, t_kek_version: kek, t_wrapped: wrapped } = row;
  const isSealed = keyVersion !== null && terms !== null && kek !== null && wrapped !== null;
  return {
    id: row.t_id,
    tenant: row.tenant,
    card: toCard(row),
    sealed: isSealed ? { keyVersion, terms, wrapped: { version: kek, bytes: wrapped } } : null,
    commandId: row.t_command_id,
    requestHash: row.t_request_hash,
    createdAt: row.t_created_at,
    expiresAt: row.t_expires_at,
    usedBy: row.t_used_by,
    usedFor: row.t_used_for,
  };
}

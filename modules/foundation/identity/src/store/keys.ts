import type { Micros } from '@tpmall/kernel';
import { createListing, type Database, instant, type Queryable, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { ApiKey, KeyKind, Permissions } from '../contract/index.ts';

/** A key as it is stored. */
export interface StoredKey extends ApiKey {
  readonly hash: Buffer;
  readonly salt: Buffer | null;
}

/** A key as it is stored, with what the command that made it asked for. */
export interface MadeKey extends StoredKey {
  readonly requestHash: Buffer;
}

/** A key to be stored, with the command that makes it. */
export interface NewKey extends MadeKey {
  readonly successorOf: string | null;
  readonly commandId: string;
}

interface KeyRow {
  readonly id: string;
  readonly tenant: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly hint: string;
  readonly hash: Buffer;
  readonly salt: Buffer | null;
  readonly permissions: Permissions | null;
  readonly daily_quota: number | null;
  readonly origins: readonly string[];
  readonly owner: string | null;
  readonly created_at: Micros;
  readonly expires_at: Micros | null;
}

const columns = `id, tenant, kind, name, hint, hash, salt, created_at, expires_at, permissions, daily_quota,
  origins, owner`;

// The command, the key and the audit entry go in together, or not at all because the command was there
// before.
const insert = sql(
  'identity.insert-key',
  `WITH accepted AS (
     INSERT INTO identity.command (tenant, key, first_seen, command_id, request_hash)
     VALUES ($2, $15, $8, $15, $16) ON CONFLICT DO NOTHING RETURNING tenant
   ), made AS (
     INSERT INTO identity.api_key (${columns}, successor_of, command_id)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11, $12::text[], $13, $14, $15
     FROM accepted RETURNING id, tenant
   )
   INSERT INTO identity.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${AUDIT_EVENT}', id, tenant, $8, $17::jsonb FROM made`,
);
const byCommand = sql(
  'identity.find-key-by-command',
  `SELECT ${columns}, (SELECT request_hash FROM identity.command c
     WHERE c.tenant = k.tenant AND c.key = k.command_id) AS request_hash
   FROM identity.api_key k WHERE tenant = $1 AND command_id = $2`,
);
const lock = sql(
  'identity.lock-key',
  `SELECT ${columns} FROM identity.api_key WHERE tenant = $1 AND id = $2 FOR UPDATE`,
);
const byId = sql(
  'identity.find-key',
  `SELECT ${columns} FROM identity.api_key WHERE tenant = $1 AND id = $2`,
);
// Whoever runs the house no more does not go on with a key.
const byHash = sql(
  'identity.find-living-key',
  `SELECT ${columns} FROM identity.api_key k WHERE hash = $1 AND (owner IS NULL OR EXISTS (
     SELECT FROM identity.membership m WHERE m.person_id = k.owner AND m.role = 'operator'))`,
);
const expire = sql(
  'identity.expire-key',
  `WITH changed AS (
     UPDATE identity.api_key SET expires_at = $3
     WHERE tenant = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > $3) RETURNING id, tenant
   )
   INSERT INTO identity.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${AUDIT_EVENT}', id, tenant, $4, $5::jsonb FROM changed`,
);
const expireOwned = sql(
  'identity.expire-keys-of-person',
  `WITH changed AS (
     UPDATE identity.api_key SET expires_at = $3
     WHERE tenant = $1 AND owner = $2 AND (expires_at IS NULL OR expires_at > $3) RETURNING id, tenant
   )
   INSERT INTO identity.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${AUDIT_EVENT}', id, tenant, $3, $4::jsonb || jsonb_build_object('subject', id) FROM changed`,
);
const wipe = sql(
  'identity.wipe-salts',
  'UPDATE identity.api_key SET salt = NULL WHERE salt IS NOT NULL AND created_at < $1',
);

/** Stores a key with its command and audit entry; false where the command was accepted before. */
export async function insertKey(on: Queryable, key: NewKey, entry: AuditEntry): Promise<boolean> {
  const { count } = await on.run(insert, [
    key.id,
    key.tenant,
    key.kind,
    key.name,
    key.hint,
    key.hash,
    key.salt,
    instant(key.createdAt),
    key.expiresAt === null ? null : instant(key.expiresAt),
    key.permissions && JSON.stringify(key.permissions),
    key.dailyQuota,
    key.origins,
    key.owner,
    key.successorOf,
    key.commandId,
    key.requestHash,
    JSON.stringify(entry),
  ]);
  return count > 0;
}

/** The key that a command made, and what that command asked for. */
export async function findKeyByCommand(
  on: Queryable,
  tenant: string,
  commandId: string,
): Promise<MadeKey | undefined> {
  const { rows } = await on.run<KeyRow & { request_hash: Buffer }>(byCommand, [tenant, commandId]);
  return rows[0] && { ...toKey(rows[0]), requestHash: rows[0].request_hash };
}

/** A key of the tenant, held until the transaction ends. */
export function lockKey(tx: Queryable, tenant: string, id: string) {
  return one(tx.run<KeyRow>(lock, [tenant, id]));
}

/** A key of the tenant. */
export function findKey(db: Database, tenant: string, id: string) {
  return one(db.run<KeyRow>(byId, [tenant, id]));
}

/** A key of any tenant by its hash; none where its owner is no operator any more. */
export function findLivingKey(db: Database, hash: Buffer) {
  return one(db.run<KeyRow>(byHash, [hash]));
}

/** A tenant's keys. */
export const listKeys = createListing({
  ...{ module: 'identity', table: 'api_key', object: 'key', select: columns, read: toKey },
  filters: { exceptKind: 'kind <> ?' },
});

/** Ends a key's life at `until`, with its audit entry, unless it ends before; false where nothing changed. */
export async function expireKey(
  on: Queryable,
  key: { tenant: string; id: string; until: Micros; at: Micros },
  entry: AuditEntry,
): Promise<boolean> {
  const values = [key.tenant, key.id, instant(key.until), instant(key.at), JSON.stringify(entry)];
  return (await on.run(expire, values)).count > 0;
}

/** Ends the keys that act as a person, each with its audit entry. */
export async function expireKeysOf(
  on: Queryable,
  person: { readonly tenant: string; readonly id: string; readonly at: Micros },
  entry: Omit<AuditEntry, 'subject'>,
): Promise<void> {
  await on.run(expireOwned, [person.tenant, person.id, instant(person.at), JSON.stringify(entry)]);
}

/** Forgets how to answer the commands of keys made before an instant. */
export async function wipeSalts(db: Database, before: Micros): Promise<number> {
  return (await db.run(wipe, [instant(before)])).count;
}

async function one(answer: Promise<{ rows: readonly KeyRow[] }>): Promise<StoredKey | undefined> {
  const { rows } = await answer;
  return rows[0] && toKey(rows[0]);
}

function toKey(row: KeyRow): StoredKey {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    name: row.name,
    hint: row.hint,
    hash: row.hash,
    salt: row.salt,
    permissions: row.permissions,
    dailyQuota: row.daily_quota,
    origins: row.origins,
    owner: row.owner,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

import type { Micros } from '@tpmall/kernel';
import { type Database, instant, sql } from '@tpmall/platform/db';
import type { WrappedKey } from '../keystore/port.ts';

/** A wrapped data key as it is stored. */
export interface StoredDataKey {
  readonly tenant: string;
  readonly version: number;
  readonly wrapped: WrappedKey;
  readonly createdAt: Micros;
}

interface DataKeyRow {
  readonly tenant: string;
  readonly version: number;
  readonly kek_version: number;
  readonly wrapped: Buffer;
  readonly created_at: Micros;
}

const newest = sql(
  'vault.newest-data-key',
  `SELECT tenant, version, kek_version, wrapped, created_at FROM vault.data_key
   WHERE tenant = $1 ORDER BY version DESC LIMIT 1`,
);
const insert = sql(
  'vault.insert-data-key',
  `INSERT INTO vault.data_key (tenant, version, kek_version, wrapped, created_at)
   VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
);
const behind = sql(
  'vault.data-keys-behind',
  `SELECT tenant, version, kek_version, wrapped, created_at FROM vault.data_key
   WHERE kek_version < $1 ORDER BY kek_version, tenant, version LIMIT $2`,
);
const countBehind = sql(
  'vault.count-data-keys-behind',
  'SELECT count(*)::int AS behind FROM vault.data_key WHERE kek_version < $1',
);
const replace = sql(
  'vault.replace-wrapped-key',
  `UPDATE vault.data_key SET kek_version = $4, wrapped = $5, rewrapped_at = $6
   WHERE tenant = $1 AND version = $2 AND kek_version = $3`,
);

/** The data key that a tenant's new cards are sealed with, if it has one yet. */
export async function findNewestDataKey(db: Database, tenant: string): Promise<StoredDataKey | undefined> {
  const { rows } = await db.run<DataKeyRow>(newest, [tenant]);
  return rows[0] && toDataKey(rows[0]);
}

/** Stores a data key unless the tenant has that version already. */
export async function insertDataKey(db: Database, key: StoredDataKey): Promise<void> {
  const { tenant, version, wrapped, createdAt } = key;
  await db.run(insert, [tenant, version, wrapped.version, wrapped.bytes, instant(createdAt)]);
}

/** Data keys sealed under an older key-encryption key than `kekVersion`, oldest version first. */
export async function findDataKeysBehind(
  db: Database,
  kekVersion: number,
  limit: number,
): Promise<StoredDataKey[]> {
  const { rows } = await db.run<DataKeyRow>(behind, [kekVersion, limit]);
  return rows.map(toDataKey);
}

/** How many data keys a rotation has still to rewrap. */
export async function countDataKeysBehind(db: Database, kekVersion: number): Promise<number> {
  const { rows } = await db.run<{ behind: number }>(countBehind, [kekVersion]);
  return rows[0]?.behind ?? 0;
}

/** Replaces an envelope, unless somebody else was faster. */
export async function replaceWrappedKey(
  db: Database,
  old: StoredDataKey,
  wrapped: WrappedKey,
  at: Micros,
): Promise<void> {
  await db.run(replace, [
    old.tenant,
    old.version,
    old.wrapped.version,
    wrapped.version,
    wrapped.bytes,
    instant(at),
  ]);
}

function toDataKey(row: DataKeyRow): StoredDataKey {
  return {
    tenant: row.tenant,
    version: row.version,
    wrapped: { version: row.kek_version, bytes: row.wrapped },
    createdAt: row.created_at,
  };
}

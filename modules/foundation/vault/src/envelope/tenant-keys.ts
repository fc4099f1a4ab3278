import { type Clock, DAY, type Micros, type Random, Redacted } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import { KEY_BYTES } from '@tpmall/platform/sealing';
import type { KeyStore, WrappedKey } from '../keystore/port.ts';
import { findNewestDataKey, insertDataKey } from '../store/data-keys.ts';

/**
 * Unwrapped keys kept at a time; the least recently used one leaves first and is unwrapped again when needed.
 */
const MAX_CACHED_KEYS = 1_000;

/**
 * How long a data key seals new cards; then the tenant gets another one. Bounds how much one key opens, and
 * lets keys go once the cards of their time are erased.
 */
export const DATA_KEY_PERIOD = 30 * DAY;

/** A tenant's data key in clear, in memory only. */
export interface TenantKey {
  readonly version: number;
  readonly key: Redacted<Buffer>;
}

/**
 * The data keys between the keystore and the rows: one for each tenant and period, kept in the database only
 * wrapped.
 */
export interface TenantKeys {
  /** The key that new rows of a tenant are sealed with; made on the tenant's first card. */
  newest(tenant: string): Promise<TenantKey>;
  /** The key of a row that is being read, from the wrapped key that was read with it. */
  unwrap(tenant: string, version: number, wrapped: WrappedKey): Promise<Redacted<Buffer>>;
}

/** Keeps unwrapped keys so that a card costs no keystore call; throws when a wrapped key does not open. */
export function createTenantKeys(environment: {
  db: Database;
  keyStore: KeyStore;
  clock: Clock;
  random: Random;
}): TenantKeys {
  const { db, keyStore, clock, random } = environment;
  const cache = new Map<string, Redacted<Buffer>>();
  const newestKey = new Map<string, { readonly version: number; readonly until: Micros }>();

  const remember = (name: string, key: Redacted<Buffer>): void => {
    cache.delete(name);
    cache.set(name, key);
    const oldest = cache.keys().next().value;
    if (cache.size > MAX_CACHED_KEYS && oldest !== undefined) cache.delete(oldest);
  };
  const unwrap: TenantKeys['unwrap'] = async (tenant, version, wrapped) => {
    const name = cacheName(tenant, version);
    let key = cache.get(name);
    if (!key) {
      const unwrapped = await keyStore.unwrapKey(wrapped, dataKeyBinding(tenant, version));
      if (!unwrapped.ok) throw new Error(`data key ${version} of ${tenant}: ${unwrapped.error.message}`);
      key = unwrapped.value;
    }
    remember(name, key);
    return key;
  };

  return {
    unwrap,
    async newest(tenant) {
      const now = clock.now();
      const known = newestKey.get(tenant);
      const cached = known && known.until > now && cache.get(cacheName(tenant, known.version));
      if (known && cached) return { version: known.version, key: cached };
      let row = await findNewestDataKey(db, tenant);
      if (!row || row.createdAt + DATA_KEY_PERIOD <= now) {
        const version = (row?.version ?? 0) + 1;
        const fresh = new Redacted(Buffer.from(random.bytes(KEY_BYTES)));
        const wrapped = await keyStore.wrapKey(fresh, dataKeyBinding(tenant, version));
        await insertDataKey(db, { tenant, version, wrapped, createdAt: now });
        // Another process may have been first: what is stored counts, not what was made here.
        row = await findNewestDataKey(db, tenant);
        if (!row) throw new Error(`the data key of ${tenant} was not stored`);
      }
      const key = await unwrap(tenant, row.version, row.wrapped);
      if (newestKey.size >= MAX_CACHED_KEYS) newestKey.clear();
      newestKey.set(tenant, { version: row.version, until: row.createdAt + DATA_KEY_PERIOD });
      return { version: row.version, key };
    },
  };
}

/** What a wrapped data key is bound to. */
export function dataKeyBinding(tenant: string, version: number): readonly string[] {
  return ['data-key', tenant, String(version)];
}

function cacheName(tenant: string, version: number): string {
  return `${version}:${tenant}`;
}

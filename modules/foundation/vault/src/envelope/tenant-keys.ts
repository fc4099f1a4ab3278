import { type Clock, type Random, Redacted } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { KeyStore, WrappedKey } from '../keystore/port.ts';
import { findNewestDataKey, insertDataKey } from '../store/data-keys.ts';
import { KEY_BYTES } from './sealing.ts';

/**
 * Unwrapped keys kept at a time; the least recently used one leaves first and is unwrapped again when needed.
 */
const MAX_CACHED_KEYS = 1_000;

/** A tenant's data key in clear, in memory only. */
export interface TenantKey {
  readonly version: number;
  readonly key: Redacted<Buffer>;
}

/**
 * The data keys between the keystore and the rows: one for each tenant, kept in the database only wrapped.
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
  const newestVersion = new Map<string, number>();

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
      const version = newestVersion.get(tenant);
      const cached = version === undefined ? undefined : cache.get(cacheName(tenant, version));
      if (version !== undefined && cached) return { version, key: cached };
      let row = await findNewestDataKey(db, tenant);
      if (!row) {
        const fresh = new Redacted(Buffer.from(random.bytes(KEY_BYTES)));
        const wrapped = await keyStore.wrapKey(fresh, dataKeyBinding(tenant, 1));
        await insertDataKey(db, { tenant, version: 1, wrapped, createdAt: clock.now() });
        // Another process may have been first: what is stored counts, not what was made here.
        row = await findNewestDataKey(db, tenant);
        if (!row) throw new Error(`the data key of ${tenant} was not stored`);
      }
      const key = await unwrap(tenant, row.version, row.wrapped);
      if (newestVersion.size >= MAX_CACHED_KEYS) newestVersion.clear();
      newestVersion.set(tenant, row.version);
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

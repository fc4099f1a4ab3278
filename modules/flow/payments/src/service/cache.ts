import type { Clock, Micros } from '@tpmall/kernel';

/** The most values that are remembered; the oldest goes first. */
const CACHE_MAX = 10_000;

/**
 * Remembers what another module answered for a short while. Keys carry the tenant, so tenants never share.
 */
export interface Cache<Value> {
  find(key: string): Value | undefined;
  keep(key: string, value: Value): void;
}

/** A cache whose values are forgotten after `lifetime`. */
export function createCache<Value>(clock: Clock, lifetime: Micros): Cache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: Micros }>();
  return {
    find(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.until > clock.now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    keep(key, value) {
      entries.delete(key);
      entries.set(key, { value, until: clock.now() + lifetime });
      if (entries.size <= CACHE_MAX) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}

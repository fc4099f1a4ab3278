import { type Clock, type Micros, SECOND } from '@tpmall/kernel';
import type { Principal } from '../contract/index.ts';

/** How long another process's revocation may go unnoticed here. */
const TIME_TO_LIVE = 5 * SECOND;
/** Keys in use at a time; the one not asked for longest leaves first. */
const CAPACITY = 10_000;

/** Whose key a hash is, for as long as nothing can have changed. */
export interface PrincipalCache {
  find(hash: string): Principal | undefined;
  /** Remembers what was read after {@link generation} was asked for, unless a key has changed since. */
  remember(hash: string, principal: Principal, expiresAt: Micros | null, generation: number): void;
  generation(): number;
  /** Forgets a key at once. */
  forget(keyId: string): void;
}

/** Creates an empty cache. */
export function createPrincipalCache(clock: Clock): PrincipalCache {
  const entries = new Map<string, { principal: Principal; until: Micros }>();
  let generation = 0;
  return {
    generation: () => generation,
    find(hash) {
      const entry = entries.get(hash);
      if (!entry) return undefined;
      if (clock.now() < entry.until) return entry.principal;
      entries.delete(hash);
      return undefined;
    },
    remember(hash, principal, expiresAt, readAt) {
      // A revocation between the read and now must not be undone by an older answer.
      if (readAt !== generation) return;
      const oldest = entries.keys().next().value;
      if (entries.size >= CAPACITY && oldest !== undefined) entries.delete(oldest);
      const until = clock.now() + TIME_TO_LIVE;
      entries.set(hash, { principal, until: expiresAt === null ? until : Math.min(until, expiresAt) });
    },
    forget(keyId) {
      generation += 1;
      for (const [hash, { principal }] of entries) if (principal.keyId === keyId) entries.delete(hash);
    },
  };
}

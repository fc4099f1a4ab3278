import { type Clock, type Micros, SECOND } from '@tpmall/kernel';

/** How long another process's revocation may go unnoticed here. */
const TIME_TO_LIVE = 5 * SECOND;
/** Keys or sessions in use at a time; the one not asked for longest leaves first. */
const CAPACITY = 10_000;

/** Who the holder of a secret is, by the secret's hash, for as long as nothing can have changed. */
export interface ProofCache<Proved> {
  find(hash: string): Proved | undefined;
  /** Remembers what was read after {@link generation} was asked for, unless something has changed since. */
  remember(hash: string, proved: Proved, until: Micros, generation: number): void;
  generation(): number;
  /** Forgets at once all of whom it is true. */
  forget(isMeant: (proved: Proved) => boolean): void;
}

/** Creates an empty cache. */
export function createProofCache<Proved>(clock: Clock): ProofCache<Proved> {
  const entries = new Map<string, { proved: Proved; until: Micros }>();
  let generation = 0;
  return {
    generation: () => generation,
    find(hash) {
      const entry = entries.get(hash);
      if (!entry) return undefined;
      if (clock.now() < entry.until) return entry.proved;
      entries.delete(hash);
      return undefined;
    },
    remember(hash, proved, until, readAt) {
      // A revocation between the read and now must not be undone by an older answer.
      if (readAt !== generation) return;
      const oldest = entries.keys().next().value;
      if (entries.size >= CAPACITY && oldest !== undefined) entries.delete(oldest);
      entries.set(hash, { proved, until: Math.min(until, clock.now() + TIME_TO_LIVE) });
    },
    forget(isMeant) {
      generation += 1;
      for (const [hash, { proved }] of entries) if (isMeant(proved)) entries.delete(hash);
    },
  };
}

/**
 * A map from 128-bit ids to what bears them. JavaScript's own Map asks the runtime for the hash of every bigint, which
 * was the largest part of judging a transfer; this one hashes two words by multiplication and costs a third.
 * Open addressing with linear probing; a removal shifts what follows back, so there are no tombstones.
 */
export interface IdMap<V extends { readonly id: bigint }> {
  readonly size: number;
  get(id: bigint): V | undefined;
  has(id: bigint): boolean;
  /** Puts a value under its own id, in place of an earlier one. */
  set(id: bigint, value: V): void;
  delete(id: bigint): boolean;
  /** In order of insertion, as long as nothing but the newest was ever deleted. */
  values(): IterableIterator<V>;
}

/** Slots to begin with; a power of two. The table doubles when it is more than half full. */
const INITIAL_SLOTS = 1_024;

const wide = new BigUint64Array(2);
const words = new Uint32Array(wide.buffer);

/** Mixes all 128 bits, because ids made of a time and a counter differ in few of them. */
function hashOf(id: bigint): number {
  wide[0] = id;
  wide[1] = id >> 64n;
  let hash = Math.imul(words[0] as number, 0x9e3779b1) ^ Math.imul(words[1] as number, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae3d);
  hash ^=
    Math.imul((words[2] as number) ^ (hash >>> 13), 0x27d4eb2f) ^ Math.imul(words[3] as number, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 16);
}

/** An empty map. */
export function createIdMap<V extends { readonly id: bigint }>(): IdMap<V> {
  let mask = INITIAL_SLOTS - 1;
  // Two numbers a slot, side by side for the cache: the hash, and the value's place plus one (0: empty).
  let slots = new Int32Array(2 * INITIAL_SLOTS);
  const held: (V | undefined)[] = [];
  const free: number[] = [];
  let size = 0;

  const find = (id: bigint, hash: number): number => {
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = slots[2 * slot + 1] as number;
      if (place === 0) return ~slot;
      if (slots[2 * slot] === hash && (held[place - 1] as V).id === id) return slot;
    }
  };

  const grow = (): void => {
    const old = slots;
    mask = 2 * mask + 1;
    slots = new Int32Array(2 * (mask + 1));
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let slot = (old[from] as number) & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = old[from] as number;
      slots[2 * slot + 1] = old[from + 1] as number;
    }
  };

  const close = (gap: number): void => {
    let empty = gap;
    for (let slot = (gap + 1) & mask; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
      const home = (slots[2 * slot] as number) & mask;
      // Moves back what would no longer be found across the gap.
      if (((slot - home) & mask) < ((slot - empty) & mask)) continue;
      slots[2 * empty] = slots[2 * slot] as number;
      slots[2 * empty + 1] = slots[2 * slot + 1] as number;
      empty = slot;
    }
    slots[2 * empty + 1] = 0;
  };

  return {
    get size() {
      return size;
    },
    get(id) {
      const slot = find(id, hashOf(id));
      return slot < 0 ? undefined : held[(slots[2 * slot + 1] as number) - 1];
    },
    has: (id) => find(id, hashOf(id)) >= 0,
    set(id, value) {
      const hash = hashOf(id);
      const slot = find(id, hash);
      if (slot >= 0) {
        held[(slots[2 * slot + 1] as number) - 1] = value;
        return;
      }
      const place = free.pop() ?? held.length;
      held[place] = value;
      slots[2 * ~slot] = hash;
      slots[2 * ~slot + 1] = place + 1;
      size += 1;
      if (2 * size > mask) grow();
    },
    delete(id) {
      const slot = find(id, hashOf(id));
      if (slot < 0) return false;
      const place = (slots[2 * slot + 1] as number) - 1;
      held[place] = undefined;
      free.push(place);
      size -= 1;
      close(slot);
      return true;
    },
    *values() {
      for (const value of held) if (value !== undefined) yield value;
    },
  };
}

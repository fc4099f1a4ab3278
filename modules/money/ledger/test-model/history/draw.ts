import fc from 'fast-check';

/** Random numbers that a recipe uses up one after the other; the same seed always cooks the same dish. */
export interface Dice {
  /** 0 to limit − 1. */
  below(limit: number): number;
  /** One of the items. */
  pick<Item>(items: readonly Item[]): Item;
  /** True so many times in a hundred. */
  percent(chance: number): boolean;
}

/**
 * One batch to be made up: a seed for itself, and one for each event, so that histories shrink event by
 * event.
 */
export interface BatchDraw {
  readonly seed: number;
  readonly items: readonly number[];
}

/** A whole history to be made up. */
export interface HistoryDraw {
  readonly start: number;
  readonly batches: readonly BatchDraw[];
}

const SEED_LIMIT = 0x7fff_ffff;
const seed = fc.noShrink(fc.noBias(fc.nat(SEED_LIMIT)));

/** Histories of up to so many batches, of 1 to 12 events each. */
export function histories(batches: number): fc.Arbitrary<HistoryDraw> {
  const batch = fc.record({
    seed,
    items: fc.noBias(fc.array(seed, { minLength: 1, maxLength: 12, size: 'max' })),
  });
  return fc.record({
    start: seed,
    batches: fc.noBias(fc.array(batch, { minLength: 1, maxLength: batches, size: 'max' })),
  });
}

/** Dice of a seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return {
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    percent: (chance) => below(100) < chance,
  };
}

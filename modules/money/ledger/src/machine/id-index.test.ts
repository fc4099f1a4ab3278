import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdIndex } from './id-index.ts';

const ID_MAX = (1n << 128n) - 1n;

/** Few ids, many of them neighbours in one word or another, so that they meet in the index. */
const id = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0n, 32n, 64n, 96n))
    .map(([n, by]) => BigInt(n) << by),
  fc.bigInt({ min: 1n, max: ID_MAX }),
);
const step = fc.record({ id, remove: fc.boolean() });

describe('an index by id', () => {
  it('holds what a map holds after any steps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const index = createIdIndex<{ at: number }>();
        const map = new Map<bigint, { at: number }>();
        for (const [at, each] of steps.entries()) {
          if (each.remove) {
            index.delete(each.id);
            map.delete(each.id);
          } else {
            index.set(each.id, { at });
            map.set(each.id, { at });
          }
        }
        for (const { id: asked } of steps) expect(index.get(asked)).toEqual(map.get(asked));
        expect(stepsOf(index.values())).toEqual(stepsOf(map.values()));
        expect(index.size).toBe(map.size);
      }),
    );
  });

  it.each([0n, 32n, 64n, 96n])('grows, shrinks and stays whole with ids that count from bit %i', (by) => {
    const index = createIdIndex<bigint>();
    const count = 20_000n;
    for (let n = 1n; n <= count; n += 1n) index.set(n << by, n);
    for (let n = 1n; n <= count; n += 1n) if (n % 3n !== 0n) index.delete(n << by);
    const left = Array.from({ length: Number(count) }, (_, at) => BigInt(at + 1)).filter(
      (n) => index.get(n << by) === n,
    );
    expect(left).toEqual(left.filter((n) => n % 3n === 0n));
    expect([left.length, index.size]).toEqual([Number(count / 3n), Number(count / 3n)]);
  });

  it('does not know zero, and takes it from nobody', () => {
    const index = createIdIndex<string>();
    expect([index.get(0n), index.has(0n)]).toEqual([undefined, false]);
    expect(() => index.set(0n, 'zero')).toThrow('zero is no id');
  });
});

function stepsOf(items: Iterable<{ at: number }>): number[] {
  return [...items].map(({ at }) => at).sort((a, b) => a - b);
}

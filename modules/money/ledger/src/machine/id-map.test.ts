import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdMap } from './id-map.ts';

describe('the map of ids', () => {
  it('does what a Map does, whatever is put in and taken out', () => {
    // Few ids and ids that differ in few bits, so that slots collide.
    const id = fc.oneof(
      fc.bigInt(0n, 40n),
      fc.bigInt(0n, 40n).map((n) => n << 64n),
      fc.bigInt(0n, (1n << 128n) - 1n),
    );
    const step = fc.record({ put: fc.boolean(), id });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const map = createIdMap<{ id: bigint; at: number }>();
        const model = new Map<bigint, { id: bigint; at: number }>();
        steps.forEach((item, at) => {
          if (item.put) {
            map.set(item.id, { id: item.id, at });
            model.set(item.id, { id: item.id, at });
          } else expect(map.delete(item.id)).toBe(model.delete(item.id));
          expect(map.size).toBe(model.size);
        });
        for (const { id: asked } of steps) expect(map.get(asked)).toEqual(model.get(asked));
        const byAt = (a: { at: number }, b: { at: number }) => a.at - b.at;
        expect([...map.values()].sort(byAt)).toEqual([...model.values()].sort(byAt));
      }),
    );
  });

  it('grows, shrinks and keeps the order of insertion', () => {
    const map = createIdMap<{ id: bigint }>();
    const ids = Array.from({ length: 5_000 }, (_, index) => BigInt(index) << 80n);
    for (const id of ids) map.set(id, { id });
    expect([...map.values()].map((value) => value.id)).toEqual(ids);
    for (const id of ids.slice(4_990).reverse()) map.delete(id);
    for (const id of ids.slice(4_990)) map.set(id, { id });
    expect([...map.values()].map((value) => value.id)).toEqual(ids);
    for (const id of ids) expect(map.delete(id)).toBe(true);
    expect([map.size, map.get(ids[7] as bigint), map.has(0n)]).toEqual([0, undefined, false]);
  });
});

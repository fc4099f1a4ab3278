import { systemRandom } from '@tpmall/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { open, seal } from './sealing.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const binding = fc.array(fc.string({ maxLength: 12 }), { maxLength: 4 });

it('opens what it sealed, with the same key and the same binding', () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 300 }), binding, (k, clear, bound) => {
      const sealed = seal(k, clear, bound, systemRandom);
      expect(sealed.length).toBe(clear.length + 28);
      expect(open(k, sealed, bound)).toEqual(Buffer.from(clear));
    }),
  );
});

it('refuses every flipped bit, and every other length', () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 40 }), fc.nat(), (k, clear, place) => {
      const sealed = seal(k, clear, ['a'], systemRandom);
      const flipped = Buffer.from(sealed);
      const bit = place % (sealed.length * 8);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(open(k, flipped, ['a'])).toBeUndefined();
      expect(open(k, sealed.subarray(0, place % sealed.length), ['a'])).toBeUndefined();
      expect(open(k, Buffer.concat([sealed, Buffer.from([0])]), ['a'])).toBeUndefined();
    }),
  );
});

it('refuses another key and another binding, also one that reads the same when joined', () => {
  fc.assert(
    fc.property(key, key, binding, binding, (k, other, bound, elsewhere) => {
      const sealed = seal(k, Buffer.from('x'), bound, systemRandom);
      if (Buffer.compare(k, other) !== 0) expect(open(other, sealed, bound)).toBeUndefined();
      if (JSON.stringify(bound) !== JSON.stringify(elsewhere)) {
        expect(open(k, sealed, elsewhere)).toBeUndefined();
      }
    }),
  );
  const sealed = seal(Buffer.alloc(32), Buffer.from('x'), ['ab', 'c'], systemRandom);
  expect(open(Buffer.alloc(32), sealed, ['a', 'bc'])).toBeUndefined();
});

it('never seals the same bytes to the same text', () => {
  const sealed = () => seal(Buffer.alloc(32), Buffer.from('x'), [], systemRandom).toString('hex');
  expect(new Set(Array.from({ length: 100 }, sealed)).size).toBe(100);
});

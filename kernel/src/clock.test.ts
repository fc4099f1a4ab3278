import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoInstant, SECOND } from './clock.ts';

const LAST_EXACT = Number.MAX_SAFE_INTEGER;

it('writes an instant with all its microseconds', () => {
  expect(isoInstant(0)).toBe('1970-01-01T00:00:00.000000Z');
  expect(isoInstant(1_764_281_234_000_001)).toBe('2025-11-27T22:07:14.000001Z');
  expect(isoInstant(-1)).toBe('1969-12-31T23:59:59.999999Z');
});

it('writes each instant for itself, whatever was written before', () => {
  const instants = fc.array(fc.integer({ min: -LAST_EXACT, max: LAST_EXACT }), { minLength: 1 });
  const near = fc.array(fc.integer({ min: 0, max: 3 * SECOND }), { minLength: 1 });
  fc.assert(
    fc.property(fc.oneof(instants, near), (all) =>
      all.every((at) => {
        const micros = ((at % 1000) + 1000) % 1000;
        const millis = new Date((at - micros) / 1000).toISOString();
        return isoInstant(at) === millis.replace('Z', `${String(micros).padStart(3, '0')}Z`);
      }),
    ),
  );
});

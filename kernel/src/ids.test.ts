import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manualClock } from './clock.ts';
import { base32, createIds, hash128, transferId } from './ids.ts';
import { seededRandom } from './random.ts';

it('makes ids that rise, also within one instant and past a full counter', () => {
  const clock = manualClock(1_800_000_000_000_000);
  const ids = createIds(clock, seededRandom(1));
  let last = '';
  for (let i = 0; i < 10_000; i += 1) {
    const next = ids.next('pi');
    expect(next > last).toBe(true);
    last = next;
  }
});

it('writes the version and variant of RFC 9562', () => {
  const id = createIds(manualClock(1_800_000_000_000_000), seededRandom(2)).next128();
  expect((id >> 76n) & 0xfn).toBe(7n);
  expect((id >> 62n) & 0x3n).toBe(2n);
  expect(id >> 80n).toBe(1_800_000_000_000n);
});

it('sorts as text as it does as an integer', () => {
  const id = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
  fc.assert(fc.property(id, id, (a, b) => a < b === base32(a) < base32(b) || a === b));
});

it('never gives two lists of parts one hash by joining them', () => {
  expect(hash128('ab', 'c')).not.toBe(hash128('a', 'bc'));
  expect(hash128('ab')).not.toBe(hash128('a', 'b'));
});

it('derives a transfer id from command, leg and attempt, ordered by the command’s time', () => {
  const at = 1_800_000_000_000_000;
  expect(transferId('c', at, 'hold')).toBe(transferId('c', at, 'hold'));
  expect(transferId('c', at, 'hold')).not.toBe(transferId('c', at, 'hold', 1));
  expect(transferId('c', at, 'hold')).not.toBe(transferId('c', at, 'fee'));
  expect(transferId('a', at + 1000, 'x') > transferId('z', at, 'x')).toBe(true);
});

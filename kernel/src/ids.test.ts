import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manualClock } from './clock.ts';
import { base32, createIds, hash128, transferId } from './ids.ts';
import { seededRandom, systemRandom } from './random.ts';

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

it('writes as text what it makes as an integer', () => {
  const instant = fc.nat({ max: 2 ** 48 - 1 }).map((millis) => millis * 1000);
  fc.assert(
    fc.property(instant, fc.integer(), fc.nat({ max: 5_000 }), (at, seed, behind) => {
      const [ids, same] = [1, 2].map(() => createIds(manualClock(at), seededRandom(seed)));
      // What lies between them: the counter of one instant.
      for (const each of [ids, same]) for (let made = 0; made < behind; made += 1) each?.next128();
      expect(ids?.next('pi')).toBe(`pi_${base32(same?.next128() ?? 0n)}`);
    }),
    { numRuns: 60 },
  );
});

it('sorts as text as it does as an integer', () => {
  const id = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
  fc.assert(fc.property(id, id, (a, b) => a < b === base32(a) < base32(b) || a === b));
});

it('writes every bit of an integer, five to a character', () => {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const read = (text: string): bigint =>
    Array.from(text).reduce((sum, character) => sum * 32n + BigInt(alphabet.indexOf(character)), 0n);
  const id = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
  fc.assert(fc.property(id, (value) => base32(value).length === 26 && read(base32(value)) === value));
});

it('hashes the parts with their lengths by SHA-256, as ids that are stored have been made', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
      return hash128(...parts) === BigInt(`0x${hash.digest('hex').slice(0, 32)}`);
    }),
  );
  expect(hash128('payment', 'pi_1').toString(16)).toBe('eedce432bc1e5f073083753a226f7c7c');
});

it('hands out random bytes once, whatever their number', () => {
  const drawn = Array.from({ length: 3000 }, (_, index) => systemRandom.bytes(8 + (index % 17)));
  const texts = drawn.map((bytes) => Buffer.from(bytes).toString('hex'));
  expect(new Set(texts.map((text) => text.slice(0, 16))).size).toBe(drawn.length);
  expect(drawn.every((bytes, index) => bytes.length === 8 + (index % 17))).toBe(true);
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

import { SECOND, seededRandom } from '@tpmall/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextAfterFailure } from './schedule.ts';

const config = { retryFirstSeconds: 5, retryLastSeconds: 43_200, giveUpSeconds: 259_200 };
const START = 1_795_435_200_000_000;

/** The instants at which a delivery is tried that never gets through. */
function attemptsOf(seed: number): number[] {
  const random = seededRandom(seed);
  const tried = [START];
  for (let attempts = 1; ; attempts += 1) {
    const now = tried.at(-1) ?? START;
    const next = nextAfterFailure(config, random, { at: START, attempts }, now);
    if (next.kind === 'give_up') return tried;
    tried.push(next.at);
  }
}

it('tries again after seconds, then ever more seldom, for nearly three days', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const tried = attemptsOf(seed);
      const pauses = tried.slice(1).map((at, index) => at - (tried[index] ?? 0));
      expect(pauses[0]).toBeLessThanOrEqual(5 * SECOND);
      expect(pauses[0]).toBeGreaterThanOrEqual(3.75 * SECOND);
      for (const pause of pauses) expect(pause).toBeLessThanOrEqual(43_200 * SECOND);
      for (const [index, pause] of pauses.slice(0, -1).entries()) {
        if (pause < 10_000 * SECOND) expect(pauses[index + 1]).toBeGreaterThan(pause);
      }
      const last = ((tried.at(-1) ?? 0) - START) / SECOND;
      expect(last).toBeLessThanOrEqual(259_200);
      expect(last).toBeGreaterThan(259_200 - 43_200);
      expect(tried.length).toBeGreaterThan(10);
      expect(tried.length).toBeLessThan(20);
    }),
  );
});

it('spreads what failed together', () => {
  const firsts = Array.from({ length: 50 }, (_unused, seed) => attemptsOf(seed * 7 + 1)[1]);
  expect(new Set(firsts).size).toBeGreaterThan(40);
});

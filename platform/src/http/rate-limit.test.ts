import { manualClock, SECOND } from '@tpmall/kernel';
import { expect, it } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

it('what a request turned out to cost is owed, up to a bucket', () => {
  const clock = manualClock(0);
  const limit = createRateLimit(clock, { perSecond: 1, burst: 3 });
  expect(limit.take('a')).toBe(0);
  limit.charge('a', 4);
  expect(limit.take('a')).toBe(3);
  limit.charge('a', 100);
  expect(limit.take('a')).toBe(4);
  clock.advance(4 * SECOND);
  expect(limit.take('a')).toBe(0);
  expect(limit.take('b')).toBe(0);
});

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

it('whoever has used up a bucket does not have it forgotten by sending from many names', () => {
  const limit = createRateLimit(manualClock(0), { perSecond: 0.001, burst: 3 });
  for (let tries = 0; tries < 3; tries += 1) limit.take('thief');
  expect(limit.take('thief')).toBeGreaterThan(0);
  for (let n = 0; n < 120_000; n += 1) limit.take(`address ${n}`);
  expect(limit.take('thief')).toBeGreaterThan(0);
  // Those who have asked last are still known.
  for (let tries = 0; tries < 2; tries += 1) limit.take('address 119999');
  expect(limit.take('address 119999')).toBeGreaterThan(0);
});

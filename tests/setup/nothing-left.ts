import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Held, leftSince, whatIsHeld } from './held.ts';

/** What was closed is gone a turn of the loop later, or some where the machine is busy. */
const LOOKS = 500;
const LOOK_MS = 10;

/*
 * Files of tests follow one another in one process, so that its modules are loaded once. This holds each to
 * leaving the process as it found it: what one forgets would be the next one's state.
 */
let before: Held;
beforeAll(() => {
  before = whatIsHeld();
});
afterAll(async () => {
  for (let look = 0; look < LOOKS && leftSince(before).length > 0; look += 1) await sleep(LOOK_MS);
  expect(leftSince(before), 'left behind by this file').toEqual([]);
});

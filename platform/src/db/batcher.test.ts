import { expect, it, vi } from 'vitest';
import { createBatcher } from './batcher.ts';

/** How long each pause was asked for, and how to end the ones that are under way. */
const pauses: { readonly ms: number; readonly end: () => void }[] = [];
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise<void>((end) => pauses.push({ ms, end })),
}));

/** Items that arrive a turn of the event loop apart, as requests do. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets writes gather only while they come together, and loses none', async () => {
  const batches: (readonly number[])[] = [];
  const write = createBatcher<number, number>(String, async (items) => {
    batches.push(items);
    return items.map((item) => item * 2);
  });
  expect(await Promise.all([write(1), write(2)])).toEqual([2, 4]);
  expect(pauses).toEqual([]);
  // The last ones shared a statement, so this one waits for the one that comes turns later.
  const third = write(3);
  await turn();
  await turn();
  const fourth = write(4);
  await turn();
  expect(batches).toEqual([[1, 2]]);
  pauses.shift()?.end();
  expect(await Promise.all([third, fourth])).toEqual([6, 8]);
  // Nobody joins this one, so the next does not wait.
  const fifth = write(5);
  await turn();
  pauses.shift()?.end();
  expect(await fifth).toBe(10);
  expect(await write(6)).toBe(12);
  expect(pauses).toEqual([]);
  expect(batches).toEqual([[1, 2], [3, 4], [5], [6]]);
});

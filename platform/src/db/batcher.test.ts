import { expect, it } from 'vitest';
import { createBatcher } from './batcher.ts';

/** Items that arrive a turn of the event loop apart, as requests do. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets writes gather only while they come together, and loses none', async () => {
  const batches: (readonly number[])[] = [];
  /** What ends the pauses that are under way. */
  const pauses: (() => void)[] = [];
  const run = async (items: readonly number[]) => {
    batches.push(items);
    return items.map((item) => item * 2);
  };
  const write = createBatcher<number, number>(String, run, {
    pause: () => new Promise((end) => pauses.push(end)),
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
  pauses.shift()?.();
  expect(await Promise.all([third, fourth])).toEqual([6, 8]);
  // Nobody joins this one, so the next does not wait.
  const fifth = write(5);
  await turn();
  pauses.shift()?.();
  expect(await fifth).toBe(10);
  expect(await write(6)).toBe(12);
  expect(pauses).toEqual([]);
  expect(batches).toEqual([[1, 2], [3, 4], [5], [6]]);
});

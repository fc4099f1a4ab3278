import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseAway } from './away.ts';

/** The most rows of one statement. With 128 payments in flight, 128 took a quarter more of them than 64. */
const BATCH_MAX = 128;
/**
 * How long writes gather where the statement before them was shared: others are about to come. Far less than
 * one of them waits for its commit, and each statement costs as much as three of its rows. With 16 payments
 * in flight, 254 a second for 220 with two milliseconds, and 249 for 219 with none; with 128, no difference.
 */
const CROWDED_MS = 1;

interface Waiting<Item, Out> {
  readonly item: Item;
  readonly key: string;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the writes of concurrent requests and sends one multi-row statement at a time: while it is under
 * way, the next one fills, and a little longer where several came together before. A lone write waits for
 * nobody. A row in a batch costs Postgres a fraction of a lone statement, and the whole batch shares one
 * commit.
 *
 * Two items of the same key never share a statement, because an UPDATE changes a row once. A statement that
 * fails is repeated item by item, so that only the item at fault fails; it therefore must change nothing when
 * it fails.
 *
 * @param run sends the items and answers one outcome for each, in order
 * @param options `gatherMs`: how long items gather before each statement, where nobody waits for the outcome;
 *   a statement's worth of them does not wait. `pause`: waits so many milliseconds; a timer where left out
 */
export function createBatcher<Item, Out>(
  keyOf: (item: Item) => string,
  run: (items: readonly Item[]) => Promise<readonly Out[]>,
  {
    gatherMs = 0,
    pause = wait,
  }: { readonly gatherMs?: number; readonly pause?: (ms: number) => Promise<void> } = {},
): (item: Item) => Promise<Out> {
  let queue: Waiting<Item, Out>[] = [];
  let flying = false;
  let crowded = false;

  const settle = async (batch: readonly Waiting<Item, Out>[]): Promise<void> => {
    try {
      const outs = await run(batch.map(({ item }) => item));
      for (const [index, waiting] of batch.entries()) waiting.resolve(outs[index] as Out);
    } catch (error) {
      // Where the database is away, no item is at fault, and none would fare better alone.
      if (batch.length === 1 || error instanceof DatabaseAway) for (const { reject } of batch) reject(error);
      else for (const waiting of batch) await settle([waiting]);
    }
  };

  const fly = async (): Promise<void> => {
    while (queue.length > 0) {
      const gathering = crowded ? Math.max(gatherMs, CROWDED_MS) : gatherMs;
      if (gathering > 0 && queue.length < BATCH_MAX) await pause(gathering);
      const batch: Waiting<Item, Out>[] = [];
      const later: Waiting<Item, Out>[] = [];
      const keys = new Set<string>();
      for (const waiting of queue) {
        if (batch.length < BATCH_MAX && !keys.has(waiting.key)) {
          keys.add(waiting.key);
          batch.push(waiting);
        } else later.push(waiting);
      }
      queue = later;
      crowded = batch.length > 1;
      await settle(batch);
    }
    flying = false;
  };

  return (item) =>
    new Promise<Out>((resolve, reject) => {
      queue.push({ item, key: keyOf(item), resolve, reject });
      // `settle` hands every error to its item, so nothing is left that could reject here.
      if (flying) return;
      flying = true;
      // What arrives in the same turn of the event loop flies together: requests that were answered by one
      // flight come back at once, and the first of them would otherwise leave alone.
      setImmediate(() => void fly());
    });
}

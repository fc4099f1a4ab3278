import type { Counter, Log } from '@tpmall/platform/telemetry';

/** How long an item waits for others, so that one statement keeps many. */
const INTERVAL_MS = 200;
/** Items that may wait; beyond it they are not kept. */
const MAX_WAITING = 10_000;

/** Keeps items in the database, off the request's path. Losing some is allowed: nothing rests on them. */
export interface WriteBehind<Item> {
  add(item: Item): void;
  /** Writes what is waiting and stops. */
  stop(): Promise<void>;
}

/**
 * Starts to write behind.
 *
 * @param options.batchMax items of one call of `write`
 * @param options.dropped counts items that could not be kept
 */
export function createWriteBehind<Item>(options: {
  readonly what: string;
  readonly batchMax: number;
  readonly write: (items: readonly Item[]) => Promise<void>;
  readonly log: Log;
  readonly dropped: Counter;
}): WriteBehind<Item> {
  const { what, batchMax, log, dropped } = options;
  let waiting: Item[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      try {
        await options.write(batch);
      } catch (error) {
        dropped.add({ what }, batch.length);
        log.warn({ error, items: batch.length }, `${what} were not kept`);
      }
    }
  };
  const flush = (): void => {
    timer = undefined;
    writing = writing.then(write);
  };

  return {
    add(item) {
      if (waiting.length >= MAX_WAITING) {
        dropped.add({ what });
        return;
      }
      waiting.push(item);
      timer ??= setTimeout(flush, INTERVAL_MS);
    },
    async stop() {
      if (timer) clearTimeout(timer);
      flush();
      await writing;
    },
  };
}

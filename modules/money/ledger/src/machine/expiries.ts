import { KIND, RESOLUTION, type TransferEntry } from './entries.ts';

/** Nanoseconds of a second; time-outs are in seconds. */
export const NANOSECONDS_PER_SECOND = 1_000_000_000n;
/** Stale entries tolerated before the heap is rebuilt from the live ones. */
const STALE_SLACK = 1_024;

interface Expiry {
  readonly at: bigint;
  readonly pending: TransferEntry;
}

/**
 * Pending transfers with a time-out, earliest first: a binary heap. An entry whose transfer was resolved or
 * undone stays until it comes up or the heap is rebuilt, so posting a pending costs nothing here.
 */
export interface Expiries {
  add(pending: TransferEntry): void;
  /** A pending transfer left the ledger's open ones (posted, voided, undone); its entry is stale now. */
  drop(): void;
  /** When the earliest entry is due, or undefined; it may turn out to be stale. */
  next(): bigint | undefined;
  /** How many live pending transfers are due at this instant, up to `max`. */
  countDue(at: bigint, max: number): number;
  /** Takes the live pending transfers due at this instant, earliest first, up to `max`. */
  takeDue(at: bigint, max: number): TransferEntry[];
}

/** When this pending transfer expires, in nanoseconds. */
export function expiresAt(pending: TransferEntry): bigint {
  return pending.timestamp + BigInt(pending.timeout) * NANOSECONDS_PER_SECOND;
}

/** @param isKnown whether this very entry is (still) in the ledger; an undone one is not */
export function createExpiries(isKnown: (pending: TransferEntry) => boolean): Expiries {
  let heap: Expiry[] = [];
  let stale = 0;

  const isLive = (expiry: Expiry): boolean =>
    expiry.pending.resolution === RESOLUTION.open && isKnown(expiry.pending);

  const add = (pending: TransferEntry): void => {
    if (stale > STALE_SLACK && stale * 2 > heap.length) {
      const live = new Map(heap.filter(isLive).map((expiry) => [expiry.pending, expiry]));
      heap = [...live.values()].sort(earlierFirst);
      stale = 0;
    }
    heap.push({ at: expiresAt(pending), pending });
    siftUp(heap, heap.length - 1);
  };

  const dropStale = (): void => {
    let first = heap[0];
    while (first && !isLive(first)) {
      pop(heap);
      if (stale > 0) stale -= 1;
      first = heap[0];
    }
  };

  return {
    add,
    drop: () => {
      stale += 1;
    },
    next: () => heap[0]?.at,
    countDue(at, max) {
      dropStale();
      const seen = new Set<TransferEntry>();
      const walk = (index: number): void => {
        const expiry = heap[index];
        if (!expiry || expiry.at > at || seen.size >= max) return;
        // Undoing and redoing a transfer may leave it here twice; it expires once.
        if (isLive(expiry)) seen.add(expiry.pending);
        walk(2 * index + 1);
        walk(2 * index + 2);
      };
      walk(0);
      return seen.size;
    },
    takeDue(at, max) {
      const due = new Set<TransferEntry>();
      for (;;) {
        const first = heap[0];
        if (!first || first.at > at || due.size >= max) break;
        pop(heap);
        if (isLive(first)) due.add(first.pending);
        else if (stale > 0) stale -= 1;
      }
      return [...due];
    },
  };
}

/** Whether an entry belongs into the heap. */
export function canExpire(entry: TransferEntry): boolean {
  return entry.kind === KIND.pending && entry.timeout !== 0;
}

function isEarlier(a: Expiry, b: Expiry): boolean {
  return a.at < b.at || (a.at === b.at && a.pending.timestamp < b.pending.timestamp);
}

function earlierFirst(a: Expiry, b: Expiry): number {
  return isEarlier(a, b) ? -1 : 1;
}

function siftUp(heap: Expiry[], from: number): void {
  let index = from;
  const moving = heap[index];
  if (!moving) return;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (!above || !isEarlier(moving, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = moving;
}

function pop(heap: Expiry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    const left = heap[child];
    if (!left) break;
    const right = heap[child + 1];
    let smaller = left;
    if (right && isEarlier(right, left)) {
      child += 1;
      smaller = right;
    }
    if (!isEarlier(smaller, last)) break;
    heap[index] = smaller;
    index = child;
  }
  heap[index] = last;
}

import { MINUTE, type Micros } from '@tpmall/kernel';
import type { Owed } from '../store/listeners.ts';
import { idAt } from '../store/read-events.ts';

/**
 * Events are stored a moment after they happen, those of one module before those of another. What happened so
 * long ago is settled once everything that was sent is acknowledged.
 */
const LATE = MINUTE;
/** Acknowledged events that are kept of one session; beyond them the oldest count as settled. */
const HEARD_MAX = 2_000;
/** Events that are sent and not acknowledged; a client that never acknowledges is owed no more than these. */
const UNDER_WAY_MAX = 10_000;

/** What one listener has been sent and has acknowledged, by the ids of events. */
export interface Hearing {
  /** Whether an event is still to be sent; from now on it is under way. */
  take(event: string): boolean;
  /** The client has it. */
  acknowledge(event: string): void;
  /** What it is owed if it is cut off now. */
  owed(now: Micros): Owed;
}

/** Goes on from what a listener was owed when it came. */
export function createHearing(before: Owed): Hearing {
  let { from } = before;
  const heard = new Set(before.heard);
  const underWay = new Set<string>();

  const settleBefore = (least: string): void => {
    if (least <= from) return;
    from = least;
    for (const ids of [heard, underWay]) for (const id of ids) if (id < from) ids.delete(id);
  };
  /** Keeps the newest of so many. */
  const bound = (ids: ReadonlySet<string>, max: number): void => {
    if (ids.size > max) settleBefore([...ids].sort()[ids.size - max] ?? from);
  };

  return {
    take(event) {
      if (heard.has(event) || underWay.has(event)) return false;
      underWay.add(event);
      bound(underWay, UNDER_WAY_MAX);
      return true;
    },
    acknowledge(event) {
      // What it was never sent it cannot have, whatever it says.
      if (underWay.delete(event) && event >= from) heard.add(event);
    },
    owed(now) {
      let least = idAt(now - LATE);
      for (const id of underWay) if (id < least) least = id;
      settleBefore(least);
      bound(heard, HEARD_MAX);
      return { from, heard: [...heard] };
    },
  };
}

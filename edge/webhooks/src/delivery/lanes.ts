import { HOUR, MILLISECOND, type Micros, type Random, SECOND } from '@tpmall/kernel';
import type { ClaimRoom } from '../store/claim-deliveries.ts';
import { share } from './schedule.ts';

/**
 * Different events that failed one after the other, with none delivered in between, until the endpoint itself
 * counts as down. Fewer are the events' own failures and slow nobody.
 */
const DOUBT = 8;
/** Pauses between single probes of an endpoint that is down, from the first to the longest. */
const PROBE_FIRST: Micros = SECOND;
const PROBE_LAST: Micros = 60 * SECOND;
const PROBE_JITTER = 0.25;
/** A lane in which nothing has been due for so long is forgotten with its failures. */
const FORGET: Micros = HOUR;
/**
 * How much a lane has claimed at most, in what it sends at once: to look at the queue costs as much as a
 * dozen of the rows that it finds.
 */
const AHEAD_MAX = 8;

/** What a lane holds. */
interface Held {
  readonly endpoint: string;
}

/** What waits for its turn, and until when it may. */
interface Waiting<Item> {
  readonly item: Item;
  readonly until: Micros;
}

interface Lane<Item> {
  inFlight: number;
  /** Claimed, and not yet sent; the oldest first. */
  waiting: Waiting<Item>[];
  /** Whether more may be due than was claimed last. */
  hasMore: boolean;
  /** Whether something has waited for too long since the lane was idle: it claims no more than it sends. */
  isSlow: boolean;
  /** Events that have failed since the last one that was delivered; never more than {@link DOUBT}. */
  readonly failed: Set<string>;
  /** When the last failure ended, or the pause after it will. */
  probeAt: Micros;
  pause: Micros;
}

/** What each endpoint's lane has claimed and sends; memory of one process, which a restart may forget. */
export interface Lanes<Item extends Held> {
  /** @param slots sends that may begin now, of all lanes together */
  rooms(now: Micros, slots: number): ClaimRoom;
  /**
   * The same for what has just come to be due: nothing where older ones may wait, which come first; undefined
   * where they may wait for all lanes.
   */
  roomsOfNew(now: Micros, slots: number): ClaimRoom | undefined;
  /** Takes on what a look at the queue has claimed for these rooms. */
  take(claimed: readonly Item[], asked: ClaimRoom, now: Micros): void;
  /** The same of what is new, which says nothing of whether older ones wait. */
  takeNew(claimed: readonly Item[], asked: ClaimRoom, now: Micros): void;
  /** Begins the next send that its lane allows, lane after lane in turn; undefined where there is none. */
  begin(now: Micros): Item | undefined;
  /** A send has ended; answers whether its lane has come to want more than it has claimed. */
  end(endpoint: string, event: string, delivered: boolean, now: Micros): boolean;
  /** Whether more was due than all lanes together had room for, and there is room by now. */
  isWanting(): boolean;
  /**
   * What is not to be sent with this claim: it has waited for too long, or its endpoint has come to count as
   * down.
   */
  giveBack(now: Micros): Item[];
  /** All that waits; only of one endpoint, where one is given. */
  giveBackAll(endpoint?: string): Item[];
  /** Sends under way in all lanes. */
  inFlight(): number;
}

/**
 * One lane for each endpoint, with so many sends at a time. A lane in which different events fail without one
 * success is probed with single sends and growing pauses, so that a dead endpoint holds one connection at
 * most.
 *
 * @param options `waitMs`: how long something may wait for its turn after it was claimed
 */
export function createLanes<Item extends Held>(
  options: { readonly laneInFlight: number; readonly inFlight: number; readonly waitMs: number },
  random: Random,
): Lanes<Item> {
  const { laneInFlight, inFlight: allInFlight } = options;
  const lanes = new Map<string, Lane<Item>>();
  /** Those that may begin a send, in turn. */
  const ready = new Set<string>();
  let sending = 0;
  let held = 0;
  let ahead = AHEAD_MAX;
  /** Whether all together had no room for what was due. */
  let isShort = false;

  const isOpen = (lane: Lane<Item>): boolean => lane.failed.size < DOUBT;
  const isLow = (lane: Lane<Item>): boolean => lane.waiting.length <= ((ahead - 1) * laneInFlight) / 2;

  const roomOf = (lane: Lane<Item>, now: Micros): number => {
    const has = lane.inFlight + lane.waiting.length;
    if (!isOpen(lane)) return has === 0 && now >= lane.probeAt ? 1 : 0;
    // What comes up one by one is claimed together.
    if (!isLow(lane)) return 0;
    return Math.max(0, (lane.isSlow ? 1 : ahead) * laneInFlight - has);
  };

  /** After each change of a lane. */
  const review = (endpoint: string, lane: Lane<Item>): void => {
    const most = isOpen(lane) ? laneInFlight : 1;
    if (lane.waiting.length > 0 && lane.inFlight < most) ready.add(endpoint);
    else ready.delete(endpoint);
    const isIdle = lane.inFlight === 0 && lane.waiting.length === 0;
    if (isIdle && lane.failed.size === 0) lanes.delete(endpoint);
  };

  const laneOf = (endpoint: string): Lane<Item> => {
    const known = lanes.get(endpoint);
    if (known) return known;
    const lane: Lane<Item> = {
      ...{ inFlight: 0, waiting: [], hasMore: false, isSlow: false },
      ...{ failed: new Set(), probeAt: 0, pause: PROBE_FIRST },
    };
    lanes.set(endpoint, lane);
    return lane;
  };

  const remove = (endpoint: string, lane: Lane<Item>, until = Number.POSITIVE_INFINITY): Item[] => {
    // The oldest first, so what has waited for too long is before what has not.
    const stays = lane.waiting.findIndex((one) => one.until >= until);
    const removed = lane.waiting.splice(0, stays < 0 ? lane.waiting.length : stays);
    held -= removed.length;
    review(endpoint, lane);
    return removed.map(({ item }) => item);
  };

  /** Answers of each lane that was asked for whether all of its room was taken. */
  const hold = (claimed: readonly Item[], asked: ClaimRoom, now: Micros): [Lane<Item>, boolean][] => {
    const counts = new Map(asked.endpoints.map((endpoint) => [endpoint, 0]));
    for (const item of claimed) {
      laneOf(item.endpoint).waiting.push({ item, until: now + options.waitMs * MILLISECOND });
      counts.set(item.endpoint, (counts.get(item.endpoint) ?? 0) + 1);
    }
    held += claimed.length;
    const rooms = new Map(asked.endpoints.map((endpoint, index) => [endpoint, asked.rooms[index]]));
    return [...counts].flatMap(([endpoint, count]): [Lane<Item>, boolean][] => {
      const lane = lanes.get(endpoint);
      if (!lane) return [];
      review(endpoint, lane);
      return [[lane, count >= (rooms.get(endpoint) ?? asked.laneRoom)]];
    });
  };

  const roomsBy = (room: (lane: Lane<Item>) => number, slots: number): ClaimRoom => ({
    endpoints: [...lanes.keys()],
    rooms: [...lanes.values()].map(room),
    laneRoom: ahead * laneInFlight,
    limit: Math.max(0, slots + allInFlight - held),
  });

  return {
    rooms(now, slots) {
      for (const [endpoint, lane] of lanes) {
        const isIdle = lane.inFlight === 0 && lane.waiting.length === 0;
        if (isIdle && now > lane.probeAt + FORGET) lanes.delete(endpoint);
      }
      return roomsBy((lane) => roomOf(lane, now), slots);
    },
    roomsOfNew(now, slots) {
      return isShort ? undefined : roomsBy((lane) => (lane.hasMore ? 0 : roomOf(lane, now)), slots);
    },
    take(claimed, asked, now) {
      isShort = claimed.length >= asked.limit;
      if (asked.limit === 0) return;
      for (const [lane, isFull] of hold(claimed, asked, now)) lane.hasMore = isFull;
      // Where many lanes have much, each claims less of it, or a few would take the room of all.
      if (isShort) ahead = Math.max(1, ahead / 2);
      else if (claimed.length < asked.limit / 2) ahead = Math.min(AHEAD_MAX, ahead * 2);
    },
    takeNew(claimed, asked, now) {
      isShort ||= claimed.length >= asked.limit;
      for (const [lane, isFull] of hold(claimed, asked, now)) lane.hasMore ||= isFull;
    },
    begin(now) {
      for (const endpoint of ready) {
        const lane = laneOf(endpoint);
        // The turn goes on to the next lane.
        ready.delete(endpoint);
        const [first] = lane.waiting;
        if (first === undefined || first.until < now) continue;
        lane.waiting.shift();
        held -= 1;
        lane.inFlight += 1;
        sending += 1;
        review(endpoint, lane);
        return first.item;
      }
      return undefined;
    },
    end(endpoint, event, delivered, now) {
      const lane = lanes.get(endpoint);
      if (!lane) throw new Error(`a send of ${endpoint} ended that had not begun`);
      lane.inFlight -= 1;
      sending -= 1;
      if (delivered) {
        lane.failed.clear();
        lane.pause = PROBE_FIRST;
      } else {
        if (lane.failed.size < DOUBT) lane.failed.add(event);
        lane.probeAt = now;
        // Once for all that were under way together, or for the one probe.
        if (!isOpen(lane) && lane.inFlight === 0) {
          lane.probeAt = now + Math.round(lane.pause * (1 - PROBE_JITTER * share(random)));
          lane.pause = Math.min(lane.pause * 2, PROBE_LAST);
        }
      }
      review(endpoint, lane);
      // What waits was claimed before that was known, and is to be given back; a probe is claimed as such.
      if (!isOpen(lane)) ready.delete(endpoint);
      return lane.hasMore && isLow(lane);
    },
    isWanting: () => isShort && held < allInFlight / 2,
    giveBack(now) {
      return [...lanes].flatMap(([endpoint, lane]) => {
        if (!isOpen(lane)) return remove(endpoint, lane);
        const late = remove(endpoint, lane, now);
        if (late.length > 0) Object.assign(lane, { isSlow: true, hasMore: true });
        return late;
      });
    },
    giveBackAll: (only) =>
      [...lanes].flatMap(([endpoint, lane]) =>
        only === undefined || only === endpoint ? remove(endpoint, lane) : [],
      ),
    inFlight: () => sending,
  };
}

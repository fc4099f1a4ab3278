import { HOUR, type Micros, type Random, SECOND } from '@tpmall/kernel';
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

interface Lane {
  inFlight: number;
  /** Events that have failed since the last one that was delivered; never more than {@link DOUBT}. */
  readonly failed: Set<string>;
  /** When the last failure ended, or the pause after it will. */
  probeAt: Micros;
  pause: Micros;
}

/** How busy each endpoint's lane is; memory of one process, which a restart may forget. */
export interface Lanes {
  /** How much each lane that is not idle may take on; the others may take a full lane's worth. */
  rooms(now: Micros): { readonly endpoints: string[]; readonly rooms: number[] };
  /** Sends under way in all lanes. */
  inFlight(): number;
  /** Whether a lane is taken up whole, so that more may wait for it than was taken. */
  isAnyFull(): boolean;
  begin(endpoint: string): void;
  end(endpoint: string, event: string, delivered: boolean, now: Micros): void;
}

/**
 * One lane for each endpoint, with so many sends at a time. A lane in which different events fail without one
 * success is probed with single sends and growing pauses, so that a dead endpoint holds one connection at
 * most.
 */
export function createLanes(laneInFlight: number, random: Random): Lanes {
  const lanes = new Map<string, Lane>();
  let total = 0;

  const roomOf = (lane: Lane, now: Micros): number => {
    if (lane.failed.size < DOUBT) return laneInFlight - lane.inFlight;
    return lane.inFlight === 0 && now >= lane.probeAt ? 1 : 0;
  };

  return {
    rooms(now) {
      for (const [endpoint, lane] of lanes) {
        if (lane.inFlight === 0 && now > lane.probeAt + FORGET) lanes.delete(endpoint);
      }
      const endpoints = [...lanes.keys()];
      return { endpoints, rooms: [...lanes.values()].map((lane) => roomOf(lane, now)) };
    },
    inFlight: () => total,
    isAnyFull: () => [...lanes.values()].some((lane) => lane.inFlight >= laneInFlight),
    begin(endpoint) {
      const lane = lanes.get(endpoint) ?? { inFlight: 0, failed: new Set(), probeAt: 0, pause: PROBE_FIRST };
      lane.inFlight += 1;
      total += 1;
      lanes.set(endpoint, lane);
    },
    end(endpoint, event, delivered, now) {
      const lane = lanes.get(endpoint);
      if (!lane) throw new Error(`a send of ${endpoint} ended that had not begun`);
      lane.inFlight -= 1;
      total -= 1;
      if (delivered) {
        lane.failed.clear();
        lane.pause = PROBE_FIRST;
      } else {
        if (lane.failed.size < DOUBT) lane.failed.add(event);
        lane.probeAt = now;
        // Once for all that were under way together, or for the one probe.
        if (lane.failed.size >= DOUBT && lane.inFlight === 0) {
          lane.probeAt = now + Math.round(lane.pause * (1 - PROBE_JITTER * share(random)));
          lane.pause = Math.min(lane.pause * 2, PROBE_LAST);
        }
      }
      if (lane.inFlight === 0 && lane.failed.size === 0) lanes.delete(endpoint);
    },
  };
}

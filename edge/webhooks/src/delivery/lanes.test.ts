import { SECOND, seededRandom } from '@tpmall/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLanes, type Lanes } from './lanes.ts';

const ROOM = 4;

function roomOf(lanes: Lanes, endpoint: string, now: number): number {
  const { endpoints, rooms } = lanes.rooms(now);
  const index = endpoints.indexOf(endpoint);
  return index < 0 ? ROOM : (rooms[index] ?? 0);
}

function fail(lanes: Lanes, event: string, now: number): void {
  lanes.begin('we_1');
  lanes.end('we_1', event, false, now);
}

describe('lanes', () => {
  it('hold so many sends, and never more', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.boolean(), fc.nat(20)), { maxLength: 200 }), (steps) => {
        const lanes = createLanes(ROOM, seededRandom(1));
        const under = new Map<string, number>();
        let now = 0;
        for (const [lane, delivered, event] of steps) {
          const endpoint = `we_${lane}`;
          const inFlight = under.get(endpoint) ?? 0;
          now += SECOND;
          if (roomOf(lanes, endpoint, now) > 0) {
            lanes.begin(endpoint);
            under.set(endpoint, inFlight + 1);
          } else if (inFlight > 0) {
            lanes.end(endpoint, `evt_${event}`, delivered, now);
            under.set(endpoint, inFlight - 1);
          }
          const total = [...under.values()].reduce((sum, one) => sum + one, 0);
          expect(lanes.inFlight()).toBe(total);
          for (const [one, count] of under) {
            expect(count).toBeLessThanOrEqual(ROOM);
            expect(roomOf(lanes, one, now)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });

  it('stay open for the others where one event fails over and over', () => {
    const lanes = createLanes(ROOM, seededRandom(1));
    for (let attempt = 0; attempt < 50; attempt += 1) fail(lanes, 'evt_poison', attempt * SECOND);
    expect(roomOf(lanes, 'we_1', 50 * SECOND)).toBe(ROOM);
  });

  it('probe an endpoint that is down with growing pauses, and open when it is back', () => {
    const lanes = createLanes(ROOM, seededRandom(1));
    for (let event = 0; event < 8; event += 1) fail(lanes, `evt_${event}`, 0);
    expect(roomOf(lanes, 'we_1', 0)).toBe(0);
    expect(roomOf(lanes, 'we_1', SECOND)).toBe(1);
    lanes.begin('we_1');
    expect(roomOf(lanes, 'we_1', SECOND)).toBe(0);
    lanes.end('we_1', 'evt_9', false, SECOND);
    expect(roomOf(lanes, 'we_1', 2 * SECOND)).toBe(0);
    expect(roomOf(lanes, 'we_1', 3 * SECOND)).toBe(1);
    for (let probe = 0; probe < 20; probe += 1) fail(lanes, `evt_p${probe}`, 3 * SECOND);
    // However long it is down, it is asked once a minute.
    expect(roomOf(lanes, 'we_1', 64 * SECOND)).toBe(1);
    lanes.begin('we_1');
    lanes.end('we_1', 'evt_0', true, 64 * SECOND);
    expect(roomOf(lanes, 'we_1', 64 * SECOND)).toBe(ROOM);
  });

  it('open again where one success comes among failures', () => {
    const lanes = createLanes(ROOM, seededRandom(1));
    for (let event = 0; event < 7; event += 1) fail(lanes, `evt_${event}`, 0);
    lanes.begin('we_1');
    lanes.end('we_1', 'evt_good', true, 0);
    for (let event = 0; event < 7; event += 1) fail(lanes, `evt_${event}`, 0);
    expect(roomOf(lanes, 'we_1', 0)).toBe(ROOM);
  });
});

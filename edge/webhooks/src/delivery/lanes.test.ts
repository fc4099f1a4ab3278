import { MILLISECOND, SECOND, seededRandom } from '@tpmall/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLanes, type Lanes } from './lanes.ts';

const ROOM = 4;
const ALL = 32;
/** What a lane that is idle claims at once. */
const AHEAD = 8 * ROOM;
const WAIT_MS = 1_000;

interface Item {
  readonly endpoint: string;
  readonly event: string;
  readonly claimedAt: number;
}

function create(inFlight = ALL): Lanes<Item> {
  return createLanes<Item>({ laneInFlight: ROOM, inFlight, waitMs: WAIT_MS }, seededRandom(1));
}

function roomOf(lanes: Lanes<Item>, endpoint: string, now: number): number {
  const { endpoints, rooms, laneRoom } = lanes.rooms(now, ALL);
  const index = endpoints.indexOf(endpoint);
  return index < 0 ? laneRoom : (rooms[index] ?? 0);
}

let made = 0;

/** Claims so much for lanes, or as much as there is room for. */
function claim(lanes: Lanes<Item>, due: Readonly<Record<string, number>>, now: number): Item[] {
  const asked = lanes.rooms(now, ALL - lanes.inFlight());
  const claimed = Object.entries(due).flatMap(([endpoint, count]) => {
    const index = asked.endpoints.indexOf(endpoint);
    const room = index < 0 ? asked.laneRoom : (asked.rooms[index] ?? 0);
    return Array.from({ length: Math.min(count, room) }, () => {
      made += 1;
      return { endpoint, event: `evt_${made}`, claimedAt: now };
    });
  });
  const taken = claimed.slice(0, asked.limit);
  lanes.take(taken, asked, now);
  return taken;
}

/** One send of an endpoint from its claim to its end. */
function send(lanes: Lanes<Item>, event: string, delivered: boolean, now: number): void {
  expect(claim(lanes, { we_1: 1 }, now)).toHaveLength(1);
  expect(lanes.begin(now)?.endpoint).toBe('we_1');
  lanes.end('we_1', event, delivered, now);
}

describe('lanes', () => {
  it('hold so many sends, and hand out or give back all that was claimed, once each', () => {
    const step = fc.record({
      kind: fc.constantFrom('claim', 'begin', 'begin', 'end', 'end', 'give back', 'change'),
      lane: fc.nat(3),
      count: fc.nat(40),
      delivered: fc.boolean(),
      passes: fc.nat(600),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const lanes = create();
        const claimed = new Set<Item>();
        const under: Item[] = [];
        let now = 0;
        const leave = (item: Item): void => {
          expect(claimed.delete(item)).toBe(true);
        };
        for (const { kind, lane, count, delivered, passes } of steps) {
          const endpoint = `we_${lane}`;
          now += passes * MILLISECOND;
          if (kind === 'claim') {
            for (const item of claim(lanes, { [endpoint]: count, we_0: count }, now)) claimed.add(item);
          } else if (kind === 'begin') {
            const item = lanes.begin(now);
            if (!item) continue;
            leave(item);
            under.push(item);
            expect(now - item.claimedAt).toBeLessThanOrEqual(WAIT_MS * MILLISECOND);
          } else if (kind === 'end') {
            const [item] = under.splice(count % Math.max(1, under.length), 1);
            if (item) lanes.end(item.endpoint, item.event, delivered, now);
          } else if (kind === 'give back') {
            for (const item of lanes.giveBack(now)) leave(item);
          } else for (const item of lanes.giveBackAll(endpoint)) leave(item);
          expect(lanes.inFlight()).toBe(under.length);
          expect(lanes.rooms(now, 0).limit).toBe(Math.max(0, ALL - claimed.size));
          for (let one = 0; one < 4; one += 1) {
            const own = under.filter((item) => item.endpoint === `we_${one}`);
            expect(own.length).toBeLessThanOrEqual(ROOM);
            expect(roomOf(lanes, `we_${one}`, now)).toBeGreaterThanOrEqual(0);
          }
        }
        for (const item of lanes.giveBackAll()) leave(item);
        expect(claimed.size).toBe(0);
      }),
    );
  });

  it('begin in turn, so that none with much waits before another', () => {
    const lanes = create();
    claim(lanes, { we_1: 9 }, 0);
    claim(lanes, { we_2: 2, we_3: 1 }, 0);
    const begun = Array.from({ length: 7 }, () => lanes.begin(0)?.endpoint);
    expect(begun).toEqual(['we_1', 'we_2', 'we_3', 'we_1', 'we_2', 'we_1', 'we_1']);
    expect(lanes.begin(0)).toBeUndefined();
  });

  it('claim again when half of what they have claimed ahead is sent, and only where more may be due', () => {
    const lanes = create(100);
    expect(claim(lanes, { we_1: 100 }, 0)).toHaveLength(AHEAD);
    const wanting: boolean[] = [];
    for (let sent = 0; sent < 18; sent += 1) {
      const item = lanes.begin(0);
      if (item) wanting.push(lanes.end(item.endpoint, item.event, true, 0));
    }
    expect(wanting.indexOf(true)).toBe(17);
    // Fewer came than there was room for: there is nothing else.
    expect(claim(lanes, { we_1: 3 }, 0)).toHaveLength(3);
    const item = lanes.begin(0);
    expect(item && lanes.end(item.endpoint, item.event, true, 0)).toBe(false);
  });

  it('claim less of each where many have much, and more again where few have', () => {
    const lanes = create(ALL);
    const due = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`we_${n}`, 100]));
    const rooms: number[] = [];
    const isWanting: boolean[] = [];
    for (let look = 0; look < 5; look += 1) {
      rooms.push(lanes.rooms(0, ALL).laneRoom);
      claim(lanes, due, 0);
      isWanting.push(lanes.isWanting());
      for (const { endpoint, event } of beginAll(lanes)) lanes.end(endpoint, event, true, 0);
      for (const { endpoint, event } of beginAll(lanes)) lanes.end(endpoint, event, true, 0);
      isWanting.push(lanes.isWanting());
      lanes.giveBackAll();
    }
    expect(rooms).toEqual([AHEAD, AHEAD / 2, AHEAD / 4, ROOM, ROOM]);
    expect(isWanting.slice(-2)).toEqual([false, true]);
    for (let look = 0; look < 3; look += 1) {
      claim(lanes, { we_1: 1 }, 0);
      for (const { endpoint, event } of beginAll(lanes)) lanes.end(endpoint, event, true, 0);
    }
    expect(lanes.rooms(0, ALL).laneRoom).toBe(AHEAD);
    expect(lanes.isWanting()).toBe(false);
  });

  it('leave what is new alone where older ones may wait', () => {
    const lanes = create(2 * ALL);
    const roomOfNew = (endpoint: string) => {
      const room = lanes.roomsOfNew(0, 2 * ALL);
      const index = room?.endpoints.indexOf(endpoint) ?? -1;
      return index < 0 ? room?.laneRoom : room?.rooms[index];
    };
    claim(lanes, { we_1: 2 }, 0);
    expect([roomOfNew('we_1'), roomOfNew('we_2')]).toEqual([AHEAD - 2, AHEAD]);
    claim(lanes, { we_1: 100, we_2: 1 }, 0);
    for (let turn = 0; turn < 6; turn += 1) {
      for (const { endpoint, event } of beginAll(lanes)) lanes.end(endpoint, event, true, 0);
    }
    expect(roomOf(lanes, 'we_1', 0)).toBe(24);
    expect([roomOfNew('we_1'), roomOfNew('we_2')]).toEqual([0, AHEAD]);
    // That little came to be due says nothing of what has waited for longer.
    lanes.takeNew([], lanes.rooms(0, 2 * ALL), 0);
    expect(roomOfNew('we_1')).toBe(0);
    // Where there was not room for all that was due, nothing of what is new comes before it.
    claim(lanes, { we_3: 100, we_4: 100, we_5: 100 }, 0);
    expect(lanes.roomsOfNew(0, 2 * ALL)).toBeUndefined();
    lanes.takeNew([], { ...lanes.rooms(0, 2 * ALL), limit: 5 }, 0);
    expect(lanes.roomsOfNew(0, 2 * ALL)).toBeUndefined();
  });

  it('send nothing that has waited for too long, and then claim no more than they send', () => {
    const lanes = create();
    expect(claim(lanes, { we_1: 100 }, 0)).toHaveLength(AHEAD);
    const under = beginAll(lanes);
    expect(under).toHaveLength(ROOM);
    const [first] = under;
    const late = WAIT_MS * MILLISECOND + 1;
    if (first) lanes.end('we_1', first.event, true, late);
    expect(lanes.begin(late)).toBeUndefined();
    expect(lanes.giveBack(late)).toHaveLength(AHEAD - ROOM);
    expect(lanes.giveBack(late)).toEqual([]);
    expect(roomOf(lanes, 'we_1', late)).toBe(1);
    expect(claim(lanes, { we_1: 100 }, late)).toHaveLength(1);
    expect(lanes.begin(late)).toBeDefined();
  });

  it('stay open for the others where one event fails over and over', () => {
    const lanes = create();
    for (let attempt = 0; attempt < 50; attempt += 1) send(lanes, 'evt_poison', false, attempt * SECOND);
    expect(roomOf(lanes, 'we_1', 50 * SECOND)).toBe(AHEAD);
  });

  it('probe an endpoint that is down with growing pauses, and open when it is back', () => {
    const lanes = create();
    for (let event = 0; event < 8; event += 1) send(lanes, `evt_${event}`, false, 0);
    expect(roomOf(lanes, 'we_1', 0)).toBe(0);
    expect(roomOf(lanes, 'we_1', SECOND)).toBe(1);
    claim(lanes, { we_1: 1 }, SECOND);
    expect(roomOf(lanes, 'we_1', SECOND)).toBe(0);
    expect(lanes.begin(SECOND)).toBeDefined();
    expect(roomOf(lanes, 'we_1', SECOND)).toBe(0);
    lanes.end('we_1', 'evt_9', false, SECOND);
    expect(roomOf(lanes, 'we_1', 2 * SECOND)).toBe(0);
    expect(roomOf(lanes, 'we_1', 3 * SECOND)).toBe(1);
    for (let probe = 0; probe < 20; probe += 1)
      send(lanes, `evt_p${probe}`, false, (probe + 1) * 100 * SECOND);
    // However long it is down, it is asked once a minute.
    const now = 2_061 * SECOND;
    expect(roomOf(lanes, 'we_1', now)).toBe(1);
    send(lanes, 'evt_0', true, now);
    expect(roomOf(lanes, 'we_1', now)).toBe(AHEAD);
  });

  it('give back what waits for an endpoint that has come to count as down', () => {
    const lanes = create();
    claim(lanes, { we_1: 20, we_2: 5 }, 0);
    const failed: string[] = [];
    while (failed.length < 8) {
      for (const { endpoint, event } of beginAll(lanes)) {
        if (endpoint === 'we_1') failed.push(event);
        lanes.end(endpoint, event, endpoint !== 'we_1', 0);
      }
    }
    expect(lanes.begin(0)?.endpoint).not.toBe('we_1');
    const back = lanes.giveBack(0);
    expect(back.map(({ endpoint }) => endpoint)).toEqual(Array.from({ length: 12 }, () => 'we_1'));
  });

  it('open again where one success comes among failures', () => {
    const lanes = create();
    for (let event = 0; event < 7; event += 1) send(lanes, `evt_${event}`, false, 0);
    send(lanes, 'evt_good', true, 0);
    for (let event = 0; event < 7; event += 1) send(lanes, `evt_${event}`, false, 0);
    expect(roomOf(lanes, 'we_1', 0)).toBe(AHEAD);
  });
});

function beginAll(lanes: Lanes<Item>): Item[] {
  const begun: Item[] = [];
  for (let item = lanes.begin(0); item; item = lanes.begin(0)) begun.push(item);
  return begun;
}

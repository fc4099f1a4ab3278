import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, isoInstant, MINUTE, machineClock, SECOND, systemClock } from './clock.ts';

const LAST_EXACT = Number.MAX_SAFE_INTEGER;

it('writes an instant with all its microseconds', () => {
  expect(isoInstant(0)).toBe('1970-01-01T00:00:00.000000Z');
  expect(isoInstant(1_764_281_234_000_001)).toBe('2025-11-27T22:07:14.000001Z');
  expect(isoInstant(-1)).toBe('1969-12-31T23:59:59.999999Z');
});

it('writes each instant for itself, whatever was written before', () => {
  const instants = fc.array(fc.integer({ min: -LAST_EXACT, max: LAST_EXACT }), { minLength: 1 });
  const near = fc.array(fc.integer({ min: 0, max: 3 * SECOND }), { minLength: 1 });
  fc.assert(
    fc.property(fc.oneof(instants, near), (all) =>
      all.every((at) => {
        const micros = ((at % 1000) + 1000) % 1000;
        const millis = new Date((at - micros) / 1000).toISOString();
        return isoInstant(at) === millis.replace('Z', `${String(micros).padStart(3, '0')}Z`);
      }),
    ),
  );
});

describe('the clock of a machine', () => {
  const NOON = 1_764_244_800_000;
  const HOUR_MS = 3_600_000;
  function startClock() {
    const read = { wall: NOON, monotonic: NOON };
    const steps: number[] = [];
    const clock = machineClock({
      sources: { wall: () => read.wall, monotonic: () => read.monotonic },
      onStep: (by) => steps.push(by),
    });
    const pass = (ms: number): void => {
      read.wall += ms;
      read.monotonic += ms;
    };
    return { clock, read, steps, pass };
  }

  it('is as fine as the monotonic one where the two agree', () => {
    const { clock, read, steps } = startClock();
    expect(clock.now()).toBe(NOON * 1000);
    read.wall += 999;
    read.monotonic += 0.25;
    expect(clock.now()).toBe(NOON * 1000 + 250);
    expect(steps).toEqual([]);
  });

  it('knows after a sleep how late it is, and says once that it has moved', () => {
    const { clock, read, steps, pass } = startClock();
    clock.now();
    read.wall += 8 * HOUR_MS;
    expect(clock.now()).toBe(NOON * 1000 + 8 * HOUR);
    pass(1_500);
    expect(clock.now()).toBe(NOON * 1000 + 8 * HOUR + 1_500_000);
    expect(steps).toEqual([8 * HOUR]);
  });

  it('goes on after a step back, more slowly, until the machine has caught up', () => {
    const { clock, read, steps, pass } = startClock();
    clock.now();
    read.wall -= 60_000;
    expect(clock.now()).toBe(NOON * 1000);
    pass(10_000);
    expect(clock.now()).toBe(NOON * 1000 + 5 * SECOND);
    pass(110_000);
    expect(clock.now()).toBe(NOON * 1000 + MINUTE);
    pass(1_000);
    expect(clock.now()).toBe(NOON * 1000 + MINUTE + SECOND);
    expect(clock.now()).toBe(read.wall * 1000);
    expect(steps).toEqual([-MINUTE]);
  });

  it('never runs backwards, however the machine’s clock is set', () => {
    const moves = fc.array(fc.record({ pass: fc.nat(5_000), set: fc.integer({ min: -1e7, max: 1e7 }) }));
    fc.assert(
      fc.property(moves, (all) => {
        const { clock, read, pass } = startClock();
        let last = clock.now();
        return all.every((move) => {
          pass(move.pass);
          read.wall += move.set;
          const now = clock.now();
          const isEven = now >= last;
          last = now;
          return isEven;
        });
      }),
    );
  });

  it('says what this machine says', () => {
    const before = Date.now();
    expect(Math.abs(systemClock.now() / 1000 - before)).toBeLessThan(60_000);
  });
});

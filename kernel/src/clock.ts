/** Microseconds since 1970-01-01T00:00:00Z, UTC. Exact as a number until the year 2255. */
export type Micros = number;

/** The port through which time enters. Nothing else in the system reads the machine's clock. */
export interface Clock {
  /** The current instant in microseconds. May stand still between calls, never has more than µs precision. */
  now(): Micros;
}

/** Where a machine's clock reads: both in milliseconds since 1970, with fractions. */
export interface ClockSources {
  /** What the machine takes the time to be. It is set, by people and by NTP. */
  wall(): number;
  /** Never set, and even; it misses what passes while the machine sleeps or a virtual one is paused. */
  monotonic(): number;
}

/** Read once: it never changes, and its getter costs more than the clock. */
const { timeOrigin } = performance;

const machine: ClockSources = {
  wall: () => Date.now(),
  monotonic: () => timeOrigin + performance.now(),
};

/** The two readings part by this much in milliseconds where the machine's clock was set or has slept. */
const STEP_MS = 1_000;

/**
 * The machine's clock, as fine and as even as its monotonic one, and set anew where that and the wall clock
 * part by more than a second. It never runs backwards: what is limited, waited for and put in order within
 * the process counts on that. After a step back it goes on at half its speed until the machine has caught up.
 *
 * @param options `onStep` is told of each step once, with how far in microseconds; negative is back
 */
export function machineClock(
  options: { readonly sources?: ClockSources; readonly onStep?: (by: Micros) => void } = {},
): Clock {
  const { sources = machine, onStep } = options;
  let offset = 0;
  let last = { at: 0, monotonic: sources.monotonic() };
  return {
    now: () => {
      const monotonic = sources.monotonic();
      const step = sources.wall() - (monotonic + offset);
      if (Math.abs(step) > STEP_MS) {
        offset += step;
        onStep?.(Math.round(step * 1000));
      }
      const at = Math.max(monotonic + offset, last.at + (monotonic - last.monotonic) / 2);
      last = { at, monotonic };
      return Math.trunc(at * 1000);
    },
  };
}

/** The machine's clock of whoever has nobody to tell that it was set. */
export const systemClock: Clock = machineClock();

/** A clock that moves only when it is told to: for tests and simulations. */
export function manualClock(start: Micros): Clock & { advance(by: Micros): void; set(to: Micros): void } {
  let current = start;
  return {
    now: () => current,
    advance: (by) => {
      current += by;
    },
    set: (to) => {
      current = to;
    },
  };
}

/** Seconds in microseconds. */
export const SECOND: Micros = 1_000_000;
/** Milliseconds in microseconds. */
export const MILLISECOND: Micros = 1_000;
/** Minutes in microseconds. */
export const MINUTE: Micros = 60 * SECOND;
/** Hours in microseconds. */
export const HOUR: Micros = 60 * MINUTE;
/** Days (of 24 hours) in microseconds. */
export const DAY: Micros = 24 * HOUR;

/** The second written last: what is written together lies close together. */
let written = { second: Number.NaN, text: '' };

/** The instant as RFC 3339 text with microseconds, for logs and reports. */
export function isoInstant(at: Micros): string {
  const second = Math.floor(at / SECOND);
  if (second !== written.second) {
    written = { second, text: new Date(second * 1000).toISOString().slice(0, -'000Z'.length) };
  }
  return `${written.text}${String(at - second * SECOND).padStart(6, '0')}Z`;
}

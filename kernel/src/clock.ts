/** Microseconds since 1970-01-01T00:00:00Z, UTC. Exact as a number until the year 2255. */
export type Micros = number;

/** The port through which time enters. Nothing else in the system reads the machine's clock. */
export interface Clock {
  /** The current instant in microseconds. May stand still between calls, never has more than µs precision. */
  now(): Micros;
}

/** Read once: it never changes, and its getter costs more than the clock. */
const { timeOrigin } = performance;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Math.trunc((timeOrigin + performance.now()) * 1000),
};

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

/** A timer that has been set. */
export type Timer = ReturnType<typeof setTimeout>;

/** The port through which waiting enters, so that a test decides when time passes. */
export interface Timers {
  set(run: () => void, milliseconds: number): Timer;
  clear(timer: Timer): void;
}

/** The machine's timers. */
export const systemTimers: Timers = {
  set: (run, milliseconds) => setTimeout(run, milliseconds),
  clear: (timer) => clearTimeout(timer),
};

import type { Clock, Micros } from '@tpmall/kernel';
import { MILLISECOND } from '@tpmall/kernel';
import { z } from 'zod';

const milliseconds = (fallback: number) => z.number().int().min(1).max(86_400_000).default(fallback);

/** When a connector gets no new payments for a while. */
export const circuitSettings = z.strictObject({
  /** So many failures without a success between them open the circuit. */
  consecutiveFailures: z.number().int().min(1).max(1_000).default(10),
  /** Or this share of the payments of the window, in percent, where there were at least `windowMinimum`. */
  failurePercent: z.number().int().min(1).max(100).default(50),
  windowMs: milliseconds(60_000),
  windowMinimum: z.number().int().min(1).max(1_000).default(20),
  /** How long it stays open before a few payments may try. */
  openMs: milliseconds(5_000),
  /** How many may try at once, and must succeed, before it closes. */
  probes: z.number().int().min(1).max(100).default(2),
});

/** {@link circuitSettings} as they are used. */
export type CircuitSettings = z.output<typeof circuitSettings>;

/** Lets payments through to a connector, or not. */
export interface Circuit {
  readonly state: 'closed' | 'open' | 'half_open';
  /** Since when the state holds. */
  readonly since: Micros;
  /**
   * Whether a payment may go now. While half open it takes one of the probes: ask it only of the connector
   * that is about to be used. A probe that is never sent is made up for after `openMs`.
   */
  admit(): boolean;
  /** How a payment ended: `true` where the acquirer answered. */
  record(answered: boolean): void;
}

/** The most outcomes that a window looks back on; older ones are forgotten early on a busy day. */
const REMEMBERED = 1_000;

/**
 * A closed circuit. It opens by failures in a row or by their share in the window; after a while it lets a
 * few payments try, and closes when they succeed.
 */
export function createCircuit(settings: CircuitSettings, clock: Clock): Circuit {
  let state: Circuit['state'] = 'closed';
  let since = clock.now();
  let inARow = 0;
  let window: { at: Micros; answered: boolean }[] = [];
  let probing = { from: since, admitted: 0, succeeded: 0 };
  const openFor = settings.openMs * MILLISECOND;

  const enter = (next: Circuit['state'], at: Micros): void => {
    state = next;
    since = at;
    inARow = 0;
    window = [];
    probing = { from: at, admitted: 0, succeeded: 0 };
  };
  /** An open circuit becomes half open by the passing of time alone. */
  const look = (): Micros => {
    const now = clock.now();
    if (state === 'open' && now - since >= openFor) enter('half_open', now);
    return now;
  };

  const hasFailedTooOften = (now: Micros): boolean => {
    if (inARow >= settings.consecutiveFailures) return true;
    window = window.filter(({ at }) => now - at < settings.windowMs * MILLISECOND).slice(-REMEMBERED);
    if (window.length < settings.windowMinimum) return false;
    const failures = window.filter(({ answered }) => !answered).length;
    return failures * 100 >= settings.failurePercent * window.length;
  };

  return {
    get state() {
      look();
      return state;
    },
    get since() {
      look();
      return since;
    },
    admit() {
      const now = look();
      if (state === 'closed') return true;
      if (state === 'open') return false;
      if (probing.admitted >= settings.probes && now - probing.from >= openFor) {
        probing = { from: now, admitted: 0, succeeded: 0 };
      }
      if (probing.admitted >= settings.probes) return false;
      probing.admitted += 1;
      return true;
    },
    record(answered) {
      const now = look();
      if (state === 'open') return;
      if (state === 'half_open') {
        if (!answered) return enter('open', now);
        probing.succeeded += 1;
        if (probing.succeeded >= settings.probes) enter('closed', now);
        return;
      }
      window.push({ at: now, answered });
      inARow = answered ? 0 : inARow + 1;
      // Only a failure can open it, so a success costs no look at the window.
      if (!answered && hasFailedTooOften(now)) enter('open', now);
      if (window.length > 2 * REMEMBERED) window = window.slice(-REMEMBERED);
    },
  };
}

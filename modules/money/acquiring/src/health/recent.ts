import { type Clock, MILLISECOND, MINUTE, type Micros } from '@tpmall/kernel';
import type { ConnectorHealth } from '../contract/index.ts';

/** How far the figures look back. */
const WINDOW: Micros = 5 * MINUTE;
/** And on how many payments at most, the latest. */
const REMEMBERED = 1_000;

/** The latest payments of a connector: how many were answered, and how fast. */
export interface Recent {
  record(sample: { answered: boolean; took: Micros }): void;
  figures(): ConnectorHealth['recent'];
}

/** Nothing so far. */
export function createRecent(clock: Clock): Recent {
  // A ring: the oldest gives way, and nothing is moved.
  const samples: { at: Micros; answered: boolean; took: Micros }[] = [];
  let next = 0;
  return {
    record(sample) {
      samples[next] = { at: clock.now(), ...sample };
      next = (next + 1) % REMEMBERED;
    },
    figures() {
      const from = clock.now() - WINDOW;
      const seen = samples.filter(({ at }) => at >= from);
      const answered = seen.filter((sample) => sample.answered);
      const took = answered.map((sample) => sample.took).sort((a, b) => a - b);
      return {
        windowMs: WINDOW / MILLISECOND,
        asked: seen.length,
        answered: answered.length,
        p50Ms: percentile(took, 50),
        p95Ms: percentile(took, 95),
        p99Ms: percentile(took, 99),
      };
    },
  };
}

/** Nearest rank, in milliseconds; null of nothing. */
function percentile(sorted: readonly Micros[], percent: number): number | null {
  const at = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  return at === undefined ? null : Math.round(at / MILLISECOND);
}

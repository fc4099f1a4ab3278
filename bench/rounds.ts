import type { Row } from './table.ts';

/**
 * Cases that are held against each other take turns this often, so that what else the machine does meets them
 * alike.
 */
export const ROUNDS = 3;

/** One case over its rounds: the mean of each figure, and the worst 99th percentile. */
export function meanOf(rounds: readonly Row[]): Row {
  const [first] = rounds;
  if (!first) throw new Error('no round was measured');
  const over = (value: (row: Row) => number | null): number => mean(rounds.map((row) => value(row) ?? 0));
  return {
    ...first,
    rate: over((row) => row.rate),
    p50Ms: over((row) => row.p50Ms),
    p99Ms: Math.max(...rounds.map((row) => row.p99Ms ?? 0)),
    nodeCpuUs: over((row) => row.nodeCpuUs),
    postgresCpuUs: over((row) => row.postgresCpuUs),
  };
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

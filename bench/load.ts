/** What a load measured. */
export interface Load {
  readonly rate: number;
  readonly operations: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Keeps `inFlight` operations going for `seconds` and measures each. The first failure ends it: a benchmark
 * of refusals would measure nothing.
 */
export async function applyLoad(
  inFlight: number,
  seconds: number,
  operation: (index: number) => Promise<void>,
): Promise<Load> {
  const latencies: number[] = [];
  const from = performance.now();
  const until = from + seconds * 1000;
  let index = 0;
  const worker = async (): Promise<void> => {
    // One reading of the clock ends an operation and begins the next.
    for (let begun = performance.now(); begun < until; ) {
      const mine = index;
      index += 1;
      await operation(mine);
      const ended = performance.now();
      latencies.push(ended - begun);
      begun = ended;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const took = (performance.now() - from) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    rate: latencies.length / took,
    operations: latencies.length,
    seconds: took,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

/** The value that a share of the sorted values does not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

import { type Clock, type Micros, SECOND } from '@tpmall/kernel';

/**
 * Keys whose buckets are kept; the fullest of them are forgotten first, which forgets nothing that limits.
 */
const MAX_BUCKETS = 50_000;

interface Bucket {
  tokens: number;
  at: Micros;
}

/**
 * A token bucket a key, in memory of this process.
 *
 * @returns seconds to wait, or 0 where the request may pass
 */
export function createRateLimit(clock: Clock, limit: { readonly perSecond: number; readonly burst: number }) {
  const buckets = new Map<string, Bucket>();

  return (key: string): number => {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: limit.burst, at: now };
    const refill = ((now - bucket.at) / SECOND) * limit.perSecond;
    bucket.tokens = Math.min(limit.burst, bucket.tokens + refill);
    bucket.at = now;
    // Re-inserting keeps the map in order of use, so that the first is the one idle longest.
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > MAX_BUCKETS) {
      const idle = buckets.keys().next().value;
      if (idle !== undefined) buckets.delete(idle);
    }
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / limit.perSecond));
    bucket.tokens -= 1;
    return 0;
  };
}

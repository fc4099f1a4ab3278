import { type Clock, type Micros, SECOND } from '@tpmall/kernel';

/** Buckets that are kept. */
const MAX_BUCKETS = 50_000;
/**
 * How many are forgotten at once where there would be more, so that few requests have to look at all of them:
 * the fullest, which limit least, and of those the ones idle longest. Who has used up a bucket cannot have it
 * forgotten by sending from many names.
 */
const FORGOTTEN_AT_ONCE = MAX_BUCKETS / 4;

interface Bucket {
  tokens: number;
  at: Micros;
}

/** How fast a bucket fills, and how much it holds. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Token buckets by name, in memory of this process. */
export interface RateLimit {
  /** Takes a token. Seconds to wait, or 0 where there was one. */
  take(name: string): number;
  /** Gives back a token that was taken for what turned out to cost nothing. */
  giveBack(name: string): void;
  /** Takes more tokens for what a request turned out to be; at most a bucket's worth is owed. */
  charge(name: string, cost: number): void;
}

/** Creates buckets that all have the same rate. */
export function createRateLimit(clock: Clock, { perSecond, burst }: Rate): RateLimit {
  const buckets = new Map<string, Bucket>();

  const tokensAt = (now: Micros, { tokens, at }: Bucket): number =>
    Math.min(burst, tokens + ((now - at) / SECOND) * perSecond);

  const forgetFullest = (now: Micros): void => {
    const fullest = [...buckets]
      .map(([name, bucket]) => ({ name, tokens: tokensAt(now, bucket) }))
      .sort((one, other) => other.tokens - one.tokens);
    for (const { name } of fullest.slice(0, FORGOTTEN_AT_ONCE)) buckets.delete(name);
  };

  const bucketOf = (name: string): Bucket => {
    const now = clock.now();
    const bucket = buckets.get(name) ?? { tokens: burst, at: now };
    bucket.tokens = tokensAt(now, bucket);
    bucket.at = now;
    // Re-inserting keeps the map in order of use, so that the first is the one idle longest.
    buckets.delete(name);
    if (buckets.size >= MAX_BUCKETS) forgetFullest(now);
    buckets.set(name, bucket);
    return bucket;
  };
  const waitFor = ({ tokens }: Bucket): number =>
    tokens < 1 ? Math.max(1, Math.ceil((1 - tokens) / perSecond)) : 0;

  return {
    take(name) {
      const bucket = bucketOf(name);
      const wait = waitFor(bucket);
      if (wait === 0) bucket.tokens -= 1;
      return wait;
    },
    giveBack(name) {
      const bucket = bucketOf(name);
      bucket.tokens = Math.min(burst, bucket.tokens + 1);
    },
    charge(name, cost) {
      const bucket = bucketOf(name);
      bucket.tokens = Math.max(-burst, bucket.tokens - cost);
    },
  };
}

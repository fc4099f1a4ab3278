import { randomFillSync } from 'node:crypto';

/** The port through which randomness enters, so that a simulation can replay a seed. */
export interface Random {
  /** `length` random bytes. The system's source is fit for keys and tokens. */
  bytes(length: number): Uint8Array;
}

/** Ids, nonces and secrets of 128 bits come out of a pool; keys are longer, and never wait in memory. */
const POOLED_MAX_BYTES = 16;
/** A call of the system costs as much for this many bytes as for eight. */
const POOL_BYTES = 2048;

/** The operating system's cryptographic source. */
export const systemRandom: Random = createSystemRandom();

function createSystemRandom(): Random {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(length) {
      if (length > POOLED_MAX_BYTES) return randomFillSync(new Uint8Array(length));
      if (used + length > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const bytes = pool.slice(used, used + length);
      // What was handed out is nowhere else.
      pool.fill(0, used, used + length);
      used += length;
      return bytes;
    },
  };
}

/** A repeatable source for tests and simulations (splitmix64). Never for keys. */
export function seededRandom(
  seed: number | bigint,
): Random & { next(): number; below(limit: number): number } {
  let state = BigInt.asUintN(64, BigInt(seed));
  const next64 = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const next = (): number => Number(next64() >> 11n) / 2 ** 53;
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    bytes: (length) => Uint8Array.from({ length }, () => Number(next64() & 0xffn)),
  };
}

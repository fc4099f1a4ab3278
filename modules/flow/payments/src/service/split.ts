import { allocate, assert } from '@tpmall/kernel';
import type { SplitLeg } from '../contract/index.ts';
import type { Share } from './records.ts';

/** A captured amount, shared out. */
export interface Shares {
  readonly shares: readonly Share[];
  /** The platform's own sale. */
  readonly rest: bigint;
}

/**
 * Shares out what is captured of a payment in proportion to its split, commissions likewise. The shares and
 * the rest always add up to what is captured.
 */
export function shareOut(captured: bigint, amount: bigint, split: readonly SplitLeg[]): Shares {
  assert(captured > 0n && captured <= amount, 'a capture takes something, and at most the amount');
  const own = amount - split.reduce((sum, leg) => sum + leg.amount, 0n);
  assert(own >= 0n, 'a split never exceeds its amount');
  const grosses = allocate(captured, [...split.map((leg) => leg.amount), own]);
  const shares = split.map((leg, index) => {
    const gross = grosses[index] ?? 0n;
    const [fee = 0n] = allocate(gross, [leg.applicationFee, leg.amount - leg.applicationFee]);
    return { destination: leg.destination, amount: gross, fee };
  });
  return { shares, rest: grosses[split.length] ?? 0n };
}

/**
 * The parts of a captured amount by which refunds are shared out: for each merchant what it keeps and what it
 * pays as commission, in turn, and the platform's own sale at the end.
 */
export function partsOf(captured: bigint, shares: readonly Share[]): bigint[] {
  const rest = captured - shares.reduce((sum, share) => sum + share.amount, 0n);
  return [...shares.flatMap((share) => [share.amount - share.fee, share.fee]), rest];
}

/**
 * The parts of one refund: shared out in proportion to what is left of each part, so that a part is never
 * asked for more than it has, several refunds together always add up to the whole, and a refund that fails in
 * between gives back exactly what it took. (Differences of cumulative largest-remainder shares do not have
 * the first property: a larger total can have a smaller part.)
 */
export function shareRefund(amount: bigint, parts: readonly bigint[], refunded: readonly bigint[]): bigint[] {
  const left = parts.map((part, index) => part - (refunded[index] ?? 0n));
  return allocate(amount, left);
}

/** Sums of two lists of parts. */
export function addParts(a: readonly bigint[], b: readonly bigint[], sign: 1n | -1n = 1n): bigint[] {
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, index) => (a[index] ?? 0n) + sign * (b[index] ?? 0n),
  );
}

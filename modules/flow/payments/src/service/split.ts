import { allocate, assert } from '@tpmall/kernel';
import type { SplitLeg } from '../contract/index.ts';
import type { Share } from './records.ts';

/** A captured amount, shared out. */
export interface Shares {
  /** One for each leg of the split. */
  readonly shares: readonly Share[];
  /** The platform's own sale. */
  readonly rest: bigint;
}

/** What earlier captures of the same payment took. */
interface Taken {
  readonly amount: bigint;
  readonly shares: readonly Share[];
}

const NOTHING: Taken = { amount: 0n, shares: [] };

/**
 * Shares out what one capture takes of a payment: within the amount in proportion to what is left of each
 * part of its split, so that captures of the whole amount take each part exactly, whatever they were one by
 * one; beyond the amount in proportion to the split itself. Commissions likewise. The shares and the rest
 * always add up to what is captured.
 *
 * @param amount what the split is of
 */
export function shareOut(
  captured: bigint,
  amount: bigint,
  split: readonly SplitLeg[],
  taken: Taken = NOTHING,
): Shares {
  assert(captured > 0n, 'a capture takes something');
  const own = amount - sumOf(split);
  assert(own >= 0n, 'a split never exceeds its amount');
  const left = split.map((leg, index) => ({
    amount: leg.amount - (taken.shares[index]?.amount ?? 0n),
    fee: leg.applicationFee - (taken.shares[index]?.fee ?? 0n),
  }));
  const ownLeft = own - (taken.amount - sumOf(taken.shares));
  const allLeft = amount - taken.amount;
  assert(ownLeft >= 0n && left.every((leg) => leg.amount >= 0n), 'no more was taken of a part than it has');
  const within = captured < allLeft ? captured : allLeft;
  const inside = portions(within, [...left.map((leg) => leg.amount), ownLeft]);
  const beyond = portions(captured - within, [...split.map((leg) => leg.amount), own]);
  const shares = split.map((leg, index) => {
    const [part, excess] = [inside[index] ?? 0n, beyond[index] ?? 0n];
    const of = left[index] ?? { amount: 0n, fee: 0n };
    const fee = feeOf(part, of.amount, of.fee) + feeOf(excess, leg.amount, leg.applicationFee);
    return { destination: leg.destination, amount: part + excess, fee };
  });
  return { shares, rest: (inside[split.length] ?? 0n) + (beyond[split.length] ?? 0n) };
}

/** What all captures took, with one more. */
export function addShares(before: readonly Share[], more: readonly Share[]): Share[] {
  return more.map((share, index) => ({
    destination: share.destination,
    amount: share.amount + (before[index]?.amount ?? 0n),
    fee: share.fee + (before[index]?.fee ?? 0n),
  }));
}

function sumOf(parts: readonly { readonly amount: bigint }[]): bigint {
  return parts.reduce((sum, part) => sum + part.amount, 0n);
}

/** Weights that are all zero share out nothing. */
function portions(amount: bigint, weights: readonly bigint[]): bigint[] {
  return amount === 0n ? weights.map(() => 0n) : allocate(amount, weights);
}

function feeOf(part: bigint, of: bigint, fee: bigint): bigint {
  return portions(part, [fee, of - fee])[0] ?? 0n;
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
  return portions(amount, leftOf(parts, refunded));
}

/** What refunds have left of each part. */
export function leftOf(parts: readonly bigint[], refunded: readonly bigint[]): bigint[] {
  return parts.map((part, index) => part - (refunded[index] ?? 0n));
}

/**
 * Of the parts of {@link partsOf} those of one merchant, what it keeps and its commission, with nothing in
 * the place of all others; undefined where it has none.
 */
export function partsOfMerchant(
  parts: readonly bigint[],
  shares: readonly Share[],
  destination: string,
): bigint[] | undefined {
  const at = shares.findIndex((share) => share.destination === destination);
  if (at < 0) return undefined;
  return parts.map((part, index) => (Math.floor(index / 2) === at ? part : 0n));
}

/** Sums of two lists of parts. */
export function addParts(a: readonly bigint[], b: readonly bigint[], sign: 1n | -1n = 1n): bigint[] {
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, index) => (a[index] ?? 0n) + sign * (b[index] ?? 0n),
  );
}

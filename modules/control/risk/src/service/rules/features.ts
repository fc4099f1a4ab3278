import type { ListEntry } from '../../contract/index.ts';

/** What velocities are counted by. */
export const DIMENSIONS = ['card', 'customer', 'ip'] as const;
/** One of {@link DIMENSIONS}. */
export type Dimension = (typeof DIMENSIONS)[number];

/** The windows that velocities are counted in, ending now. */
export const WINDOWS = ['1m', '1h', '24h'] as const;
/** One of {@link WINDOWS}. */
export type Window = (typeof WINDOWS)[number];

/** Earlier payments of one card, customer or address in one window; this payment is not among them. */
export interface Velocity {
  readonly count: number;
  /** Minor units of this payment's currency. */
  readonly sum: bigint;
}

/** Everything about a payment that the rules look at besides the payment itself. */
export interface Features {
  /** Entries of the tenant's lists that match the payment. */
  readonly entries: readonly Pick<ListEntry, 'list' | 'kind' | 'value' | 'reason'>[];
  readonly velocities: Readonly<Record<Dimension, Readonly<Record<Window, Velocity>>>>;
}

import type { Goods, Shop, Text, Variant } from './goods.ts';

/** Why a line cannot be ordered as it is. */
export type LineProblem =
  /** It is sold no more, or not in this currency. */
  | 'not_sold'
  /** Fewer pieces are available than the line has. */
  | 'short';

/** A line of a cart, at today's price. */
export interface CartLine {
  readonly variant: Variant;
  readonly goods: Pick<Goods, 'id' | 'merchant' | 'name' | 'plate' | 'options'>;
  readonly quantity: number;
  /** What one piece costs; null where it is not sold in this currency. */
  readonly unitAmount: bigint | null;
  /** What one piece cost when the shopper last saw it, where that differs. */
  readonly unitAmountBefore: bigint | null;
  readonly amount: bigint;
  readonly problem: LineProblem | null;
}

/** What one merchant sends, with what it comes to. Lines that are not sold do not count. */
export interface CartParcel {
  readonly shop: Shop;
  readonly lines: readonly CartLine[];
  readonly goods: bigint;
  readonly delivery: bigint;
  /** Included in goods and delivery. */
  readonly tax: bigint;
  readonly total: bigint;
}

/** Everything in a cart, by merchant. */
export interface Cart {
  readonly currency: string;
  readonly parcels: readonly CartParcel[];
  /** Pieces in all. */
  readonly pieces: number;
  readonly goods: bigint;
  readonly delivery: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  /** Whether a price is another than the shopper last saw. */
  readonly pricesChanged: boolean;
  /** Whether every line can be ordered as it is. */
  readonly canBeOrdered: boolean;
}

/** What a line says of its variant, kept with an order. */
export interface LineText {
  readonly name: Text;
  /** The values of its options, `Ash grey`; empty where it has none. */
  readonly choice: Text;
}

/** A text in each language of the mall. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** An amount in minor units by currency code, of those that a merchant has named. */
export type Amounts = Readonly<Record<string, bigint>>;

/** A merchant as shoppers meet it, and its terms. */
export interface Shop {
  /** The merchant's account, `acct_…`. */
  readonly merchant: string;
  readonly tenant: string;
  readonly name: Text;
  /** Where its parcels come from. */
  readonly place: Text;
  /** One sentence about it. */
  readonly about: Text;
  /** What the delivery of one parcel costs, whatever is in it. */
  readonly delivery: Amounts;
  /** From this much on its delivery is free; a currency that is not named has no such bound. */
  readonly freeDeliveryFrom: Amounts;
  /** The tax that is included in every price and in delivery: hundredths of a percent of the net price. */
  readonly taxBasisPoints: number;
  /** Returns up to this much are accepted without a person; a currency that is not named: none. */
  readonly acceptReturnsUpTo: Amounts;
  /** Days until a parcel leaves. */
  readonly dispatchDays: number;
}

/** The drawings that goods are shown by. */
export const PLATE_KINDS = [
  'vase',
  'bud',
  'bowl',
  'cup',
  'jar',
  'pot',
  'lamp',
  'bottle',
  'candle',
  'book',
  'cloth',
  'clock',
  'cake',
  'lantern',
] as const;
/** One of {@link PLATE_KINDS}. */
export type PlateKind = (typeof PLATE_KINDS)[number];

/** A drawing: the same kind and seed are drawn the same for ever. */
export interface Plate {
  readonly kind: PlateKind;
  readonly seed: string;
}

/** The aisles of the mall. */
export const CATEGORIES = ['ceramics', 'lighting', 'paper', 'textiles', 'kitchen', 'tea', 'clocks'] as const;
/** One of {@link CATEGORIES}. */
export type Category = (typeof CATEGORIES)[number];

/** Something to choose, for example the glaze. */
export interface GoodsOption {
  readonly key: string;
  readonly name: Text;
  readonly values: readonly { readonly key: string; readonly name: Text }[];
}

/** One thing that can be put into a cart. */
export interface Variant {
  /** `var_…` */
  readonly id: string;
  /** The merchant's own number of it; unique among its goods. */
  readonly sku: string;
  /** The price in the catalogue, `price_…`. */
  readonly price: string;
  /** What one piece costs, whole minor units in each currency of the price. */
  readonly amounts: Amounts;
  /** The value of each option, by its key. */
  readonly values: Readonly<Record<string, string>>;
  readonly active: boolean;
  /** Pieces that nobody has ordered. */
  readonly available: number;
}

/** What the mall says of a product of the catalogue. */
export interface Goods {
  /** As its merchant named it, for addresses: `ash-glaze-vase`. */
  readonly id: string;
  readonly tenant: string;
  readonly merchant: string;
  /** The product in the catalogue, `prod_…`. */
  readonly product: string;
  readonly active: boolean;
  readonly category: Category;
  readonly plate: Plate;
  readonly name: Text;
  /** One sentence. */
  readonly summary: Text;
  readonly description: Text;
  readonly options: readonly GoodsOption[];
  /** In the order in which they are offered; the first is chosen at first. */
  readonly variants: readonly Variant[];
  readonly createdAt: number;
}

/** Goods as they stand on a shelf. */
export interface GoodsCard
  extends Pick<Goods, 'id' | 'merchant' | 'category' | 'plate' | 'name' | 'summary'> {
  readonly shop: Text;
  /** The lowest of its variants' prices in each currency. */
  readonly from: Amounts;
  /** Whether some variant costs more than that. */
  readonly varies: boolean;
  /** Whether a piece of some variant is available. */
  readonly inStock: boolean;
}

/** A page of a shelf. */
export interface Shelf {
  readonly items: readonly GoodsCard[];
  /** How many there are in all. */
  readonly count: number;
  /** `all`: they have every word that was asked for. `some`: none has, and these have at least one. */
  readonly match: 'all' | 'some';
  /** The words that were looked for instead, spelled as goods spell them; null: those that were asked for. */
  readonly near: string | null;
}

/** What there is, for the ways into the mall. */
export interface Directory {
  readonly shops: readonly (Shop & { readonly goods: number })[];
  readonly categories: readonly { readonly category: Category; readonly goods: number }[];
  readonly goods: number;
}

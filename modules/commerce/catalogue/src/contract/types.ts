/** Something that is sold. */
export interface Product {
  /** `prod_…`, or what its maker called it; unique within the tenant. */
  readonly id: string;
  readonly tenant: string;
  /** The merchant whose sale it is, `acct_…`; null: the platform's own. */
  readonly merchant: string | null;
  /** Whether it may be bought. */
  readonly active: boolean;
  readonly type: 'good' | 'service';
  readonly name: string;
  readonly description: string | null;
  /** Addresses of pictures. */
  readonly images: readonly string[];
  readonly marketingFeatures: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** A price of this product, `price_…`. */
  readonly defaultPrice: string | null;
  readonly packageDimensions: PackageDimensions | null;
  readonly shippable: boolean | null;
  readonly statementDescriptor: string | null;
  readonly taxCode: string | null;
  readonly unitLabel: string | null;
  readonly url: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A parcel, in inches and ounces, as clients of the payments API measure it. */
export interface PackageDimensions {
  readonly height: number;
  readonly length: number;
  readonly weight: number;
  readonly width: number;
}

/** Whether tax is part of a price. Nothing here computes tax; it is told on. */
export type TaxBehavior = 'exclusive' | 'inclusive' | 'unspecified';

/** What one unit costs in one currency. */
export interface UnitPrice {
  /** Exact decimal text of minor units, with up to twelve decimals; see `parsePrice` of the kernel. */
  readonly unitAmountDecimal: string;
  readonly taxBehavior: TaxBehavior;
}

/** How often a recurring price is due. It is stored and shown: subscriptions are not part of this system. */
export interface Recurring {
  readonly interval: 'day' | 'week' | 'month' | 'year';
  readonly intervalCount: number;
}

/** What a product costs. A price's amount never changes: whoever has it, has the amount. */
export interface Price extends UnitPrice {
  /** `price_…` */
  readonly id: string;
  readonly tenant: string;
  readonly product: string;
  readonly active: boolean;
  readonly currency: string;
  /** The same price in other currencies, by code. */
  readonly currencyOptions: Readonly<Record<string, UnitPrice>>;
  readonly nickname: string | null;
  /** Finds the price without its id; at most one price of a tenant has it. */
  readonly lookupKey: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly recurring: Recurring | null;
  readonly createdAt: number;
}

/** A price together with what it is the price of. */
export interface PricedProduct {
  readonly price: Price;
  readonly product: Product;
}

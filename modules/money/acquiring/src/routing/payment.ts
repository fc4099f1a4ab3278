/** The brands that rules and prices tell apart, as the vault names them. */
export const BRANDS = [
  'visa',
  'mastercard',
  'amex',
  'discover',
  'diners',
  'jcb',
  'unionpay',
  'unknown',
] as const;

/** What a route is chosen by. */
export interface RoutedPayment {
  /** Names the command for ever: the same one always goes the same way. */
  readonly command: string;
  /** Minor units of {@link RoutedPayment.currency}. */
  readonly amount: bigint;
  readonly currency: string;
  /** The account that the charge belongs to. */
  readonly merchant: string;
  /** What is known of the card; null where no rule asks, or where nobody can say. */
  readonly card: {
    /** One of {@link BRANDS}. */
    readonly brand: string;
    /** First digits, six to eight. */
    readonly bin: string;
    /** ISO 3166 alpha-2 of the issuer. */
    readonly country: string;
  } | null;
}

import type { Card } from '../contract/index.ts';

/** A card brand as the contract names it. */
export type Brand = Card['brand'];

interface BrandRange {
  readonly brand: Brand;
  /** First and last prefix of the range, equally long. */
  readonly from: string;
  readonly to: string;
  readonly lengths: readonly number[];
}

const LONG = [16, 17, 18, 19];

/**
 * The networks' number ranges, as they publish them: ISO/IEC 7812 issuer tables of Visa, Mastercard, American
 * Express, Discover (with Diners Club), JCB and UnionPay. The first match wins; 622126 to 622925, which
 * Discover shares with UnionPay, go under UnionPay.
 */
const RANGES: readonly BrandRange[] = [
  { brand: 'visa', from: '4', to: '4', lengths: [13, 16, 19] },
  { brand: 'mastercard', from: '51', to: '55', lengths: [16] },
  { brand: 'mastercard', from: '2221', to: '2720', lengths: [16] },
  { brand: 'amex', from: '34', to: '34', lengths: [15] },
  { brand: 'amex', from: '37', to: '37', lengths: [15] },
  { brand: 'diners', from: '300', to: '305', lengths: LONG },
  { brand: 'diners', from: '3095', to: '3095', lengths: LONG },
  { brand: 'diners', from: '36', to: '36', lengths: [14, 15, ...LONG] },
  { brand: 'diners', from: '38', to: '39', lengths: LONG },
  { brand: 'discover', from: '6011', to: '6011', lengths: LONG },
  { brand: 'discover', from: '644', to: '649', lengths: LONG },
  { brand: 'discover', from: '65', to: '65', lengths: LONG },
  { brand: 'jcb', from: '3528', to: '3589', lengths: LONG },
  { brand: 'unionpay', from: '62', to: '62', lengths: LONG },
  { brand: 'unionpay', from: '81', to: '81', lengths: LONG },
];

const UNKNOWN_LENGTHS = [12, 13, 14, 15, 16, 17, 18, 19];

/** How each brand is written for people. */
export const BRAND_NAMES: Readonly<Record<Brand, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  unknown: 'Card',
};

/** The ranges as a browser needs them: first and last prefix, and the brand. */
export function brandPrefixes(): readonly (readonly [from: string, to: string, brand: Brand])[] {
  return RANGES.map(({ from, to, brand }) => [from, to, brand]);
}

/** The brand whose range a card number is in. */
export function brandOf(pan: string): Brand {
  return rangeOf(pan)?.brand ?? 'unknown';
}

/** Whether a card number of this brand can have as many digits. */
export function lengthFits(pan: string): boolean {
  return (rangeOf(pan)?.lengths ?? UNKNOWN_LENGTHS).includes(pan.length);
}

/** Digits of the brand's security code. */
export function cvcLength(brand: Brand): 3 | 4 {
  return brand === 'amex' ? 4 : 3;
}

function rangeOf(pan: string): BrandRange | undefined {
  return RANGES.find(({ from, to }) => {
    const prefix = pan.slice(0, from.length);
    return prefix.length === from.length && prefix >= from && prefix <= to;
  });
}

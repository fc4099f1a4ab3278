import { assert } from './assert.ts';

/** The largest amount a ledger can hold: 2^128 − 1 minor units. */
export const MAX_AMOUNT = (1n << 128n) - 1n;

/** A currency that knows how many decimals its minor unit has (ISO 4217). */
export interface Currency {
  /** Three lower-case letters, as on the wire. */
  readonly code: string;
  /** ISO 4217 number; also the number of the currency's ledger. */
  readonly number: number;
  /** Decimals of the minor unit: JPY 0, EUR 2, BHD 3. */
  readonly exponent: number;
}

/** An amount of one currency in its minor unit. Never negative: direction is said by the operation. */
export interface Money {
  readonly amount: bigint;
  readonly currency: string;
}

const table: readonly (readonly [code: string, number: number, exponent: number])[] = [
  ['aed', 784, 2],
  ['aud', 36, 2],
  ['bhd', 48, 3],
  ['brl', 986, 2],
  ['cad', 124, 2],
  ['chf', 756, 2],
  ['clp', 152, 0],
  ['cny', 156, 2],
  ['czk', 203, 2],
  ['dkk', 208, 2],
  ['eur', 978, 2],
  ['gbp', 826, 2],
  ['hkd', 344, 2],
  ['huf', 348, 2],
  ['idr', 360, 2],
  ['ils', 376, 2],
  ['inr', 356, 2],
  ['jod', 400, 3],
  ['jpy', 392, 0],
  ['krw', 410, 0],
  ['kwd', 414, 3],
  ['mxn', 484, 2],
  ['myr', 458, 2],
  ['nok', 578, 2],
  ['nzd', 554, 2],
  ['omr', 512, 3],
  ['php', 608, 2],
  ['pln', 985, 2],
  ['ron', 946, 2],
  ['sar', 682, 2],
  ['sek', 752, 2],
  ['sgd', 702, 2],
  ['thb', 764, 2],
  ['tnd', 788, 3],
  ['try', 949, 2],
  ['twd', 901, 2],
  ['usd', 840, 2],
  ['vnd', 704, 0],
  ['zar', 710, 2],
];

/** Every currency the system knows, by code. */
export const currencies: ReadonlyMap<string, Currency> = new Map(
  table.map(([code, number, exponent]) => [code, { code, number, exponent }]),
);

/** The currency of a lower-case code, or undefined. */
export function findCurrency(code: string): Currency | undefined {
  return currencies.get(code);
}

/** The currency of a code that is known to exist. */
export function currencyOf(code: string): Currency {
  const currency = currencies.get(code);
  assert(currency, `unknown currency ${code}`);
  return currency;
}

/** The currency whose ISO 4217 number this is, or undefined. */
export function currencyByNumber(number: number): Currency | undefined {
  for (const currency of currencies.values()) if (currency.number === number) return currency;
  return undefined;
}

/** Decimal text of an amount, exact: `formatAmount(1234n, eur)` is `12.34`. */
export function formatAmount(amount: bigint, currency: Currency): string {
  const sign = amount < 0n ? '\u2212' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(currency.exponent + 1, '0');
  if (currency.exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -currency.exponent)}.${digits.slice(-currency.exponent)}`;
}

/**
 * The amount behind decimal text, exact: `12.5` of a currency with two decimals is 1250; or undefined where
 * it is none, has more decimals than the currency, or more digits than a ledger holds.
 *
 * A comma is read as a point where one or two digits follow it, since keypads of many languages have no
 * point. Before three digits it may part thousands, so nothing is read there, whatever the currency.
 */
export function parseAmount(text: string, { exponent }: Currency): bigint | undefined {
  const pointed = text.replace(/,(\d{1,2})$/, '.$1');
  const [, whole, fraction = ''] = /^(\d{1,30})(?:\.(\d{1,18}))?$/.exec(pointed) ?? [];
  if (whole === undefined || fraction.length > exponent) return undefined;
  return BigInt(whole + fraction.padEnd(exponent, '0'));
}

/**
 * Splits an amount by weights so that the parts always add up (largest remainder; ties go to the earlier
 * part).
 *
 * @param amount minor units to split
 * @param weights not negative, at least one above zero
 */
export function allocate(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  assert(total > 0n, 'weights must add up to more than zero');
  const parts = weights.map((weight) => (amount * weight) / total);
  const order = weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % total }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  let rest = amount - parts.reduce((sum, part) => sum + part, 0n);
  for (const { index } of order) {
    if (rest === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    rest -= 1n;
  }
  return parts;
}

import { type Currency, currencyOf, findCurrency, formatAmount, type Money } from '@tpmall/kernel';

/** Decimals of a rate, the last one rounded half up. */
const RATE_DECIMALS = 4;
/** More currencies than these say nothing to a shopper. */
const OTHERS_MAX = 3;
/** Keeps a rate on one line (U+00A0). */
const NO_BREAK = '\u00a0';

/** What the same goods cost in another currency, as their sellers have set it. */
export interface OtherPrice {
  readonly currency: Currency;
  readonly total: bigint;
  /** {@link rateText} of both totals. */
  readonly rate: string;
}

/**
 * What goods come to in the other currencies that every one of them has a price in, in the order in which the
 * first one names them; none where the goods cost nothing.
 *
 * @param goods the amount of each line in minor units, by currency code
 */
export function otherPrices(
  paid: Currency,
  goods: readonly Readonly<Record<string, bigint>>[],
): readonly OtherPrice[] {
  const codes = Object.keys(goods[0] ?? {}).filter((code) => code !== paid.code);
  const here = totalIn(goods, paid.code);
  if (here === undefined) return [];
  const others = codes.flatMap((code) => {
    const currency = findCurrency(code);
    const total = totalIn(goods, code);
    if (!currency || total === undefined) return [];
    const rate = rateText({ amount: here, currency: paid.code }, { amount: total, currency: code });
    return rate === undefined ? [] : [{ currency, total, rate }];
  });
  return others.slice(0, OTHERS_MAX);
}

/**
 * The rate that follows of two totals of the same goods, `1 USD = 7.1429 CNY`: exact from whole minor units,
 * rounded half up once. The unit that is worth more stands first, so that the rate is never below one.
 * Undefined where one of the totals is nothing.
 */
export function rateText(one: Money, other: Money): string | undefined {
  if (one.amount <= 0n || other.amount <= 0n) return undefined;
  // At the decimals of both currencies: the one that takes fewer units for the same goods is worth more.
  const [oneUnits, otherUnits] = [inUnits(one, other), inUnits(other, one)];
  const isOneFirst = otherUnits >= oneUnits;
  const [base, quote] = isOneFirst ? [one, other] : [other, one];
  const [below, above] = isOneFirst ? [oneUnits, otherUnits] : [otherUnits, oneUnits];
  const scaled = (above * 10n ** BigInt(RATE_DECIMALS) * 2n + below) / (below * 2n);
  const rate = formatAmount(scaled, { ...currencyOf(quote.currency), exponent: RATE_DECIMALS });
  return ['1', base.currency.toUpperCase(), '=', rate, quote.currency.toUpperCase()].join(NO_BREAK);
}

/** An amount with the decimals of another currency besides its own, so that the two can be divided. */
function inUnits({ amount }: Money, { currency }: Money): bigint {
  return amount * 10n ** BigInt(currencyOf(currency).exponent);
}

function totalIn(goods: readonly Readonly<Record<string, bigint>>[], code: string): bigint | undefined {
  let total = 0n;
  for (const amounts of goods) {
    const amount = amounts[code];
    if (amount === undefined) return undefined;
    total += amount;
  }
  return total;
}

import type { Price } from '@tpmall/catalogue/contract';
import { parsePrice, priceOf } from '@tpmall/kernel';

/**
 * What a quantity of a price costs in one of its currencies, in minor units, rounded half up once; undefined
 * where it has no price in it.
 */
export function amountIn(price: Price, currency: string, quantity: number): bigint | undefined {
  const unit = price.currency === currency ? price : price.currencyOptions[currency];
  const scaled = unit && parsePrice(unit.unitAmountDecimal);
  return scaled === undefined ? undefined : priceOf(scaled, quantity);
}

/** Decimals that a price may have below its currency's minor unit. */
export const PRICE_DECIMALS = 12;

const SCALE = 10n ** BigInt(PRICE_DECIMALS);
const DECIMAL = new RegExp(`^(\\d{1,15})(?:\\.(\\d{1,${PRICE_DECIMALS}}))?$`);

/**
 * A price as exact decimal text of minor units, `12.5` for 12.5 cents, in units of 10⁻¹² minor units; or
 * undefined where it is none. Never negative.
 */
export function parsePrice(text: string): bigint | undefined {
  const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return BigInt(whole) * SCALE + BigInt(fraction.padEnd(PRICE_DECIMALS, '0'));
}

/** The shortest decimal text of a price in units of 10⁻¹² minor units. */
export function formatPrice(scaled: bigint): string {
  const fraction = (scaled % SCALE).toString().padStart(PRICE_DECIMALS, '0').replace(/0+$/, '');
  const whole = (scaled / SCALE).toString();
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The whole minor units of a price, without its fraction. */
export function wholePriceBelow(scaled: bigint): bigint {
  return scaled / SCALE;
}

/** A price in whole minor units, or undefined where it has a fraction of one. */
export function wholePrice(scaled: bigint): bigint | undefined {
  return scaled % SCALE === 0n ? scaled / SCALE : undefined;
}

/**
 * What a quantity costs, in minor units: multiplied exactly, and rounded half up once, at the end.
 *
 * @param scaled units of 10⁻¹² minor units
 */
export function priceOf(scaled: bigint, quantity: number): bigint {
  return (scaled * BigInt(quantity) + SCALE / 2n) / SCALE;
}

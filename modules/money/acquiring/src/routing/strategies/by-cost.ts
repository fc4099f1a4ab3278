import { z } from 'zod';
import { BRANDS, type RoutedPayment } from '../payment.ts';
import { connectorName } from './connector-name.ts';

/** A basis point is a ten-thousandth. */
const BASIS_POINTS = 10_000n;

/** What a connector's acquirer charges for a payment; of the entries that fit, the first counts. */
export const price = z.strictObject({
  connector: connectorName,
  /** Absent: of every brand. */
  brands: z.array(z.enum(BRANDS)).min(1).optional(),
  currency: z.string().regex(/^[a-z]{3}$/),
  basisPoints: z
    .number()
    .int()
    .min(0)
    .max(Number(BASIS_POINTS))
    .transform((points) => BigInt(points)),
  /** For each payment, in minor units of the currency: digits. */
  fixed: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(BigInt),
});

/** One line of the price table. */
export type Price = z.output<typeof price>;

/** The cheapest of the named connectors by the price table. */
export const byCost = z.strictObject({
  strategy: z.literal('cost'),
  connectors: z.array(connectorName).min(1).max(20),
});

/**
 * The connectors from the cheapest to the dearest; those of one price stay as the setting has them, and those
 * without a price come last.
 */
export function goByCost(
  { connectors }: z.output<typeof byCost>,
  payment: RoutedPayment,
  prices: readonly Price[],
): readonly string[] {
  return connectors
    .map((name) => ({ name, cost: costOf(name, payment, prices) }))
    .sort((a, b) => compare(a.cost, b.cost))
    .map(({ name }) => name);
}

/** In ten-thousandths of a minor unit, so that nothing is rounded away; undefined where no price is known. */
function costOf(name: string, payment: RoutedPayment, prices: readonly Price[]): bigint | undefined {
  const found = prices.find(
    ({ connector, brands, currency }) =>
      connector === name &&
      currency === payment.currency &&
      (brands === undefined ||
        (payment.card !== null && brands.some((brand) => brand === payment.card?.brand))),
  );
  return found && payment.amount * found.basisPoints + found.fixed * BASIS_POINTS;
}

function compare(a: bigint | undefined, b: bigint | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

import type { Amounts } from '../contract/index.ts';

/** Amounts as a row has them: digits, because JSON has no exact large integers. */
export type AmountsRow = Readonly<Record<string, string>>;

/** Amounts of a row. */
export function toAmounts(row: AmountsRow): Amounts {
  return Object.fromEntries(Object.entries(row).map(([code, digits]) => [code, BigInt(digits)]));
}

/** The row of amounts. */
export function toAmountsRow(amounts: Amounts): AmountsRow {
  return Object.fromEntries(Object.entries(amounts).map(([code, amount]) => [code, amount.toString()]));
}

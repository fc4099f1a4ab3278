import type { Card } from '../contract/index.ts';
import { brandOf } from './brands.ts';

/** What is known of a card from its first digits. */
export interface BinFacts {
  readonly bin: string;
  readonly brand: Card['brand'];
  readonly country: string;
  readonly funding: Card['funding'];
}

/** ISO 3166-1 leaves ZZ to users: the issuer's country is not known. */
export const UNKNOWN_COUNTRY = 'ZZ';

interface BinRow {
  readonly country: string;
  readonly funding: Card['funding'];
}

/** A published test number's range and what its publisher says of it. */
const test = (country: string, funding: Card['funding']): BinRow => ({ country, funding });

/**
 * Country and funding by the first six digits. Source: the test numbers that card software is published with,
 * which is all that can be had without a licence; who runs TPMall with real cards gives the rows of a
 * licensed table in the settings (`bins`), which come first. What no row names is `ZZ` and `unknown`, never
 * guessed.
 */
const BINS: Readonly<Record<string, BinRow>> = {
  '222300': test('US', 'credit'),
  '305693': test('US', 'credit'),
  '352800': test('JP', 'credit'),
  '356600': test('JP', 'credit'),
  '362272': test('US', 'credit'),
  '371449': test('US', 'credit'),
  '378282': test('US', 'credit'),
  '400000': test('US', 'credit'),
  '400005': test('US', 'debit'),
  '424242': test('US', 'credit'),
  '510510': test('US', 'prepaid'),
  '520082': test('US', 'debit'),
  '555555': test('US', 'credit'),
  '601100': test('US', 'credit'),
  '601111': test('US', 'credit'),
  '620000': test('CN', 'credit'),
  '620500': test('CN', 'debit'),
};

/** The longest and the shortest prefix that a row of the settings can have (ISO/IEC 7812-1: 6, then 8). */
export const BIN_PREFIX = { min: 4, max: 8 } as const;

/** Rows of a licensed table, by prefix. */
export type BinTable = ReadonlyMap<string, BinRow>;

/** Where a brand has one home market, an unlisted issuer is most likely there. */
const HOME: Readonly<Partial<Record<Card['brand'], string>>> = { unionpay: 'CN', jcb: 'JP' };

/** Brand, country and funding of a card number: from the longest prefix that the table knows, or ours. */
export function binFacts(pan: string, table: BinTable = new Map()): BinFacts {
  const bin = pan.slice(0, 6);
  const brand = brandOf(pan);
  const row = rowOf(pan, table) ?? BINS[bin];
  return {
    bin,
    brand,
    country: row?.country ?? HOME[brand] ?? UNKNOWN_COUNTRY,
    funding: row?.funding ?? 'unknown',
  };
}

function rowOf(pan: string, table: BinTable): BinRow | undefined {
  for (let length: number = BIN_PREFIX.max; length >= BIN_PREFIX.min; length -= 1) {
    const row = table.get(pan.slice(0, length));
    if (row) return row;
  }
  return undefined;
}

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

/**
 * Issuer ranges used by the simulator's test cards; a licensed table takes this table's place in production.
 */
const BINS: Readonly<Record<string, { country: string; funding: Card['funding'] }>> = {
  '222300': { country: 'US', funding: 'credit' },
  '352800': { country: 'JP', funding: 'credit' },
  '356600': { country: 'JP', funding: 'credit' },
  '371449': { country: 'US', funding: 'credit' },
  '378282': { country: 'US', funding: 'credit' },
  '400000': { country: 'US', funding: 'credit' },
  '400005': { country: 'US', funding: 'debit' },
  '424242': { country: 'US', funding: 'credit' },
  '510510': { country: 'US', funding: 'prepaid' },
  '520082': { country: 'US', funding: 'debit' },
  '555555': { country: 'US', funding: 'credit' },
  '601100': { country: 'US', funding: 'credit' },
  '601111': { country: 'US', funding: 'credit' },
  '620000': { country: 'CN', funding: 'credit' },
  '620500': { country: 'CN', funding: 'debit' },
};

/** Where a brand has one home market, an unlisted issuer is most likely there. */
const HOME: Readonly<Partial<Record<Card['brand'], string>>> = { unionpay: 'CN', jcb: 'JP' };

/** Brand, country and funding of a card number. */
export function binFacts(pan: string): BinFacts {
  const bin = pan.slice(0, 6);
  const brand = brandOf(pan);
  const listed = BINS[bin];
  return {
    bin,
    brand,
    country: listed?.country ?? HOME[brand] ?? UNKNOWN_COUNTRY,
    funding: listed?.funding ?? 'unknown',
  };
}

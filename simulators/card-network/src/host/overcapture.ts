import { findTestCard, type TestCard } from '../cards.ts';

/**
 * How much more than what is held these issuers let a merchant capture, in hundredths of it, by brand and
 * category (ISO 18245): as the card schemes do, restaurants with their tips get more.
 */
const LIMITS: readonly {
  readonly brands: readonly TestCard['brand'][];
  readonly categories: readonly string[] | null;
  readonly percent: number;
}[] = [
  { brands: ['visa', 'mastercard', 'amex', 'discover'], categories: ['5812'], percent: 20 },
  { brands: ['visa', 'mastercard', 'amex', 'discover'], categories: null, percent: 15 },
];

/** The limit for a card and the category of the merchant; 0 where nothing is captured beyond. */
export function overcapturePercent(pan: string, category: string): number {
  const card = findTestCard(pan);
  if (!card) return 0;
  const limit = LIMITS.find(
    ({ brands, categories }) => brands.includes(card.brand) && (categories?.includes(category) ?? true),
  );
  return limit?.percent ?? 0;
}

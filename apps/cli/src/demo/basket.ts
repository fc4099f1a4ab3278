import { seededRandom } from '@tpmall/kernel';

/** One line of the order. */
export interface Line {
  readonly what: string;
  /** Index of the merchant among the demonstration's. */
  readonly merchant: number;
  /** Cents of one piece. */
  readonly price: number;
  readonly quantity: number;
}

const GOODS: readonly Omit<Line, 'quantity'>[] = [
  { what: 'Ash-glaze vase, tall', merchant: 0, price: 6_200 },
  { what: 'Celadon tea bowl', merchant: 0, price: 1_680 },
  { what: 'Salt jar with lid', merchant: 0, price: 2_450 },
  { what: 'Folding-shade reading lamp', merchant: 1, price: 12_800 },
  { what: 'Ledger notebook, ruled', merchant: 1, price: 660 },
  { what: 'Paper star, large', merchant: 1, price: 1_990 },
];

/** Two goods of each of two merchants; the seed chooses which and how many. */
export function fillBasket(seed: number): Line[] {
  const random = seededRandom(seed);
  return [0, 1].flatMap((merchant) => {
    const choice = GOODS.filter((good) => good.merchant === merchant);
    choice.splice(random.below(choice.length), 1);
    return choice.map((good) => ({ ...good, quantity: 1 + random.below(3) }));
  });
}

/** What a list of lines costs, in cents. */
export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
}

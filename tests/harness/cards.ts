import { findTestCard, type TestCard, testCards } from '@tpmall/simulator-card-network';
import type Stripe from 'stripe';

/** The number of a test card that does this; the simulator's table is the only place that holds numbers. */
export function cardThat(does: (card: TestCard) => boolean): string {
  const card = testCards.find(does);
  if (!card) throw new Error('no test card does that');
  return card.number;
}

/** Approved, without asking the shopper anything. */
export const approved = cardThat((card) => card.does === 'approved');
/** Refused until the shopper has been seen by the issuer, then approved. */
export const challenged = cardThat((card) => card.needsAuthentication && card.code === '00');
/** Declined with this answer code of ISO 8583. */
export const declinedWith = (code: string): string =>
  cardThat((card) => card.code === code && !card.needsAuthentication);

/** Stores a card in the vault, as the shopper's browser does. */
export async function storeCard(vault: Stripe, number: string): Promise<Stripe.PaymentMethod> {
  if (!findTestCard(number)) throw new Error('not a test card');
  return vault.paymentMethods.create({
    type: 'card',
    card: { number, exp_month: 12, exp_year: 2034, cvc: '314' },
  });
}

/** JSON of an object that a server was shown, as a browser sees it: without what a card is known by. */
export function asBrowsersSee(shown: object): unknown {
  return JSON.parse(
    JSON.stringify(shown, (key, value: unknown) => (key === 'fingerprint' ? null : value)),
  ) as unknown;
}

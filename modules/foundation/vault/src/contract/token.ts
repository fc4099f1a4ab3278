import type { Card, CardBilling } from './card.ts';

/** Values of {@link TokenUsage}. */
export const TOKEN_USAGES = ['off_session', 'on_session'] as const;
/** Whether the card is to be saved with the payment, and for payments with or without its shopper. */
export type TokenUsage = (typeof TOKEN_USAGES)[number];

/** To whom goods are sent. */
export interface TokenShipping {
  readonly name: string;
  readonly phone: string | null;
  readonly address: CardBilling['address'];
}

/** What a shopper has agreed to besides the card; sealed in the vault. */
export interface ConfirmationTerms {
  /** Where the shopper goes on after the issuer's page. */
  readonly returnUrl: string | null;
  readonly setupFutureUsage: TokenUsage | null;
  readonly shipping: TokenShipping | null;
}

/** What a card can be used by once: a token, or a confirmation token with what goes with the card. */
export interface CardToken {
  /** `tok_…`, or `ctoken_…` of a confirmation token. */
  readonly id: string;
  readonly tenant: string;
  readonly card: Card;
  /** Null of a token that stands for its card alone. */
  readonly terms: ConfirmationTerms | null;
  readonly createdAt: number;
  /** From then on it can be used no more. */
  readonly expiresAt: number;
  readonly used: boolean;
  /** The intent (`pi_…`, `seti_…`) that a confirmation token was used for, as far as it was told. */
  readonly usedFor: string | null;
}

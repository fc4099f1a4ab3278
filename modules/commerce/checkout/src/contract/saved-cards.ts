import type { AllowRedisplay } from '@tpmall/vault/contract';

/** Which saved cards a session offers, and whether a new one may be kept. */
export interface SavedCards {
  /** The customer's cards that are offered, by what their cardholder has agreed to. */
  readonly shown: readonly AllowRedisplay[];
  /** Whoever pays may ask for their card to be kept, which is agreeing to its being offered `always`. */
  readonly mayKeep: boolean;
}

/** What a session offers where nobody has said: cards whose cardholder has agreed to it. */
export const SAVED_CARDS: SavedCards = { shown: ['always'], mayKeep: false };

/** A saved card as its owner may see it at the till. */
export interface SessionCard {
  /** `pm_…` */
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  /** Its last month is over (UTC); such cards come last. */
  readonly hasExpired: boolean;
}

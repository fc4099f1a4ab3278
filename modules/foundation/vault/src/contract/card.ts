import type { Page } from '@tpmall/platform/contract';

/** Who the card belongs to and where its bills go, as far as the client told. */
export interface CardBilling {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: {
    readonly city: string | null;
    readonly country: string | null;
    readonly line1: string | null;
    readonly line2: string | null;
    readonly postalCode: string | null;
    readonly state: string | null;
  };
}

/**
 * Whether a card can be paid with: `detached` was saved for a customer and taken away, for good; of an
 * `erased` one the number and the details are destroyed, and only this tombstone is left.
 */
export type CardStanding = 'usable' | 'detached' | 'erased';

/** Values of {@link AllowRedisplay}. */
export const ALLOW_REDISPLAY = ['always', 'limited', 'unspecified'] as const;
/** Whether a card may be offered again: in every checkout, in the flow that saved it, or not known. */
export type AllowRedisplay = (typeof ALLOW_REDISPLAY)[number];

/** A vaulted card as anybody may see it: never a card number. */
export interface Card {
  /** `pm_…`: the payment method that stands for this card everywhere outside the vault. */
  readonly id: string;
  readonly tenant: string;
  /** 19 digits, random, Luhn-invalid, from a range no network uses; goes where a card number would. */
  readonly token: string;
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'diners' | 'discover' | 'jcb' | 'unionpay' | 'unknown';
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  /** Keyed hash of the card number: equal cards of a tenant have equal fingerprints. Empty once erased. */
  readonly fingerprint: string;
  /** ISO 3166 alpha-2 of the issuer, from the BIN table; `ZZ` where it is not known. */
  readonly country: string;
  readonly funding: 'credit' | 'debit' | 'prepaid' | 'unknown';
  /** First six digits, for rules and routing. */
  readonly bin: string;
  readonly name: string | null;
  readonly createdAt: number;
  /** The customer it is saved for (`cus_…`, of payments), or null. */
  readonly customer: string | null;
  readonly standing: CardStanding;
  /** Whether its cardholder lets a checkout offer it again; told by whoever saved it, not enforced here. */
  readonly allowRedisplay: AllowRedisplay;
  /** Absent where a caller builds a card for itself; the vault always gives it. */
  readonly billing?: CardBilling;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The first page of a customer's saved cards, newest first. */
export interface CardsOfCustomer extends Page<Card> {
  readonly customer: string;
}

/**
 * Card data in clear, inside the card data environment only. Leaves this port as plain strings and is wrapped
 * in `Redacted` by the receiver at once.
 */
export interface ClearCard {
  readonly pan: string;
  /** `YYMM`, as ISO 8583 DE 14 wants it. */
  readonly expiry: string;
  /** Present once, for the first authorisation after the shopper typed it; never stored. */
  readonly cvv: string | null;
  readonly name: string | null;
}

/** Brands as clients of tokens and sources know them, whose words are older than those of payment methods. */
export const BRAND_WORDS: Readonly<Record<Card['brand'], string>> = {
  visa: 'Visa',
  mastercard: 'MasterCard',
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  unknown: 'Unknown',
};

/** What the button of a card form does. */
export const CARD_FORM_VERBS = ['pay', 'book', 'donate', 'save'] as const;

/** A card form, opened for one page. */
export interface CardFormOpened {
  /** On the vault's origin, a path with its query; `&lang=en|zh` may follow. */
  readonly path: string;
}

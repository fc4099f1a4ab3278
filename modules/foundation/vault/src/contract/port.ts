import { command, defineContract, query } from '@tpmall/platform/contract';
import { z } from 'zod';

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

/** A vaulted card as anybody may see it: never a card number. */
export interface Card {
  /** `pm_…`: the payment method that stands for this card everywhere outside the vault. */
  readonly id: string;
  readonly tenant: string;
  /** 19 digits, random, Luhn-invalid, from a range no network uses; goes where a card number would. */
  readonly token: string;
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'discover' | 'jcb' | 'unionpay' | 'unknown';
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  /** Keyed hash of the card number: equal cards of a tenant have equal fingerprints. */
  readonly fingerprint: string;
  /** ISO 3166 alpha-2 of the issuer, from the BIN table; `ZZ` where it is not known. */
  readonly country: string;
  readonly funding: 'credit' | 'debit' | 'prepaid' | 'unknown';
  /** First six digits, for rules and routing. */
  readonly bin: string;
  readonly name: string | null;
  readonly createdAt: number;
  /** Absent where a caller builds a card for itself; the vault always gives it. */
  readonly billing?: CardBilling;
  readonly metadata?: Readonly<Record<string, string>>;
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

/** Custody of card data. It and `acquiring` are the card data environment. */
export const vaultContract = defineContract({
  module: 'vault',
  version: 1,
  operations: {
    /** A card by its payment method id. Other tenants' cards are not found. */
    findCard: query<Card>()({
      input: z.strictObject({ id: z.string().min(1).max(64) }),
      codes: ['not_found'],
      callers: ['payments', 'acquiring'],
    }),
    /** The clear card behind a payment method, for an acquirer message. Audited with its purpose. */
    detokenise: command<ClearCard>()({
      input: z.strictObject({
        id: z.string().min(1).max(64),
        purpose: z.enum(['authorisation', 'authentication', 'refund', 'reversal']),
      }),
      codes: ['not_found'],
      callers: ['acquiring'],
    }),
    /**
     * Replaces the key-encryption key: new cards use the new one, old ones are rewrapped in the background.
     */
    rotateKey: command<{ version: number }>()({
      input: z.strictObject({ reason: z.string().min(1).max(200) }),
      callers: ['operator'],
    }),
  },
});

import type { PaymentError, PaymentIntent, SetupUsage } from './types.ts';

/** Where a setup intent stands; the words are those of the wire. */
export type SetupIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'canceled'
  | 'succeeded';

/** Reasons a caller may give for cancelling a setup intent. */
export const SETUP_CANCELLATION_REASONS = ['abandoned', 'requested_by_customer', 'duplicate'] as const;
/** One of {@link SETUP_CANCELLATION_REASONS}. */
export type SetupCancellationReason = (typeof SETUP_CANCELLATION_REASONS)[number];

/** A card on its way to being saved: verified with its issuer, authenticated where that is asked for. */
export interface SetupIntent {
  /** `seti_…` */
  readonly id: string;
  readonly tenant: string;
  readonly status: SetupIntentStatus;
  readonly usage: SetupUsage;
  readonly clientSecret: string;
  /** Whom the card is saved for; null: it is verified and saved for nobody. */
  readonly customer: string | null;
  readonly paymentMethod: string | null;
  readonly description: string | null;
  /** On whose behalf the card is saved (`acct_…`); null: on the platform's. */
  readonly onBehalfOf: string | null;
  /** As an intent's. */
  readonly automaticPaymentMethods: PaymentIntent['automaticPaymentMethods'];
  /** `any`: the shopper is asked to authenticate even where the issuer would verify the card without. */
  readonly requestThreeDSecure: PaymentIntent['requestThreeDSecure'];
  readonly metadata: Readonly<Record<string, string>>;
  readonly returnUrl: string | null;
  /** Where the shopper must go; only with `requires_action`. */
  readonly nextAction: {
    readonly type: 'redirect_to_url';
    readonly url: string;
    readonly returnUrl: string;
  } | null;
  /** Why the last confirmation failed; its `charge` is always null. */
  readonly lastError: PaymentError | null;
  readonly cancellationReason: SetupCancellationReason | null;
  readonly canceledAt: number | null;
  readonly createdAt: number;
}

import type { CaptureTerms, DeclineCode } from '@tpmall/acquiring/contract';
import type { Page } from '@tpmall/platform/contract';

export type { CaptureTerms } from '@tpmall/acquiring/contract';

/** Values of {@link SetupUsage}. */
export const SETUP_USAGES = ['on_session', 'off_session'] as const;
/** How a saved card is meant to be paid with: with its cardholder present, or without. */
export type SetupUsage = (typeof SETUP_USAGES)[number];

/** Values of {@link PaymentIntent.captureMethod}. */
export const CAPTURE_METHODS = ['automatic', 'manual'] as const;

/** Where a payment intent stands; the words are those of the wire, so that nothing is lost in translation. */
export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'canceled'
  | 'succeeded';

/** Values of {@link PaymentIntent.automaticPaymentMethods}. */
export const AUTOMATIC_PAYMENT_METHODS = ['always', 'never'] as const;

/** One merchant's part of a payment. */
export interface SplitLeg {
  /** The merchant, `acct_…`. */
  readonly destination: string;
  /** The part of the payment that is this merchant's sale, before the platform's commission. */
  readonly amount: bigint;
  /** The platform's commission on it; at most `amount`. */
  readonly applicationFee: bigint;
}

/** A postal address; a part that was not given is null. */
export interface PostalAddress {
  readonly city: string | null;
  /** ISO 3166-1, two letters. */
  readonly country: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly postalCode: string | null;
  readonly state: string | null;
}

/** To whom goods are sent. */
export interface Shipping {
  readonly name: string;
  readonly phone: string | null;
  readonly address: PostalAddress;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
}

/** What a payment asks of its authorisation beyond one capture of at most its amount. */
export interface CaptureRequests {
  readonly multicapture: boolean;
  readonly overcapture: boolean;
  readonly incrementalAuthorisation: boolean;
}

/** What a shopper owes, and how far the payment of it has come. */
export interface PaymentIntent {
  /** `pi_…` */
  readonly id: string;
  readonly tenant: string;
  readonly status: IntentStatus;
  readonly amount: bigint;
  readonly currency: string;
  /** Held at the issuer and not yet captured. */
  readonly amountCapturable: bigint;
  /** Captured. */
  readonly amountReceived: bigint;
  readonly captureMethod: (typeof CAPTURE_METHODS)[number];
  readonly captureRequests: CaptureRequests;
  readonly confirmationMethod: 'automatic' | 'manual';
  /**
   * Whether ways to pay that redirect the shopper are among those offered automatically; null: the caller has
   * left no way to the server. Told as it was asked for: cards are all that is offered.
   */
  readonly automaticPaymentMethods: (typeof AUTOMATIC_PAYMENT_METHODS)[number] | null;
  /** `any`: the shopper is asked to authenticate whatever the risk decision. */
  readonly requestThreeDSecure: 'automatic' | 'any';
  /** The card is saved for the customer once the payment holds or has taken its amount; null: it is not. */
  readonly setupFutureUsage: SetupUsage | null;
  readonly clientSecret: string;
  readonly customer: string | null;
  readonly paymentMethod: string | null;
  readonly description: string | null;
  readonly receiptEmail: string | null;
  readonly shipping: Shipping | null;
  readonly statementDescriptor: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly transferGroup: string | null;
  /** Whose sale it is said to be (`acct_…`); null: the platform's. It moves no money. */
  readonly onBehalfOf: string | null;
  /** Empty: all of it is the platform's own sale. The parts never add up to more than `amount`. */
  readonly split: readonly SplitLeg[];
  readonly returnUrl: string | null;
  /** Where the shopper must go; only with `requires_action`. */
  readonly nextAction: {
    readonly type: 'redirect_to_url';
    readonly url: string;
    readonly returnUrl: string;
  } | null;
  readonly lastError: PaymentError | null;
  readonly latestCharge: string | null;
  readonly riskDecision: string | null;
  readonly cancellationReason: CancellationReason | null;
  readonly canceledAt: number | null;
  readonly createdAt: number;
}

/** Why a payment was not made, for the shopper's next step. */
export interface PaymentError {
  /** `card_declined`, `payment_intent_authentication_failure`, `authentication_required`, … */
  readonly code: string;
  readonly declineCode: DeclineCode | 'blocked' | 'highest_risk_level' | null;
  readonly message: string;
  readonly charge: string | null;
  readonly paymentMethod: string | null;
}

/** Reasons a caller may give for cancelling. */
export const CANCELLATION_REASONS = [
  'duplicate',
  'fraudulent',
  'requested_by_customer',
  'abandoned',
] as const;
/** One of {@link CANCELLATION_REASONS}; `automatic`: nobody captured it in time. */
export type CancellationReason = (typeof CANCELLATION_REASONS)[number] | 'automatic';

/** One attempt at the issuer. */
export interface Charge {
  /** `ch_…` */
  readonly id: string;
  readonly tenant: string;
  readonly paymentIntent: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amount: bigint;
  readonly amountCaptured: bigint;
  /** What refunds have reserved of it, those included that are pending and may still fail. */
  readonly amountRefunded: bigint;
  /** What of it went back: the refunds that have succeeded. */
  readonly amountSentBack: bigint;
  readonly currency: string;
  /** Nothing more can be captured: the last capture was final, or the rest has been let go. */
  readonly captured: boolean;
  /** When what is held is let go of by itself; null where nothing is held. */
  readonly captureBefore: number | null;
  /** The balance transaction of its first capture; null while nothing was captured. */
  readonly balanceTransaction: string | null;
  /** Of what was asked for, what the acquirer has agreed to; null until the issuer has approved. */
  readonly captureTerms: CaptureTerms | null;
  readonly customer: string | null;
  /** The card's, or the id of the wallet that pays. */
  readonly paymentMethod: string;
  /** Null where a wallet pays. */
  readonly card: ChargeCard | null;
  readonly wallet: PayingWallet | null;
  readonly statementDescriptor: string | null;
  readonly description: string | null;
  readonly transferGroup: string | null;
  /** The payment's when the charge was opened. */
  readonly onBehalfOf: string | null;
  readonly split: readonly SplitLeg[];
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  /** The issuer's answer in neutral words, the network's code, and the risk decision behind it. */
  readonly outcome: ChargeOutcome;
  readonly receiptEmail: string | null;
  readonly shipping: Shipping | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

/** A shopper's wallet that pays instead of a card; its balance is an account of the ledger. */
export interface PayingWallet {
  /** `wal_…` */
  readonly id: string;
  /** What the wallet calls this attempt. */
  readonly operation: string;
}

/** The card of a charge, as anybody may see it. */
export interface ChargeCard {
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly country: string;
  readonly funding: string;
  readonly fingerprint: string;
}

/** How a charge was decided. */
export interface ChargeOutcome {
  readonly networkStatus: 'approved_by_network' | 'declined_by_network' | 'not_sent_to_network' | 'unknown';
  readonly reason: string | null;
  readonly networkCode: string | null;
  readonly approvalCode: string | null;
  readonly threeDSecure: 'authenticated' | 'frictionless' | null;
  readonly riskScore: number;
  readonly riskAction: string;
  /** Minor units, as digits, that the balance of a wallet lacked. */
  readonly missingAmount?: string | null;
}

/** Where a refund stands. `succeeded` is not the end of it: an acquirer may return the money later. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed' | 'canceled';

/** Why a refund did not reach the card, in the words of the wire. */
export type RefundFailureReason =
  | 'declined'
  | 'expired_or_canceled_card'
  | 'insufficient_funds'
  | 'lost_or_stolen_card'
  /** The acquirer's answer was lost and the refund was taken back, or nobody has decided about it. */
  | 'unknown';

/** Money on its way back to the shopper. */
export interface Refund {
  /** `re_…` */
  readonly id: string;
  readonly tenant: string;
  readonly charge: string;
  readonly paymentIntent: string;
  /** The charge's, as is the payment method: where the money goes back to. */
  readonly customer: string | null;
  readonly paymentMethod: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly status: RefundStatus;
  readonly reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
  readonly failureReason: RefundFailureReason | null;
  /** Of the money that went; null while none has. */
  readonly balanceTransaction: string | null;
  /** Of the money that came back; null where none has. */
  readonly failureBalanceTransaction: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

/** Values of {@link TaxExempt}. */
export const TAX_EXEMPT = ['exempt', 'none', 'reverse'] as const;
/** Whether a customer is exempt from tax, or owes it themselves (`reverse`). */
export type TaxExempt = (typeof TAX_EXEMPT)[number];

/** How a shopper has agreed to payments that will be made without them. */
export interface MandateAcceptance {
  readonly type: 'online' | 'offline';
  /** Microseconds. */
  readonly acceptedAt: number;
  /** Of the browser; null where it was not said, as offline. */
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** The first page of a charge's refunds. */
export interface RefundsOfCharge extends Page<Refund> {
  readonly charge: string;
}

/** A person or firm that buys. */
export interface Customer {
  /** `cus_…` */
  readonly id: string;
  readonly tenant: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  readonly address: PostalAddress | null;
  readonly shipping: Shipping | null;
  /** Languages (BCP 47), the preferred first. */
  readonly preferredLocales: readonly string[];
  /** Whether tax is paid, for whoever reckons it: nothing here does. */
  readonly taxExempt: TaxExempt;
  readonly defaultPaymentMethod: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** A customer that was deleted can be read as such and used no more. */
  readonly deleted: boolean;
  readonly createdAt: number;
}

/**
 * A payment or refund whose outcome is not known, or a payment whose capture or release the acquirer has
 * refused, as the operator sees it.
 */
export interface UnknownOutcome {
  readonly id: string;
  /** The payment intent: the same, or the one of a refund. */
  readonly paymentIntent: string;
  /** `stand_in`: a capture of what was approved on our own risk, and the issuer has refused. */
  readonly kind: 'authorisation' | 'increment' | 'capture' | 'release' | 'refund' | 'stand_in';
  /**
   * The advice that the acquirer has refused, or by which a refund was found that people had given up; null:
   * its answer is missing.
   */
  readonly advice: string | null;
  /** Minor units at stake; null where they were not kept. */
  readonly amount: bigint | null;
  readonly currency: string;
  readonly since: number;
  readonly attempts: number;
  /** Null: nobody tries again; people have to look. */
  readonly nextAttemptAt: number | null;
  /**
   * What the acquirer has refused it with, `refused_by_acquirer_25`, or approved it with
   * (`made_by_acquirer_…`); `give_back_failed_insufficient_funds`: people have said so, and the wallet that
   * was topped up has spent it. Null while nothing is known.
   */
  readonly reason: string | null;
}

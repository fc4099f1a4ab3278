import type { Price } from '@tpmall/catalogue/contract';
import type { PaymentIntent, SetupIntent, SetupUsage, Shipping } from '@tpmall/payments/contract';
import type { Collects, Payer } from './collects.ts';
import type { SavedCards } from './saved-cards.ts';

/** One line of an order, as it was when it was made: a price that changes later does not change it. */
export interface LineItem {
  /** `li_…` */
  readonly id: string;
  readonly price: Price;
  /** The product's name. */
  readonly description: string;
  /** Its Chinese name, which the product's metadata has as `name_zh`; null: it has none. */
  readonly descriptionZh: string | null;
  /** Whose sale it is, `acct_…`; null: the platform's own. */
  readonly merchant: string | null;
  readonly quantity: number;
  /** Bounds within which the shopper may choose another quantity; null: may not. */
  readonly adjustableQuantity: { readonly minimum: number; readonly maximum: number } | null;
  /** Whether it is what sending the others costs, and no goods itself. */
  readonly isDelivery: boolean;
  readonly currency: string;
  /** Price by quantity, in minor units, rounded half up once. */
  readonly amount: bigint;
}

/** A merchant's part as the caller asks for it; see `createIntent` of payments. */
export interface AskedLeg {
  readonly destination: string;
  readonly amount?: bigint | undefined;
  readonly applicationFee?: bigint | undefined;
}

/** What the session's payment intent is opened with. */
export interface IntentData {
  readonly captureMethod: 'automatic' | 'manual';
  readonly description: string | null;
  readonly receiptEmail: string | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
  readonly transferGroup: string | null;
  /** Whose sale it is said to be (`acct_…`); null: the platform's. */
  readonly onBehalfOf: string | null;
  /** The card is saved for the customer, who is made for that where there is none. */
  readonly setupFutureUsage: SetupUsage | null;
  /** When the shopper is asked to authenticate; `any`: whenever the card can. */
  readonly requestThreeDSecure: 'automatic' | 'any';
  readonly shipping: Shipping | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Empty: everything goes to the merchants of the lines, by their fee plans. */
  readonly split: readonly AskedLeg[];
}

/**
 * An order that is to be paid once, within a while, on a page of its own; or, of mode `setup`, a card that is
 * to be saved there: it has no lines, nothing is due, and its intent is a setup intent.
 */
export interface Session {
  /** `cs_test_…` or `cs_live_…`; whoever has it may see and pay the order, so it cannot be guessed. */
  readonly id: string;
  readonly tenant: string;
  readonly mode: 'payment' | 'setup';
  /** Whether the mall has opened it, for one of its own orders. */
  readonly isMallOrder: boolean;
  /** `open` can be paid, `complete` has been, `expired` cannot be any more. */
  readonly status: 'open' | 'complete' | 'expired';
  /** `unpaid` with `complete`: the money is held and not captured yet. */
  readonly paymentStatus: 'unpaid' | 'paid' | 'no_payment_required';
  /** Null where a card is saved and nobody has said one. */
  readonly currency: string | null;
  readonly amountTotal: bigint;
  readonly lines: readonly LineItem[];
  readonly customer: string | null;
  /**
   * The only one whom the customer's cards are shown to, signed in (`person_…`); null: whoever has the id.
   */
  readonly person: string | null;
  /** Null: nobody has said; see `SAVED_CARDS`. */
  readonly savedCards: SavedCards | null;
  /** As the caller gave it, for the form. */
  readonly customerEmail: string | null;
  /** `always`: a customer is made for who pays as a guest. */
  readonly customerCreation: 'always' | 'if_required';
  /** What the page asks for besides the payment; null: nothing. */
  readonly collects: Collects | null;
  /** As the shopper gave it. */
  readonly payer: Payer | null;
  readonly clientReferenceId: string | null;
  /** `{CHECKOUT_SESSION_ID}` stands for the id. */
  readonly successUrl: string | null;
  readonly cancelUrl: string | null;
  readonly submitType: SubmitType | null;
  readonly locale: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Opened when the shopper first pays; null until then. */
  readonly paymentIntent: string | null;
  /** `seti_…`, opened with the session; null where something is to be paid. */
  readonly setupIntent: string | null;
  readonly intentData: IntentData;
  /** The link that opened it. */
  readonly paymentLink: string | null;
  readonly expiresAt: number;
  readonly createdAt: number;
}

/** What the pay button says. */
export const SUBMIT_TYPES = ['auto', 'book', 'donate', 'pay'] as const;
/** One of {@link SUBMIT_TYPES}. */
export type SubmitType = (typeof SUBMIT_TYPES)[number];

/** What a payer sees afterwards. */
export type AfterCompletion =
  | { readonly type: 'hosted_confirmation'; readonly customMessage: string | null }
  | { readonly type: 'redirect'; readonly url: string };

/** An address that opens a new session for whoever follows it. */
export interface PaymentLink {
  /** `plink_…` */
  readonly id: string;
  readonly tenant: string;
  readonly active: boolean;
  readonly currency: string;
  readonly lines: readonly LineItem[];
  readonly afterCompletion: AfterCompletion;
  /** Kept as it was given: this system has no promotion codes. */
  readonly allowPromotionCodes: boolean;
  readonly customerCreation: 'always' | 'if_required';
  /** What its sessions ask for besides the payment; null: nothing. */
  readonly collects: Collects | null;
  readonly inactiveMessage: string | null;
  readonly submitType: SubmitType;
  readonly intentData: IntentData;
  readonly metadata: Readonly<Record<string, string>>;
  /** How many sessions may be completed; null: any number. The last one makes the link inactive. */
  readonly completedSessionsLimit: number | null;
  readonly completedSessions: number;
  readonly createdAt: number;
}

/** A session that somebody has tried to pay, and its payment, or the saving of its card. */
export interface SessionPayment {
  readonly session: Session;
  /** Null where nothing is to be paid. */
  readonly paymentIntent: PaymentIntent | null;
  /** Null where something is to be paid. */
  readonly setupIntent: SetupIntent | null;
}

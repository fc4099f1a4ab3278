import type {
  AcquirerMessage,
  AcquirerStep,
  Charge,
  Customer,
  Delivery,
  PaymentIntent,
  Refund,
} from '../api/objects.ts';

/** One thing that happened to a payment. */
export type TimelineEntry = { readonly at: string } & (
  | {
      readonly kind: 'request';
      readonly request: {
        readonly id: string;
        readonly method: string;
        readonly path: string;
        readonly operation: string;
        readonly status: number;
        readonly error_code: string | null;
        readonly duration_us: number;
        readonly replayed: boolean;
      };
    }
  | { readonly kind: 'message'; readonly message: AcquirerMessage }
  | { readonly kind: 'transfer'; readonly transfer: LedgerTransfer }
  | {
      readonly kind: 'event';
      readonly event: {
        readonly id: string;
        readonly type: string;
        readonly deliveries: readonly Delivery[];
      };
    }
);

/** A movement in the ledger; the amount is digits of minor units. */
export interface LedgerTransfer {
  readonly id: string;
  readonly debit_account: string;
  readonly credit_account: string;
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  readonly effect: 'held' | 'posted' | 'let_go';
  /** The hold that it posts or lets go of. */
  readonly hold: string | null;
}

/** An account that a payment has touched. */
export interface LedgerAccount {
  readonly id: string;
  readonly kind: string;
  readonly type: string | null;
  readonly currency: string;
  /** Whose it is. */
  readonly party: string | null;
}

/** Everything about one payment, as one read of the API answers it. */
export interface Timeline {
  readonly id: string;
  readonly payment_intent: PaymentIntent;
  readonly customer: Customer | null;
  /** Newest first. */
  readonly charges: readonly Charge[];
  readonly refunds: readonly Refund[];
  readonly parties: Readonly<Record<string, string>>;
  readonly acquirer_steps: readonly AcquirerStep[];
  readonly ledger_accounts: readonly LedgerAccount[];
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  readonly is_cut: boolean;
}

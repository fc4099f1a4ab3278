/** The API's objects, as far as the console reads them. Amounts are minor units. */

/** A merchant's part of a payment. */
export interface SplitLeg {
  readonly destination: string;
  readonly amount: number;
  readonly application_fee_amount: number;
}

export interface Customer {
  readonly id: string;
  readonly name?: string | null;
  readonly email?: string | null;
  readonly deleted?: boolean;
}

export interface CardOfCharge {
  readonly brand: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly country: string | null;
  readonly funding: string;
}

export interface Charge {
  readonly id: string;
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly currency: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly captured: boolean;
  readonly created: number;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly payment_intent: string | PaymentIntent;
  readonly payment_method_details: { readonly type: string; readonly card?: CardOfCharge } | null;
  readonly outcome: {
    readonly network_status: string;
    readonly risk_score?: number;
    readonly risk_level?: string;
    readonly reason?: string | null;
  } | null;
}

/** Minor units that were captured and went back; `amount_refunded` counts what was never captured as well. */
export function refundedOf({
  captured,
  amount,
  amount_captured: taken,
  amount_refunded: back,
}: Charge): number {
  if (taken === 0) return 0;
  return captured ? back - Math.max(amount - taken, 0) : back;
}

export interface PaymentIntent {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly created: number;
  readonly customer: string | Customer | null;
  readonly description: string | null;
  readonly latest_charge: string | Charge | null;
  readonly last_payment_error: {
    readonly code?: string;
    readonly decline_code?: string;
    readonly message?: string;
  } | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly receipt_email: string | null;
  readonly statement_descriptor: string | null;
  readonly transfer_group: string | null;
  readonly split: readonly SplitLeg[];
}

export interface Refund {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled';
  readonly reason: string | null;
  readonly failure_reason?: string;
  readonly created: number;
}

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly event_type: string;
  readonly webhook_endpoint: string;
  readonly state: 'pending' | 'delivered' | 'given_up';
  readonly attempts: number;
  readonly created: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly next_attempt_at: number | null;
  readonly delivered_at: number | null;
}

export interface LoggedRequest {
  readonly id: string;
  readonly created_at: string;
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly status: number;
  readonly error_code: string | null;
  readonly duration_us: number;
  readonly ip: string;
  readonly user_agent: string;
  readonly idempotency_key: string | null;
  readonly replayed: boolean;
  readonly object_id: string | null;
  readonly request_body: string;
  readonly response_body: string;
}

/** What was sent to an acquirer, or came from it; card data is masked. */
export interface AcquirerMessage {
  readonly step: string;
  readonly direction: 'out' | 'in';
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface AcquirerStep {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly connector: string;
  readonly amount: string;
  readonly currency: string;
  readonly network_code: string | null;
  readonly attempts: number;
  readonly created_at: string;
  readonly next_at: string | null;
}

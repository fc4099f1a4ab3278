import type { Micros } from '@tpmall/kernel';
import { type Column, instant } from '@tpmall/platform/db';
import type {
  CancellationReason,
  CaptureRequests,
  IntentStatus,
  MandateAcceptance,
  PaymentIntent,
  Phase,
  SetupUsage,
  Shipping,
  SplitLeg,
} from '../contract/index.ts';
import type { Increment, IntentRecord, Share } from '../service/records.ts';

/** The columns of `payments.intent`. */
export const INTENT_COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['version', 'integer'],
  ['status', 'text'],
  ['phase', 'text'],
  ['amount', 'numeric'],
  ['currency', 'text'],
  ['amount_capturable', 'numeric'],
  ['amount_received', 'numeric'],
  ['capture_method', 'text'],
  ['confirmation_method', 'text'],
  ['automatic_payment_methods', 'text'],
  ['setup_future_usage', 'text'],
  ['client_secret', 'text'],
  ['customer', 'text'],
  ['payment_method', 'text'],
  ['description', 'text'],
  ['receipt_email', 'text'],
  ['shipping', 'jsonb'],
  ['capture_requests', 'jsonb'],
  ['statement_descriptor', 'text'],
  ['metadata', 'jsonb'],
  ['transfer_group', 'text'],
  ['on_behalf_of', 'text'],
  ['mandate_acceptance', 'jsonb'],
  ['split', 'jsonb'],
  ['return_url', 'text'],
  ['next_action', 'jsonb'],
  ['last_error', 'jsonb'],
  ['latest_charge', 'text'],
  ['risk_decision', 'text'],
  ['cancellation_reason', 'text'],
  ['canceled_at', 'timestamptz'],
  ['operation_id', 'text'],
  ['operation_at', 'timestamptz'],
  ['capture_amount', 'numeric'],
  ['final_capture', 'boolean'],
  ['capture_shares', 'jsonb'],
  ['captures', 'integer'],
  ['maximum_capturable', 'numeric'],
  ['multicapture', 'boolean'],
  ['increments', 'jsonb'],
  ['attempt', 'integer'],
  ['off_session', 'boolean'],
  ['decline_on_action', 'boolean'],
  ['request_three_d_secure', 'text'],
  ['ip', 'text'],
  ['next_attempt_at', 'timestamptz'],
  ['attempts', 'integer'],
  ['unknown_since', 'timestamptz'],
];

/** Columns that stay as they were at the intent's creation. */
const FIXED = new Set(['id', 'tenant', 'created_at', 'client_secret', 'automatic_payment_methods']);
/** The columns that a change writes. */
export const CHANGING_INTENT_COLUMNS = INTENT_COLUMNS.filter(([name]) => !FIXED.has(name));

interface LegRow {
  destination: string;
  amount: string;
  applicationFee: string;
}

/** A merchant's part of what was captured, in a row. */
export interface ShareRow {
  destination: string;
  amount: string;
  fee: string;
}

type IncrementRow = Omit<Increment, 'amount' | 'split'> & { amount: string; split: LegRow[] };

/** A row of `payments.intent`. */
export interface IntentRow {
  id: string;
  tenant: string;
  created_at: Micros;
  version: number;
  status: IntentStatus;
  phase: Phase | null;
  amount: bigint;
  currency: string;
  amount_capturable: bigint;
  amount_received: bigint;
  capture_method: 'automatic' | 'manual';
  confirmation_method: 'automatic' | 'manual';
  automatic_payment_methods: PaymentIntent['automaticPaymentMethods'];
  setup_future_usage: SetupUsage | null;
  client_secret: string;
  customer: string | null;
  payment_method: string | null;
  description: string | null;
  receipt_email: string | null;
  shipping: Shipping | null;
  capture_requests: CaptureRequests;
  statement_descriptor: string | null;
  metadata: Record<string, string>;
  transfer_group: string | null;
  on_behalf_of: string | null;
  mandate_acceptance: MandateAcceptance | null;
  split: LegRow[];
  return_url: string | null;
  next_action: PaymentIntent['nextAction'];
  last_error: PaymentIntent['lastError'];
  latest_charge: string | null;
  risk_decision: string | null;
  cancellation_reason: CancellationReason | null;
  canceled_at: Micros | null;
  operation_id: string | null;
  operation_at: Micros | null;
  capture_amount: bigint | null;
  final_capture: boolean;
  capture_shares: ShareRow[] | null;
  captures: number;
  maximum_capturable: bigint | null;
  multicapture: boolean;
  increments: IncrementRow[];
  attempt: number;
  off_session: boolean;
  decline_on_action: boolean;
  request_three_d_secure: 'automatic' | 'any';
  ip: string | null;
  next_attempt_at: Micros | null;
  attempts: number;
  unknown_since: Micros | null;
}

/** The split of a row. */
export function toSplit(rows: readonly LegRow[]): SplitLeg[] {
  return rows.map((leg) => ({
    destination: leg.destination,
    amount: BigInt(leg.amount),
    applicationFee: BigInt(leg.applicationFee),
  }));
}

/** The parts of what was captured, of a row. */
export function toShares(rows: readonly ShareRow[]): Share[] {
  return rows.map(({ destination, amount, fee }) => ({
    destination,
    amount: BigInt(amount),
    fee: BigInt(fee),
  }));
}

/** A row as the domain knows it. */
export function toIntentRecord(row: IntentRow): IntentRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    status: row.status,
    amount: row.amount,
    currency: row.currency,
    amountCapturable: row.amount_capturable,
    amountReceived: row.amount_received,
    captureMethod: row.capture_method,
    confirmationMethod: row.confirmation_method,
    automaticPaymentMethods: row.automatic_payment_methods,
    setupFutureUsage: row.setup_future_usage,
    clientSecret: row.client_secret,
    customer: row.customer,
    paymentMethod: row.payment_method,
    description: row.description,
    receiptEmail: row.receipt_email,
    shipping: row.shipping,
    captureRequests: row.capture_requests,
    statementDescriptor: row.statement_descriptor,
    metadata: row.metadata,
    transferGroup: row.transfer_group,
    onBehalfOf: row.on_behalf_of,
    mandateAcceptance: row.mandate_acceptance,
    split: toSplit(row.split),
    returnUrl: row.return_url,
    nextAction: row.next_action,
    lastError: row.last_error,
    latestCharge: row.latest_charge,
    riskDecision: row.risk_decision,
    cancellationReason: row.cancellation_reason,
    canceledAt: row.canceled_at,
    createdAt: row.created_at,
    version: row.version,
    phase: row.phase,
    operationId: row.operation_id,
    operationAt: row.operation_at,
    captureAmount: row.capture_amount,
    finalCapture: row.final_capture,
    captureShares: row.capture_shares && toShares(row.capture_shares),
    captures: row.captures,
    maximumCapturable: row.maximum_capturable,
    multicapture: row.multicapture,
    increments: row.increments.map((each) => ({
      ...each,
      amount: BigInt(each.amount),
      split: toSplit(each.split),
    })),
    attempt: row.attempt,
    offSession: row.off_session,
    declineOnAction: row.decline_on_action,
    requestThreeDSecure: row.request_three_d_secure,
    ip: row.ip,
    nextAttemptAt: row.next_attempt_at,
    attempts: row.attempts,
    unknownSince: row.unknown_since,
  };
}

/** An instant for a JSON parameter. */
export function instantOrNull(at: Micros | null): string | null {
  return at === null ? null : instant(at);
}

/** A record as an element of a JSON parameter. */
export function fromIntentRecord(record: IntentRecord): object {
  return {
    id: record.id,
    tenant: record.tenant,
    created_at: instant(record.createdAt),
    version: record.version,
    status: record.status,
    phase: record.phase,
    amount: record.amount,
    currency: record.currency,
    amount_capturable: record.amountCapturable,
    amount_received: record.amountReceived,
    capture_method: record.captureMethod,
    confirmation_method: record.confirmationMethod,
    automatic_payment_methods: record.automaticPaymentMethods,
    setup_future_usage: record.setupFutureUsage,
    client_secret: record.clientSecret,
    customer: record.customer,
    payment_method: record.paymentMethod,
    description: record.description,
    receipt_email: record.receiptEmail,
    shipping: record.shipping,
    capture_requests: record.captureRequests,
    statement_descriptor: record.statementDescriptor,
    metadata: record.metadata,
    transfer_group: record.transferGroup,
    on_behalf_of: record.onBehalfOf,
    mandate_acceptance: record.mandateAcceptance,
    split: record.split,
    return_url: record.returnUrl,
    next_action: record.nextAction,
    last_error: record.lastError,
    latest_charge: record.latestCharge,
    risk_decision: record.riskDecision,
    cancellation_reason: record.cancellationReason,
    canceled_at: instantOrNull(record.canceledAt),
    operation_id: record.operationId,
    operation_at: instantOrNull(record.operationAt),
    capture_amount: record.captureAmount,
    final_capture: record.finalCapture,
    capture_shares: record.captureShares,
    captures: record.captures,
    maximum_capturable: record.maximumCapturable,
    multicapture: record.multicapture,
    increments: record.increments,
    attempt: record.attempt,
    off_session: record.offSession,
    decline_on_action: record.declineOnAction,
    request_three_d_secure: record.requestThreeDSecure,
    ip: record.ip,
    next_attempt_at: instantOrNull(record.nextAttemptAt),
    attempts: record.attempts,
    unknown_since: instantOrNull(record.unknownSince),
  };
}

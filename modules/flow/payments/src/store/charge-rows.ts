import type { Micros } from '@tpmall/kernel';
import { type Column, instant } from '@tpmall/platform/db';
import type { Charge, ChargeCard, ChargeOutcome, PayingWallet, Shipping } from '../contract/index.ts';
import type { ChargeRecord, Hold } from '../service/records.ts';
import { unaliased } from './columns.ts';
import { type IntentRow, instantOrNull, type ShareRow, toShares, toSplit } from './intent-rows.ts';

/** The columns of `payments.charge`. */
export const CHARGE_COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['intent', 'text'],
  ['status', 'text'],
  ['amount', 'numeric'],
  ['amount_captured', 'numeric'],
  ['amount_refunded', 'numeric'],
  ['amount_sent_back', 'numeric'],
  ['currency', 'text'],
  ['captured', 'boolean'],
  ['capture_before', 'timestamptz'],
  ['customer', 'text'],
  ['payment_method', 'text'],
  ['card', 'jsonb'],
  ['wallet', 'jsonb'],
  ['statement_descriptor', 'text'],
  ['description', 'text'],
  ['transfer_group', 'text'],
  ['on_behalf_of', 'text'],
  ['split', 'jsonb'],
  ['failure_code', 'text'],
  ['failure_message', 'text'],
  ['outcome', 'jsonb'],
  ['metadata', 'jsonb'],
  ['receipt_email', 'text'],
  ['shipping', 'jsonb'],
  ['capture_terms', 'jsonb'],
  ['holds', 'jsonb'],
  ['command_id', 'text'],
  ['command_at', 'timestamptz'],
  ['authorisation_id', 'text'],
  ['authentication_id', 'text'],
  ['shares', 'jsonb'],
  ['balance_transaction', 'text'],
  ['refunded_parts', 'jsonb'],
];

/** The columns that a change of the payment writes; what refunds and callers write is theirs alone. */
export const CHANGING_CHARGE_COLUMNS = [
  'status',
  'amount',
  'split',
  'capture_terms',
  'holds',
  'amount_captured',
  'captured',
  'capture_before',
  'failure_code',
  'failure_message',
  'outcome',
  'authorisation_id',
  'authentication_id',
  'shares',
  'balance_transaction',
] as const;

/** A row of `payments.charge`. */
export interface ChargeRow {
  id: string;
  tenant: string;
  created_at: Micros;
  intent: string;
  status: Charge['status'];
  amount: bigint;
  amount_captured: bigint;
  amount_refunded: bigint;
  amount_sent_back: bigint;
  currency: string;
  captured: boolean;
  capture_before: Micros | null;
  customer: string | null;
  payment_method: string;
  card: ChargeCard | null;
  wallet: PayingWallet | null;
  statement_descriptor: string | null;
  description: string | null;
  transfer_group: string | null;
  on_behalf_of: string | null;
  split: IntentRow['split'];
  failure_code: string | null;
  failure_message: string | null;
  outcome: ChargeOutcome;
  metadata: Record<string, string>;
  receipt_email: string | null;
  shipping: Shipping | null;
  capture_terms: {
    multicapture: boolean;
    incrementalAuthorisation: boolean;
    maximumCapturable: string;
  } | null;
  holds: (Omit<Hold, 'amount'> & { amount: string })[];
  command_id: string;
  command_at: Micros;
  authorisation_id: string | null;
  authentication_id: string | null;
  shares: ShareRow[];
  balance_transaction: string | null;
  refunded_parts: string[];
}

/** A row as the domain knows it. */
export function toChargeRecord(row: ChargeRow): ChargeRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    paymentIntent: row.intent,
    status: row.status,
    amount: row.amount,
    amountCaptured: row.amount_captured,
    amountRefunded: row.amount_refunded,
    amountSentBack: row.amount_sent_back,
    currency: row.currency,
    captured: row.captured,
    captureBefore: row.capture_before,
    customer: row.customer,
    paymentMethod: row.payment_method,
    card: row.card,
    wallet: row.wallet,
    statementDescriptor: row.statement_descriptor,
    description: row.description,
    transferGroup: row.transfer_group,
    onBehalfOf: row.on_behalf_of,
    split: toSplit(row.split),
    failureCode: row.failure_code,
    failureMessage: row.failure_message,
    outcome: row.outcome,
    metadata: row.metadata,
    receiptEmail: row.receipt_email,
    shipping: row.shipping,
    captureTerms: row.capture_terms && {
      ...row.capture_terms,
      maximumCapturable: BigInt(row.capture_terms.maximumCapturable),
    },
    holds: row.holds.map((hold) => ({ ...hold, amount: BigInt(hold.amount) })),
    balanceTransaction: row.balance_transaction,
    createdAt: row.created_at,
    commandId: row.command_id,
    commandAt: row.command_at,
    authorisationId: row.authorisation_id,
    authenticationId: row.authentication_id,
    shares: toShares(row.shares),
    refundedParts: row.refunded_parts.map(BigInt),
  };
}

/** The charge of a joined row, or null where there is none. */
export function joinedCharge(row: object): ChargeRecord | null {
  const charge = unaliased(CHARGE_COLUMNS, row, 'charge_') as ChargeRow;
  return charge.id === null ? null : toChargeRecord(charge);
}

/** A record as an element of a JSON parameter. */
export function fromChargeRecord(record: ChargeRecord): object {
  return {
    id: record.id,
    tenant: record.tenant,
    created_at: instant(record.createdAt),
    intent: record.paymentIntent,
    status: record.status,
    amount: record.amount,
    amount_captured: record.amountCaptured,
    amount_refunded: record.amountRefunded,
    amount_sent_back: record.amountSentBack,
    currency: record.currency,
    captured: record.captured,
    capture_before: instantOrNull(record.captureBefore),
    customer: record.customer,
    payment_method: record.paymentMethod,
    card: record.card,
    wallet: record.wallet,
    statement_descriptor: record.statementDescriptor,
    description: record.description,
    transfer_group: record.transferGroup,
    on_behalf_of: record.onBehalfOf,
    split: record.split,
    failure_code: record.failureCode,
    failure_message: record.failureMessage,
    outcome: record.outcome,
    metadata: record.metadata,
    receipt_email: record.receiptEmail,
    shipping: record.shipping,
    capture_terms: record.captureTerms,
    holds: record.holds,
    command_id: record.commandId,
    command_at: instant(record.commandAt),
    authorisation_id: record.authorisationId,
    authentication_id: record.authenticationId,
    shares: record.shares,
    balance_transaction: record.balanceTransaction,
    refunded_parts: record.refundedParts,
  };
}

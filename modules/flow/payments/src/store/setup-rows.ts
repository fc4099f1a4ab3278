import type { Micros } from '@tpmall/kernel';
import { type Column, instant } from '@tpmall/platform/db';
import type { MandateAcceptance, SetupIntent, SetupIntentStatus, SetupUsage } from '../contract/index.ts';
import type { SetupRecord } from '../service/setup-records.ts';
import { instantOrNull } from './intent-rows.ts';

/** The columns of `payments.setup_intent`. */
export const SETUP_COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['version', 'integer'],
  ['status', 'text'],
  ['usage', 'text'],
  ['client_secret', 'text'],
  ['customer', 'text'],
  ['payment_method', 'text'],
  ['description', 'text'],
  ['on_behalf_of', 'text'],
  ['automatic_payment_methods', 'text'],
  ['mandate_acceptance', 'jsonb'],
  ['metadata', 'jsonb'],
  ['return_url', 'text'],
  ['next_action', 'jsonb'],
  ['last_error', 'jsonb'],
  ['cancellation_reason', 'text'],
  ['canceled_at', 'timestamptz'],
  ['request_three_d_secure', 'text'],
  ['operation_id', 'text'],
  ['authentication_id', 'text'],
  ['next_attempt_at', 'timestamptz'],
  ['attempts', 'integer'],
];

/** Columns that stay as they were at its creation. */
const FIXED = new Set(['id', 'tenant', 'created_at', 'usage', 'client_secret', 'automatic_payment_methods']);
/** The columns that a change writes. */
export const CHANGING_SETUP_COLUMNS = SETUP_COLUMNS.filter(([name]) => !FIXED.has(name));

/** A row of `payments.setup_intent`. */
export interface SetupRow {
  id: string;
  tenant: string;
  created_at: Micros;
  version: number;
  status: SetupIntentStatus;
  usage: SetupUsage;
  client_secret: string;
  customer: string | null;
  payment_method: string | null;
  description: string | null;
  on_behalf_of: string | null;
  automatic_payment_methods: SetupIntent['automaticPaymentMethods'];
  mandate_acceptance: MandateAcceptance | null;
  metadata: Record<string, string>;
  return_url: string | null;
  next_action: SetupIntent['nextAction'];
  last_error: SetupIntent['lastError'];
  cancellation_reason: SetupIntent['cancellationReason'];
  canceled_at: Micros | null;
  request_three_d_secure: 'automatic' | 'any';
  operation_id: string | null;
  authentication_id: string | null;
  next_attempt_at: Micros | null;
  attempts: number;
}

/** A row as the domain knows it. */
export function toSetupRecord(row: SetupRow): SetupRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    status: row.status,
    usage: row.usage,
    clientSecret: row.client_secret,
    customer: row.customer,
    paymentMethod: row.payment_method,
    description: row.description,
    onBehalfOf: row.on_behalf_of,
    automaticPaymentMethods: row.automatic_payment_methods,
    mandateAcceptance: row.mandate_acceptance,
    metadata: row.metadata,
    returnUrl: row.return_url,
    nextAction: row.next_action,
    lastError: row.last_error,
    cancellationReason: row.cancellation_reason,
    canceledAt: row.canceled_at,
    createdAt: row.created_at,
    version: row.version,
    requestThreeDSecure: row.request_three_d_secure,
    operationId: row.operation_id,
    authenticationId: row.authentication_id,
    nextAttemptAt: row.next_attempt_at,
    attempts: row.attempts,
  };
}

/** A record as a JSON parameter. */
export function fromSetupRecord(record: SetupRecord): object {
  return {
    id: record.id,
    tenant: record.tenant,
    created_at: instant(record.createdAt),
    version: record.version,
    status: record.status,
    usage: record.usage,
    client_secret: record.clientSecret,
    customer: record.customer,
    payment_method: record.paymentMethod,
    description: record.description,
    on_behalf_of: record.onBehalfOf,
    automatic_payment_methods: record.automaticPaymentMethods,
    mandate_acceptance: record.mandateAcceptance,
    metadata: record.metadata,
    return_url: record.returnUrl,
    next_action: record.nextAction,
    last_error: record.lastError,
    cancellation_reason: record.cancellationReason,
    canceled_at: instantOrNull(record.canceledAt),
    request_three_d_secure: record.requestThreeDSecure,
    operation_id: record.operationId,
    authentication_id: record.authenticationId,
    next_attempt_at: instantOrNull(record.nextAttemptAt),
    attempts: record.attempts,
  };
}

import type { Failure } from '@tpmall/kernel';
import type { paymentsContract } from '@tpmall/payments/contract';
import type { CodeOf, PlatformCode } from '@tpmall/platform/contract';
import { type ErrorCode, findCatalogueEntry } from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, cursorMeanings, type Meanings, refusal, wireParameter } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';
import { decisionMeanings, withdrawalMeanings } from './decision-routes.ts';
import { createIntentView } from './intent-view.ts';

type Operations = (typeof paymentsContract)['operations'];
type Codes<Name extends keyof Operations> = CodeOf<Operations[Name]>;

const missing = (param: string, status: number) => ({ code: 'resource_missing', param, status }) as const;

const notUsable = {
  payment_method_not_usable: { code: 'payment_method_unexpected_state', param: 'payment_method' },
} as const;
/** Refusals about what a payment intent is made of. */
const composition = {
  ...notUsable,
  customer_not_found: missing('customer', 400),
  payment_method_not_found: missing('payment_method', 400),
  destination_not_found: { code: 'resource_missing', status: 400 },
  destination_not_capable: 'destination_not_capable',
  split_exceeds_amount: 'split_exceeds_amount',
  amount_too_large: { code: 'amount_too_large', param: 'amount' },
  statement_descriptor_too_long: 'parameter_invalid_string',
} as const;
const tooManyKeys = {
  metadata_too_many_keys: { code: 'parameter_invalid_object', param: 'metadata' },
} as const;
const common = {
  not_found: missing('id', 404),
  payment_intent_unexpected_state: 'payment_intent_unexpected_state',
  idempotency_mismatch: 'idempotency_mismatch',
} as const;
const methodMissing = {
  payment_method_missing: { code: 'payment_intent_unexpected_state', param: 'payment_method' },
} as const;
const declines = {
  card_declined: 'card_declined',
  authentication_required: 'authentication_required',
} as const;

const setupConfirmation = {
  ...declines,
  ...notUsable,
  payment_method_not_found: missing('payment_method', 400),
  payment_method_missing: { code: 'setup_intent_unexpected_state', param: 'payment_method' },
  idempotency_mismatch: 'idempotency_mismatch',
} as const;
const setupChange = {
  not_found: missing('id', 404),
  setup_intent_unexpected_state: 'setup_intent_unexpected_state',
  idempotency_mismatch: 'idempotency_mismatch',
} as const;

/** The meaning of every refusal of the payments module, by operation. */
export const paymentMeanings = {
  createIntent: {
    ...composition,
    ...declines,
    ...methodMissing,
    idempotency_mismatch: 'idempotency_mismatch',
  },
  updateIntent: {
    ...common,
    ...composition,
    ...tooManyKeys,
    split_missing: { code: 'parameter_missing', param: 'transfer_data[destination]' },
  },
  confirmIntent: {
    ...common,
    ...declines,
    ...notUsable,
    payment_method_not_found: missing('payment_method', 400),
    ...methodMissing,
    amount_too_large: { code: 'amount_too_large', param: 'amount' },
  },
  captureIntent: {
    ...common,
    amount_too_large: { code: 'amount_too_large', param: 'amount_to_capture' },
    amount_too_small: { code: 'amount_too_small', param: 'amount_to_capture' },
    multicapture_not_available: { code: 'multicapture_not_available', param: 'final_capture' },
    ...tooManyKeys,
    capture_not_final: 'parameters_exclusive',
    split_missing: 'parameter_missing',
    split_exceeds_amount: 'split_exceeds_amount',
  },
  incrementIntent: {
    ...common,
    ...declines,
    ...tooManyKeys,
    destination_not_found: composition.destination_not_found,
    destination_not_capable: 'destination_not_capable',
    split_exceeds_amount: 'split_exceeds_amount',
    split_missing: { code: 'parameter_missing', param: 'split' },
    amount_too_large: { code: 'amount_too_large', param: 'amount' },
    amount_too_small: { code: 'amount_too_small', param: 'amount' },
    increment_not_available: 'incremental_authorization_not_available',
    too_many_increments: 'incremental_authorization_not_available',
  },
  cancelIntent: common,
  findIntent: { not_found: missing('id', 404) },
  findIntents: {},
  listIntents: cursorMeanings,
  searchIntents: {},
  updateCharge: {
    not_found: missing('id', 404),
    ...tooManyKeys,
    idempotency_mismatch: 'idempotency_mismatch',
  },
  findCharge: { not_found: missing('id', 404) },
  findCharges: {},
  listCharges: cursorMeanings,
  searchCharges: {},
  createRefund: {
    not_found: { code: 'resource_missing', status: 400 },
    charge_not_refundable: 'charge_not_refundable',
    charge_already_refunded: 'charge_already_refunded',
    destination_not_found: composition.destination_not_found,
    amount_too_large: { code: 'amount_too_large', param: 'amount' },
    idempotency_mismatch: 'idempotency_mismatch',
  },
  updateRefund: {
    not_found: missing('id', 404),
    ...tooManyKeys,
    idempotency_mismatch: 'idempotency_mismatch',
  },
  cancelRefund: {
    not_found: missing('id', 404),
    refund_not_cancelable: 'refund_not_cancelable',
    idempotency_mismatch: 'idempotency_mismatch',
  },
  findRefund: { not_found: missing('id', 404) },
  findRefunds: {},
  listRefunds: cursorMeanings,
  listRefundsOfCharges: {},
  createCustomer: {
    payment_method_not_found: { code: 'resource_missing', status: 400 },
    payment_method_not_usable: 'payment_method_unexpected_state',
    idempotency_mismatch: 'idempotency_mismatch',
  },
  updateCustomer: {
    not_found: missing('id', 404),
    payment_method_not_found: { code: 'resource_missing', status: 400 },
    payment_method_not_usable: 'payment_method_unexpected_state',
    ...tooManyKeys,
    idempotency_mismatch: 'idempotency_mismatch',
  },
  deleteCustomer: { not_found: missing('id', 404), idempotency_mismatch: 'idempotency_mismatch' },
  findCustomer: { not_found: missing('id', 404) },
  findCustomers: {},
  listCustomers: cursorMeanings,
  searchCustomers: {},
  createSetupIntent: {
    ...setupConfirmation,
    customer_not_found: missing('customer', 400),
    destination_not_found: missing('on_behalf_of', 400),
  },
  updateSetupIntent: {
    ...setupChange,
    ...notUsable,
    ...tooManyKeys,
    customer_not_found: missing('customer', 400),
    payment_method_not_found: missing('payment_method', 400),
  },
  confirmSetupIntent: { ...setupConfirmation, ...setupChange },
  cancelSetupIntent: setupChange,
  findSetupIntent: { not_found: missing('id', 404) },
  findSetupIntents: {},
  listSetupIntents: cursorMeanings,
  attachPaymentMethod: {
    not_found: missing('id', 404),
    customer_not_found: missing('customer', 400),
    payment_method_not_usable: 'payment_method_unexpected_state',
    idempotency_mismatch: 'idempotency_mismatch',
  },
  detachPaymentMethod: {
    not_found: missing('id', 404),
    payment_method_not_attached: 'payment_method_unexpected_state',
    idempotency_mismatch: 'idempotency_mismatch',
  },
  readBalance: {},
  findBalanceTransaction: { not_found: missing('id', 404) },
  findBalanceTransactions: {},
  listBalanceTransactions: cursorMeanings,
  unknownOutcomes: {},
  outcomeTrail: { not_found: missing('id', 404) },
  proposeResolution: {
    not_found: missing('subject', 404),
    not_resolvable: { code: 'outcome_not_resolvable', param: 'subject' },
    verdict_not_allowed: { code: 'verdict_not_allowed', param: 'verdict' },
    acquirer_code_missing: 'acquirer_code_missing',
    person_needed: 'person_needed',
    resolution_open: { code: 'resolution_open', param: 'subject' },
    idempotency_mismatch: 'idempotency_mismatch',
  },
  confirmResolution: decisionMeanings,
  rejectResolution: decisionMeanings,
  withdrawResolution: withdrawalMeanings,
  findResolution: { not_found: missing('id', 404) },
  listResolutions: {},
  intentsOfCommands: {},
} as const satisfies {
  // Of a wallet's module, and of nobody else.
  readonly [Name in Exclude<keyof Operations, 'payFromWallet'>]: Meanings<Codes<Name>>;
};

/** The parameter behind a field of the domain, where a split of one was given as `transfer_data`. */
export function intentParameter(hasTransferData: boolean): (field: string) => string {
  return (field) => {
    const param = wireParameter(field);
    if (!hasTransferData || !param.startsWith('split')) return param;
    if (param.endsWith('[application_fee]')) return 'application_fee_amount';
    if (param.endsWith('[amount]')) return 'transfer_data[amount]';
    return 'transfer_data[destination]';
  };
}

/** Operations whose refusals carry the payment intent that they are about. */
type AboutIntent =
  | 'createIntent'
  | 'updateIntent'
  | 'confirmIntent'
  | 'captureIntent'
  | 'incrementIntent'
  | 'cancelIntent';

/**
 * Answers a refusal about a payment intent: one that follows from how it stands carries it as it is now, a
 * decline with the payment method that was tried as well.
 */
export function createPaymentRefusal(environment: GatewayEnvironment) {
  const { ports } = environment;
  const { viewIntents, viewSetups } = createIntentView(environment);
  return async <Name extends AboutIntent>(
    call: Call,
    name: Name,
    failure: Failure<Codes<Name> | PlatformCode>,
    paramOf?: (field: string) => string,
  ): Promise<Answer> => {
    const meanings: Meanings<string> = paymentMeanings[name];
    const refused = refusal<string>(meanings, failure, paramOf);
    const detail = failure.detail ?? {};
    const id = textOf(detail.paymentIntent);
    if (refused.kind !== 'error') return refused;
    const found = id === undefined ? undefined : await ports.payments.findIntent(call.context, { id });
    const [intent] = found?.ok ? await viewIntents(call, [found.value]) : [];
    const isDecline = failure.code === 'card_declined' || failure.code === 'authentication_required';
    if (!isDecline) {
      return { kind: 'error', error: { ...refused.error, ...(intent && { paymentIntent: intent }) } };
    }
    const last = found?.ok ? found.value.lastError : null;
    const saving = textOf(detail.setupIntent);
    const saved =
      saving === undefined ? undefined : await ports.payments.findSetupIntent(call.context, { id: saving });
    const [setup] = saved?.ok ? await viewSetups(call, [saved.value]) : [];
    const declineCode = textOf(detail.declineCode) ?? last?.declineCode ?? undefined;
    const charge = textOf(detail.charge) ?? last?.charge ?? undefined;
    const paymentMethod =
      intent?.last_payment_error?.payment_method ?? setup?.last_setup_error?.payment_method;
    return {
      kind: 'error',
      error: {
        ...refused.error,
        code: cardErrorCode(textOf(detail.code)) ?? refused.error.code,
        ...(declineCode !== undefined && { declineCode }),
        ...(charge !== undefined && { charge }),
        ...(intent && { paymentIntent: intent }),
        ...(setup && { setupIntent: setup }),
        ...(paymentMethod && { paymentMethod }),
      },
    };
  };
}

/** A decline's own code, where it has one: `expired_card`, `processing_error`, … */
export function cardErrorCode(code: string | undefined): ErrorCode | undefined {
  const entry = code === undefined ? undefined : findCatalogueEntry(code);
  return entry?.type === 'card_error' ? (code as ErrorCode) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

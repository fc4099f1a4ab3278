import { SAVED_CARDS, type SavedCards, type Session, SUBMIT_TYPES } from '@tpmall/checkout/contract';
import { SETUP_USAGES } from '@tpmall/payments/contract';
import { ALLOW_REDISPLAY } from '@tpmall/vault/contract';
import { z } from 'zod';
import { addressToWire, shippingParameter } from './address.ts';
import { cardTypes, otherWays } from './card-only.ts';
import { collectedParameters, collectedToWire, collectsToWire } from './collected-fields.ts';
import { lineItemsParameter } from './line-item.ts';
import { expandParameter, pageParameters } from './list.ts';
import {
  amount,
  currency,
  email,
  flagThatIs,
  integer,
  list,
  metadata,
  metadataPatch,
  objectId,
  oneOf,
  parameter,
  text,
  unsupported,
  webAddress,
  webAddressTemplate,
} from './parameters.ts';
import { descriptorParameters } from './payment-intent-parameters.ts';
import { splitParameters } from './split.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

/** The last second of the year 9999. */
const LAST_SECOND = 253_402_300_799;

/** What a session is for; what clients know besides is refused by name. */
const mode = parameter({ type: 'string', enum: ['payment', 'setup'] }, (value) => {
  if (value === 'payment' || value === 'setup') return { value };
  return value === 'subscription'
    ? { code: 'parameter_unsupported', message: `sessions of mode ${value} are not supported by this server` }
    : { code: 'parameter_invalid_enum', message: 'must be payment or setup' };
});

const disabled = <const Name extends string>(what: string, ...details: readonly Name[]) =>
  z
    .strictObject({
      enabled: flagThatIs(false, `${what} is not supported by this server`),
      ...unsupported(...details),
    })
    .optional();

/** What clients say to ask for what happens anyway; asking for anything else is refused. */
export const withoutEffect = {
  automatic_tax: disabled('automatic tax', 'liability'),
  invoice_creation: disabled('invoicing', 'invoice_data'),
  payment_method_types: cardTypes,
  tax_id_collection: disabled('collecting tax numbers', 'required'),
};

/** What is asked of the card; the rest is said on the intent of a shop that makes its own. */
const sessionCardOptions = z.strictObject({
  card: z
    .strictObject({
      request_three_d_secure: oneOf('automatic', 'any', 'challenge').optional(),
      ...unsupported(
        'capture_method',
        'installments',
        'request_extended_authorization',
        'request_incremental_authorization',
        'request_multicapture',
        'request_overcapture',
        'restrictions',
        'setup_future_usage',
        'statement_descriptor_suffix_kana',
        'statement_descriptor_suffix_kanji',
      ),
    })
    .optional(),
  ...otherWays,
  ...unsupported('demo_pay'),
});

/** What the payment intent of a session or link is opened with. */
export const intentDataParameters = {
  capture_method: oneOf('automatic', 'automatic_async', 'manual').optional(),
  description: text(1000).optional(),
  metadata: metadata().optional(),
  ...descriptorParameters,
  transfer_group: splitParameters.transfer_group,
  setup_future_usage: oneOf(...SETUP_USAGES).optional(),
};

/** How a client may say how many may be sold and by what the button is called. */
export const submitType = oneOf(...SUBMIT_TYPES);
/** Whether a customer is made for who pays as a guest. */
export const customerCreation = oneOf('always', 'if_required');

/** `POST /v1/checkout/sessions` */
export const createSessionParameters = z.strictObject({
  // First: who asks for another mode learns of that before anything else that is missing for this one.
  mode: mode.optional(),
  allow_promotion_codes: flagThatIs(false, 'there are no promotion codes').optional(),
  cancel_url: webAddress().optional(),
  client_reference_id: text(200).optional(),
  currency: currency().optional(),
  customer: objectId().optional(),
  customer_creation: customerCreation.optional(),
  customer_email: email().optional(),
  expires_at: integer(0, LAST_SECOND).optional(),
  /** Of a payment, which cannot do without; a card is saved without. */
  line_items: lineItemsParameter.optional(),
  locale: text(10).optional(),
  metadata: metadata().optional(),
  payment_intent_data: z
    .strictObject({
      ...intentDataParameters,
      application_fee_amount: splitParameters.application_fee_amount,
      receipt_email: email().optional(),
      transfer_data: splitParameters.transfer_data,
      shipping: shippingParameter.shipping,
      on_behalf_of: objectId().optional(),
    })
    .optional(),
  payment_method_options: sessionCardOptions.optional(),
  saved_payment_method_options: z
    .strictObject({
      allow_redisplay_filters: list(oneOf(...ALLOW_REDISPLAY), ALLOW_REDISPLAY.length).optional(),
      payment_method_remove: oneOf('disabled').optional(),
      payment_method_save: oneOf('disabled', 'enabled').optional(),
    })
    .optional(),
  setup_intent_data: z
    .strictObject({
      description: text(1000).optional(),
      metadata: metadata().optional(),
      on_behalf_of: objectId().optional(),
    })
    .optional(),
  submit_type: submitType.optional(),
  success_url: webAddressTemplate().optional(),
  ui_mode: oneOf('hosted', 'hosted_page').optional(),
  ...collectedParameters,
  ...withoutEffect,
  ...expandParameter,
  ...unsupported(
    'adaptive_pricing',
    'after_expiration',
    'allowed_payment_method_types',
    'branding_settings',
    'customer_account',
    'customer_update',
    'discounts',
    'excluded_payment_method_types',
    'integration_identifier',
    'managed_payments',
    'optional_items',
    'origin_context',
    'payment_method_collection',
    'payment_method_configuration',
    'payment_method_data',
    'permissions',
    'redirect_on_completion',
    'return_url',
    'shipping_options',
    'subscription_data',
    'wallet_options',
  ),
});

/** `POST /v1/checkout/sessions/:id` */
export const updateSessionParameters = z.strictObject({
  metadata: metadataPatch().optional(),
  ...expandParameter,
  ...unsupported('collected_information', 'line_items', 'payment_intent_data', 'shipping_options'),
});

/** `GET /v1/checkout/sessions` */
export const listSessionsParameters = z.strictObject({
  ...pageParameters,
  customer: objectId().optional(),
  customer_details: z.strictObject({ email: email() }).optional(),
  payment_intent: objectId().optional(),
  payment_link: objectId().optional(),
  status: oneOf('open', 'complete', 'expired').optional(),
  ...unsupported('customer_account', 'subscription'),
});

/** `POST /v1/payment_pages/:id/confirm` */
export const confirmPageParameters = z.strictObject({
  expected_amount: amount(0n).optional(),
  payment_method: objectId().optional(),
  return_url: webAddress().optional(),
  ...expandParameter,
});

/** Where the shopper pays a session. */
export function sessionUrl(session: Pick<Session, 'id'>, view: WireView): string {
  return `${view.webUrl}/c/pay/${session.id}`;
}

/** A checkout session as clients of the payments API know it; its lines are shown where they are expanded. */
export function sessionToWire(session: Session, view: WireView) {
  const due = dueToWire(session);
  return {
    id: session.id,
    object: 'checkout.session' as const,
    ...collectsToWire(session.collects),
    ...collectedToWire(session),
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: due,
    amount_total: due,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: session.collects?.billingAddress ?? null,
    cancel_url: session.cancelUrl,
    client_reference_id: session.clientReferenceId,
    client_secret: null,
    created: secondsToWire(session.createdAt),
    currency: session.currency,
    currency_conversion: null,
    customer: session.customer,
    customer_account: null,
    customer_creation: session.customer === null ? session.customerCreation : null,
    customer_details: customerDetailsToWire(session),
    customer_email: session.customerEmail,
    discounts: [],
    expires_at: secondsToWire(session.expiresAt),
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: view.livemode,
    locale: session.locale,
    managed_payments: null,
    metadata: { ...session.metadata },
    mode: session.mode,
    origin_context: null,
    payment_intent: session.paymentIntent,
    payment_link: session.paymentLink,
    payment_method_collection: session.mode === 'setup' ? ('always' as const) : ('if_required' as const),
    payment_method_configuration_details: null,
    // Events of before it was told have none.
    payment_method_options: {
      card: { request_three_d_secure: session.intentData.requestThreeDSecure ?? 'automatic' },
    },
    payment_method_types: ['card'],
    payment_status: session.paymentStatus,
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: savedCardsToWire(session),
    // Events of before know no such thing.
    setup_intent: session.setupIntent ?? null,
    shipping_cost: null,
    shipping_options: [],
    status: session.status,
    submit_type: session.submitType,
    subscription: null,
    success_url: session.successUrl,
    total_details: due === null ? null : { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page' as const,
    url: session.status === 'open' ? sessionUrl(session, view) : null,
    wallet_options: null,
  };
}

/** See {@link sessionToWire}. */
export type WireSession = ReturnType<typeof sessionToWire>;

/** What the hosted page is made of, for clients that speak to it: the session's id under its old name. */
export function paymentPageToWire(session: Session, view: WireView) {
  return {
    id: session.id,
    object: 'payment_page' as const,
    session_id: session.id,
    amount_total: dueToWire(session),
    currency: session.currency,
    livemode: view.livemode,
    mode: session.mode,
    payment_intent: session.paymentIntent,
    payment_method_types: ['card'],
    payment_status: session.paymentStatus,
    setup_intent: session.setupIntent,
    status: session.status,
    success_url: session.successUrl,
    url: session.status === 'open' ? sessionUrl(session, view) : null,
  };
}

/** See {@link paymentPageToWire}. */
export type WirePaymentPage = ReturnType<typeof paymentPageToWire>;

function savedCardsToWire({ savedCards }: Session) {
  // Events of before know nothing of it.
  if (!savedCards) return null;
  return {
    allow_redisplay_filters: [...savedCards.shown],
    payment_method_remove: 'disabled' as const,
    payment_method_save: savedCards.mayKeep ? ('enabled' as const) : ('disabled' as const),
  };
}

/** What a session offers of saved cards, in the words of checkout. */
export function savedCardsFromWire(
  given: z.infer<typeof createSessionParameters>['saved_payment_method_options'],
): SavedCards | undefined {
  if (given === undefined) return undefined;
  const { allow_redisplay_filters: shown = SAVED_CARDS.shown, payment_method_save: save } = given;
  return { shown, mayKeep: save === 'enabled' };
}

/** Where a card is saved there is no amount, rather than one of nothing. */
function dueToWire({ mode, amountTotal }: Session): number | null {
  return mode === 'setup' ? null : amountToWire(amountTotal);
}

/** Who has paid, told of every session that is complete, however little is known; before, what is known. */
function customerDetailsToWire({ payer, customerEmail, status }: Session) {
  const address = payer?.email ?? customerEmail;
  if (address === null && payer === null && status !== 'complete') return null;
  return {
    address: payer?.address ? addressToWire(payer.address) : null,
    business_name: payer?.businessName ?? null,
    email: address,
    individual_name: payer?.individualName ?? null,
    name: payer?.name ?? null,
    phone: payer?.phone ?? null,
    tax_exempt: 'none' as const,
    tax_ids: null,
  };
}

import type { AfterCompletion, PaymentLink } from '@tpmall/checkout/contract';
import { z } from 'zod';
import { customerCreation, intentDataParameters, submitType, withoutEffect } from './checkout-session.ts';
import { collectedParameters, collectsToWire } from './collected-fields.ts';
import { lineItemsParameter } from './line-item.ts';
import { expandParameter, pageParameters } from './list.ts';
import {
  currency,
  flag,
  integer,
  metadata,
  metadataPatch,
  objectId,
  text,
  unsettable,
  unsupported,
  webAddressTemplate,
} from './parameters.ts';
import { splitParameters } from './split.ts';
import { amountToWire, type WireView } from './view.ts';

/** What a payer sees afterwards: one of the two. */
const afterCompletion = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hosted_confirmation'),
    hosted_confirmation: z.strictObject({ custom_message: text(500).optional() }).optional(),
  }),
  z.strictObject({ type: z.literal('redirect'), redirect: z.strictObject({ url: webAddressTemplate() }) }),
]);
const restrictions = z.strictObject({
  completed_sessions: z.strictObject({ limit: integer(1, 1_000_000) }),
});
const unsupportedEverywhere = unsupported(
  'application_fee_percent',
  'managed_payments',
  'optional_items',
  'payment_method_collection',
  'payment_method_options',
  'shipping_options',
  'subscription_data',
);

/** `POST /v1/payment_links` */
export const createLinkParameters = z.strictObject({
  after_completion: afterCompletion.optional(),
  allow_promotion_codes: flag().optional(),
  application_fee_amount: splitParameters.application_fee_amount,
  currency: currency().optional(),
  customer_creation: customerCreation.optional(),
  inactive_message: text(500).optional(),
  line_items: lineItemsParameter,
  metadata: metadata().optional(),
  on_behalf_of: objectId().optional(),
  payment_intent_data: z.strictObject(intentDataParameters).optional(),
  restrictions: restrictions.optional(),
  submit_type: submitType.optional(),
  transfer_data: splitParameters.transfer_data,
  ...collectedParameters,
  ...withoutEffect,
  ...expandParameter,
  ...unsupportedEverywhere,
});

/** `POST /v1/payment_links/:id` */
export const updateLinkParameters = z.strictObject({
  active: flag().optional(),
  after_completion: afterCompletion.optional(),
  allow_promotion_codes: flag().optional(),
  customer_creation: customerCreation.optional(),
  inactive_message: unsettable(text(500)).optional(),
  metadata: metadataPatch().optional(),
  restrictions: unsettable(restrictions).optional(),
  submit_type: submitType.optional(),
  ...collectedParameters,
  ...withoutEffect,
  ...expandParameter,
  ...unsupportedEverywhere,
  ...unsupported(
    'application_fee_amount',
    'line_items',
    'on_behalf_of',
    'payment_intent_data',
    'transfer_data',
  ),
});

const { created: _created, ...linkPage } = pageParameters;

/** `GET /v1/payment_links` */
export const listLinksParameters = z.strictObject({ ...linkPage, active: flag().optional() });

/** What happens after a payment, in the words of checkout. */
export function afterCompletionFromWire(given: z.infer<typeof afterCompletion>): AfterCompletion {
  return given.type === 'redirect'
    ? { type: 'redirect', url: given.redirect.url }
    : { type: 'hosted_confirmation', customMessage: given.hosted_confirmation?.custom_message ?? null };
}

/** Where a link is followed. */
export function linkUrl(link: Pick<PaymentLink, 'id'>, view: WireView): string {
  return `${view.webUrl}/b/${link.id}`;
}

/** A payment link as clients of the payments API know it; its lines are shown where they are expanded. */
export function linkToWire(link: PaymentLink, view: WireView) {
  const [leg] = link.intentData.split;
  return {
    id: link.id,
    object: 'payment_link' as const,
    ...collectsToWire(link.collects),
    active: link.active,
    after_completion: afterCompletionToWire(link.afterCompletion),
    allow_promotion_codes: link.allowPromotionCodes,
    application: null,
    application_fee_amount:
      leg?.applicationFee === undefined || leg.amount !== undefined ? null : amountToWire(leg.applicationFee),
    application_fee_percent: null,
    automatic_tax: { enabled: false, liability: null },
    billing_address_collection: link.collects?.billingAddress ?? ('auto' as const),
    currency: link.currency,
    customer_creation: link.customerCreation,
    inactive_message: link.inactiveMessage,
    invoice_creation: { enabled: false, invoice_data: null },
    livemode: view.livemode,
    managed_payments: null,
    metadata: { ...link.metadata },
    // Events of before it was kept have none.
    on_behalf_of: link.intentData.onBehalfOf ?? null,
    payment_intent_data: intentDataToWire(link.intentData),
    payment_method_collection: 'if_required' as const,
    payment_method_options: null,
    payment_method_types: null,
    restrictions:
      link.completedSessionsLimit !== null
        ? { completed_sessions: { count: link.completedSessions, limit: link.completedSessionsLimit } }
        : null,
    shipping_options: [],
    submit_type: link.submitType,
    subscription_data: null,
    tax_id_collection: { enabled: false, required: 'never' as const },
    transfer_data: leg
      ? { amount: leg.amount === undefined ? null : amountToWire(leg.amount), destination: leg.destination }
      : null,
    url: linkUrl(link, view),
  };
}

/** See {@link linkToWire}. */
export type WirePaymentLink = ReturnType<typeof linkToWire>;

function intentDataToWire(data: PaymentLink['intentData']) {
  return {
    capture_method: data.captureMethod,
    description: data.description,
    metadata: { ...data.metadata },
    setup_future_usage: data.setupFutureUsage,
    statement_descriptor: data.statementDescriptor,
    statement_descriptor_suffix: data.statementDescriptorSuffix,
    transfer_group: data.transferGroup,
  };
}

function afterCompletionToWire(after: AfterCompletion) {
  return after.type === 'redirect'
    ? { type: 'redirect' as const, redirect: { url: after.url } }
    : {
        type: 'hosted_confirmation' as const,
        hosted_confirmation: { custom_message: after.customMessage },
      };
}

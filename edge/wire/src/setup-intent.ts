import { SETUP_CANCELLATION_REASONS, SETUP_USAGES, type SetupIntent } from '@tpmall/payments/contract';
import type { Card } from '@tpmall/vault/contract';
import { z } from 'zod';
import { automaticMethodsParameter, automaticMethodsToWire } from './automatic-methods.ts';
import { cardTypes, noMoto, otherWays } from './card-only.ts';
import { paymentErrorToWire } from './error.ts';
import { expandParameter, pageParameters } from './list.ts';
import { mandateData } from './mandate-data.ts';
import {
  flag,
  flagThatIs,
  metadata,
  metadataPatch,
  objectId,
  oneOf,
  shopperAddress,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { paymentMethodData } from './payment-method.ts';
import { secondsToWire, type WireView } from './view.ts';

const paymentMethodOptions = z.strictObject({
  card: z
    .strictObject({
      request_three_d_secure: oneOf('automatic', 'any', 'challenge').optional(),
      ...unsupported('mandate_options', 'network', 'setup_credential_usage', 'three_d_secure'),
      moto: noMoto,
    })
    .optional(),
  ...otherWays,
});

/** What a client may say only when it confirms. */
const confirmationParameters = {
  confirmation_token: objectId().optional(),
  mandate_data: mandateData.optional(),
  return_url: shopperAddress().optional(),
  use_stripe_sdk: flagThatIs(
    false,
    'the shopper is always redirected; no browser library is involved',
  ).optional(),
};

const known = unsupported(
  'allowed_payment_method_types',
  'attach_to_self',
  'customer_account',
  'excluded_payment_method_types',
  'flow_directions',
  'payment_method_configuration',
);

/** `POST /v1/setup_intents` */
export const createSetupIntentParameters = z.strictObject({
  confirm: flag().optional(),
  customer: objectId().optional(),
  description: unsettable(text(1000)).optional(),
  metadata: metadata().optional(),
  on_behalf_of: objectId().optional(),
  payment_method: objectId().optional(),
  payment_method_data: paymentMethodData.optional(),
  payment_method_options: paymentMethodOptions.optional(),
  usage: oneOf(...SETUP_USAGES).optional(),
  automatic_payment_methods: automaticMethodsParameter,
  // Accepted and without effect: what it asks for is what happens anyway.
  payment_method_types: cardTypes,
  ...confirmationParameters,
  ...expandParameter,
  ...known,
  ...unsupported('single_use'),
});

/** `POST /v1/setup_intents/:id` */
export const updateSetupIntentParameters = z.strictObject({
  customer: unsettable(objectId()).optional(),
  description: unsettable(text(1000)).optional(),
  metadata: metadataPatch().optional(),
  payment_method: unsettable(objectId()).optional(),
  payment_method_data: paymentMethodData.optional(),
  payment_method_types: cardTypes,
  ...expandParameter,
  ...known,
  ...unsupported('payment_method_options'),
});

/** `POST /v1/setup_intents/:id/confirm` */
export const confirmSetupIntentParameters = z.strictObject({
  client_secret: text(200).optional(),
  payment_method: objectId().optional(),
  payment_method_data: paymentMethodData.optional(),
  payment_method_options: paymentMethodOptions.optional(),
  ...confirmationParameters,
  ...expandParameter,
  ...unsupported('allowed_payment_method_types'),
});

/** `POST /v1/setup_intents/:id/cancel` */
export const cancelSetupIntentParameters = z.strictObject({
  cancellation_reason: oneOf(...SETUP_CANCELLATION_REASONS).optional(),
  ...expandParameter,
});

/** `GET /v1/setup_intents/:id` */
export const retrieveSetupIntentParameters = z.strictObject({
  client_secret: text(200).optional(),
  ...expandParameter,
});

/** `GET /v1/setup_intents` */
export const listSetupIntentsParameters = z.strictObject({
  ...pageParameters,
  customer: objectId().optional(),
  payment_method: objectId().optional(),
  ...unsupported('attach_to_self', 'customer_account'),
});

/**
 * A setup intent as clients of the payments API know it.
 *
 * @param failedCard the card of its last error, where it is known
 */
export function setupIntentToWire(setup: SetupIntent, view: WireView, failedCard?: Card) {
  const { nextAction: action, lastError } = setup;
  return {
    id: setup.id,
    object: 'setup_intent' as const,
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: automaticMethodsToWire(setup.automaticPaymentMethods),
    cancellation_reason: setup.cancellationReason,
    client_secret: setup.clientSecret,
    created: secondsToWire(setup.createdAt),
    customer: setup.customer,
    customer_account: null,
    description: setup.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: lastError && paymentErrorToWire(lastError, view, failedCard),
    latest_attempt: null,
    livemode: view.livemode,
    managed_payments: null,
    mandate: null,
    metadata: { ...setup.metadata },
    next_action:
      action === null
        ? null
        : { type: action.type, redirect_to_url: { url: action.url, return_url: action.returnUrl } },
    // Events of before it was kept have none.
    on_behalf_of: setup.onBehalfOf ?? null,
    payment_method: setup.paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        mandate_options: null,
        network: null,
        // Events of before it was told have none.
        request_three_d_secure: setup.requestThreeDSecure ?? 'automatic',
      },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: setup.status,
    usage: setup.usage,
  };
}

/** See {@link setupIntentToWire}. */
export type WireSetupIntent = ReturnType<typeof setupIntentToWire>;

/** What of a setup intent a browser may see with a publishable key and the client secret. */
export function setupBrowserView(setup: WireSetupIntent) {
  return {
    id: setup.id,
    object: setup.object,
    automatic_payment_methods: setup.automatic_payment_methods,
    cancellation_reason: setup.cancellation_reason,
    client_secret: setup.client_secret,
    created: setup.created,
    description: setup.description,
    last_setup_error: setup.last_setup_error,
    livemode: setup.livemode,
    next_action: setup.next_action,
    payment_method: setup.payment_method,
    payment_method_types: setup.payment_method_types,
    status: setup.status,
    usage: setup.usage,
  };
}

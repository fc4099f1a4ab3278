import { CANCELLATION_REASONS, SETUP_USAGES } from '@tpmall/payments/contract';
import { z } from 'zod';
import { shippingParameter } from './address.ts';
import { automaticMethodsParameter } from './automatic-methods.ts';
import { cardTypes, noMoto, otherWays } from './card-only.ts';
import { expandParameter, pageParameters } from './list.ts';
import { mandateData } from './mandate-data.ts';
import {
  amount,
  currency,
  email,
  flag,
  flagOr,
  flagThatIs,
  metadata,
  metadataPatch,
  objectId,
  oneOf,
  parameter,
  shopperAddress,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { paymentMethodData } from './payment-method.ts';
import { captureTerms, splitParameters } from './split.ts';

/** Whether an ability of the authorisation is asked for. */
const availability = oneOf('if_available', 'never').optional();

const noInstallments = z
  .strictObject({
    enabled: flagThatIs(false, 'no acquirer here offers instalments').optional(),
    ...unsupported('plan'),
  })
  .optional();

const paymentMethodOptions = z.strictObject({
  card: z
    .strictObject({
      request_incremental_authorization: availability,
      request_multicapture: availability,
      request_overcapture: availability,
      request_three_d_secure: oneOf('automatic', 'any', 'challenge').optional(),
      capture_method: oneOf('manual').optional(),
      installments: noInstallments,
      moto: noMoto,
      require_cvc_recollection: flagThatIs(
        false,
        'the security code is asked for when a card is stored',
      ).optional(),
      setup_future_usage: oneOf('none', ...SETUP_USAGES).optional(),
      ...unsupported(
        'cvc_token',
        'mandate_options',
        'network',
        'request_extended_authorization',
        'setup_credential_usage',
        'statement_descriptor_suffix_kana',
        'statement_descriptor_suffix_kanji',
        'stored_credential_usage',
        'three_d_secure',
      ),
    })
    .optional(),
  ...otherWays,
});

/** What a client may say only when it confirms. */
const confirmationParameters = {
  confirmation_token: objectId().optional(),
  error_on_requires_action: flag().optional(),
  mandate_data: mandateData.optional(),
  off_session: flagOr('one_off', 'recurring').optional(),
  return_url: shopperAddress().optional(),
  payment_method_options: paymentMethodOptions.optional(),
  use_stripe_sdk: flagThatIs(
    false,
    'the shopper is always redirected; no browser library is involved',
  ).optional(),
};

/** The card, and whether it is to be saved; taken when a payment is opened, changed and confirmed. */
const cardParameters = {
  payment_method_data: paymentMethodData.optional(),
  setup_future_usage: unsettable(oneOf(...SETUP_USAGES)).optional(),
};

const unsupportedEverywhere = unsupported(
  'allowed_payment_method_types',
  'amount_details',
  'customer_account',
  'excluded_payment_method_types',
  'hooks',
  'mandate',
  'payment_details',
  'payment_method_configuration',
  'radar_options',
);

/** When what is held is taken; the two automatic ones are the same here. */
const captureMethod = oneOf('automatic', 'automatic_async', 'manual');

/** Longest text that may stand on a shopper's statement. */
const DESCRIPTOR_LENGTH = 22;

const descriptor = parameter(
  { type: 'string', minLength: 1, maxLength: DESCRIPTOR_LENGTH },
  (value): { value: string } | { code: 'parameter_invalid_string'; message: string } =>
    typeof value === 'string' && /^[\x20-\x7e]{1,22}$/.test(value) && !/[<>\\'"*]/.test(value)
      ? { value }
      : {
          code: 'parameter_invalid_string',
          message: `must be 1 to ${DESCRIPTOR_LENGTH} printable ASCII characters without < > \\ ' " *`,
        },
);

/** What stands on the shopper's statement. */
export const descriptorParameters = {
  statement_descriptor: unsettable(descriptor).optional(),
  statement_descriptor_suffix: unsettable(descriptor).optional(),
};

/** `POST /v1/payment_intents` */
export const createPaymentIntentParameters = z.strictObject({
  amount: amount(1n),
  currency: currency(),
  capture_method: captureMethod.optional(),
  confirm: flag().optional(),
  automatic_payment_methods: automaticMethodsParameter,
  confirmation_method: oneOf('automatic', 'manual').optional(),
  customer: objectId().optional(),
  description: unsettable(text(1000)).optional(),
  metadata: metadata().optional(),
  on_behalf_of: objectId().optional(),
  payment_method: objectId().optional(),
  ...cardParameters,
  receipt_email: unsettable(email()).optional(),
  ...shippingParameter,
  ...descriptorParameters,
  ...splitParameters,
  ...confirmationParameters,
  // Accepted and without effect: what it asks for is what happens anyway.
  payment_method_types: cardTypes,
  ...expandParameter,
  ...unsupportedEverywhere,
});

/** `POST /v1/payment_intents/:id` */
export const updatePaymentIntentParameters = z.strictObject({
  amount: amount(1n).optional(),
  currency: currency().optional(),
  capture_method: captureMethod.optional(),
  customer: unsettable(objectId()).optional(),
  description: unsettable(text(1000)).optional(),
  metadata: metadataPatch().optional(),
  payment_method: unsettable(objectId()).optional(),
  ...cardParameters,
  receipt_email: unsettable(email()).optional(),
  ...shippingParameter,
  ...descriptorParameters,
  ...splitParameters,
  transfer_group: unsettable(text(255)).optional(),
  payment_method_types: cardTypes,
  ...expandParameter,
  ...unsupportedEverywhere,
  payment_method_options: paymentMethodOptions.optional(),
  ...unsupported('confirmation_token', 'mandate_data', 'on_behalf_of'),
});

/** `POST /v1/payment_intents/:id/confirm` */
export const confirmPaymentIntentParameters = z.strictObject({
  client_secret: text(200).optional(),
  payment_method: objectId().optional(),
  ...cardParameters,
  capture_method: captureMethod.optional(),
  receipt_email: unsettable(email()).optional(),
  ...shippingParameter,
  payment_method_types: cardTypes,
  ...confirmationParameters,
  ...expandParameter,
  ...unsupportedEverywhere,
  ...unsupported('amount_to_confirm', 'on_behalf_of'),
});

/** `POST /v1/payment_intents/:id/capture` */
export const capturePaymentIntentParameters = z.strictObject({
  amount_to_capture: amount(0n).optional(),
  final_capture: flag().optional(),
  ...captureTerms,
  metadata: metadataPatch().optional(),
  ...expandParameter,
  ...unsupported(
    'amount_details',
    'hooks',
    'payment_details',
    'statement_descriptor',
    'statement_descriptor_suffix',
  ),
});

/** `POST /v1/payment_intents/:id/increment_authorization` */
export const incrementAuthorizationParameters = z.strictObject({
  amount: amount(1n),
  application_fee_amount: splitParameters.application_fee_amount,
  description: unsettable(text(1000)).optional(),
  metadata: metadataPatch().optional(),
  split: splitParameters.split,
  statement_descriptor: unsettable(descriptor).optional(),
  ...expandParameter,
  ...unsupported('amount_details', 'hooks', 'payment_details', 'transfer_data'),
});

/** `POST /v1/payment_intents/:id/cancel` */
export const cancelPaymentIntentParameters = z.strictObject({
  cancellation_reason: oneOf(...CANCELLATION_REASONS).optional(),
  ...expandParameter,
});

/** `GET /v1/payment_intents/:id` */
export const retrievePaymentIntentParameters = z.strictObject({
  client_secret: text(200).optional(),
  ...expandParameter,
});

/** `GET /v1/payment_intents` */
export const listPaymentIntentsParameters = z.strictObject({
  ...pageParameters,
  customer: objectId().optional(),
  transfer_group: text(255).optional(),
  ...unsupported('customer_account'),
});

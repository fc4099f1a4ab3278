import {
  command,
  idsInput,
  metadataSchema as metadata,
  metadataPatchSchema as metadataPatch,
  type Page,
  pageCodes,
  pageInput,
  query,
  returnAddress,
} from '@tpmall/platform/contract';
import { ALLOW_REDISPLAY, type Card } from '@tpmall/vault/contract';
import { z } from 'zod';
import { mandateAcceptanceSchema as mandateAcceptance } from './mandate-acceptance.ts';
import { SETUP_CANCELLATION_REASONS, type SetupIntent } from './setup-intent.ts';
import { AUTOMATIC_PAYMENT_METHODS, SETUP_USAGES } from './types.ts';

const id = z.string().min(1).max(64);
const text = z.string().min(1).max(1000);
const page = pageInput(id);

/** What the shopper's browser and the caller tell about one confirmation of a setup. */
const setupConfirmation = {
  paymentMethod: id.optional(),
  returnUrl: returnAddress.max(2000).optional(),
  /** `any` asks for 3-D Secure even where the issuer would verify the card without. */
  requestThreeDSecure: z.enum(['automatic', 'any']).optional(),
  mandateAcceptance: mandateAcceptance.optional(),
};
const setupFields = {
  customer: id.nullable().optional(),
  paymentMethod: id.nullable().optional(),
  description: text.nullable().optional(),
};

/** Cards that are saved for customers: with their issuer's word, or as they are. */
export const savingOperations = {
  /** Opens a setup intent, and with `confirm` tries to save its card at once. */
  createSetupIntent: command<SetupIntent>()({
    input: z.strictObject({
      ...setupFields,
      usage: z.enum(SETUP_USAGES),
      /** For a confirmation that does not say it. */
      requestThreeDSecure: z.enum(['automatic', 'any']).optional(),
      automaticPaymentMethods: z.enum(AUTOMATIC_PAYMENT_METHODS).optional(),
      metadata: metadata.optional(),
      /** An account of the tenant's. */
      onBehalfOf: id.optional(),
      confirm: z.strictObject(setupConfirmation).optional(),
    }),
    codes: [
      'destination_not_found',
      'customer_not_found',
      'payment_method_not_found',
      'payment_method_not_usable',
      'payment_method_missing',
      'card_declined',
      'authentication_required',
      'idempotency_mismatch',
    ],
    callers: ['gateway', 'mall', 'checkout'],
  }),
  updateSetupIntent: command<SetupIntent>()({
    input: z.strictObject({ id, ...setupFields, metadata: metadataPatch.optional() }),
    codes: [
      'not_found',
      'setup_intent_unexpected_state',
      'customer_not_found',
      'payment_method_not_found',
      'payment_method_not_usable',
      'metadata_too_many_keys',
      'idempotency_mismatch',
    ],
    callers: ['gateway', 'mall', 'checkout'],
  }),
  /**
   * Has the issuer verify the card, and saves it for the customer. A refusal is `card_declined` with the
   * setup left open for another card. No money is at stake, so a lost answer is a refusal as well.
   */
  confirmSetupIntent: command<SetupIntent>()({
    input: z.strictObject({ id, ...setupConfirmation }),
    codes: [
      'not_found',
      'setup_intent_unexpected_state',
      'payment_method_not_found',
      'payment_method_not_usable',
      'payment_method_missing',
      'card_declined',
      'authentication_required',
      'idempotency_mismatch',
    ],
    callers: ['gateway', 'mall', 'checkout'],
  }),
  cancelSetupIntent: command<SetupIntent>()({
    input: z.strictObject({ id, reason: z.enum(SETUP_CANCELLATION_REASONS).nullable().optional() }),
    codes: ['not_found', 'setup_intent_unexpected_state', 'idempotency_mismatch'],
    callers: ['gateway', 'mall', 'checkout'],
  }),
  findSetupIntent: query<SetupIntent>()({
    input: z.strictObject({ id }),
    codes: ['not_found'],
    callers: ['gateway', 'mall', 'checkout', 'web'],
  }),
  /** As `findSetupIntent`, many at once. */
  findSetupIntents: query<readonly SetupIntent[]>()({
    input: z.strictObject(idsInput(id)),
    callers: ['gateway'],
  }),
  listSetupIntents: query<Page<SetupIntent>>()({
    input: z.strictObject({ ...page, customer: id.optional(), paymentMethod: id.optional() }),
    codes: pageCodes,
    callers: ['gateway', 'mall', 'checkout'],
  }),
  /** Saves a card for a customer. Of a test card a card of the tenant's own is made. */
  attachPaymentMethod: command<Card>()({
    input: z.strictObject({ id, customer: id, allowRedisplay: z.enum(ALLOW_REDISPLAY).optional() }),
    codes: ['not_found', 'customer_not_found', 'payment_method_not_usable', 'idempotency_mismatch'],
    callers: ['gateway', 'mall', 'checkout'],
  }),
  /** Takes a saved card away from its customer, for good. */
  detachPaymentMethod: command<Card>()({
    input: z.strictObject({ id }),
    codes: ['not_found', 'payment_method_not_attached', 'idempotency_mismatch'],
    callers: ['gateway', 'mall', 'checkout'],
  }),
};

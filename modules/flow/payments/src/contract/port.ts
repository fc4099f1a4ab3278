import {
  command,
  defineContract,
  idsInput,
  metadataSchema as metadata,
  metadataPatchSchema as metadataPatch,
  type Page,
  pageCodes,
  pageInput,
  query,
  returnAddress,
} from '@tpmall/platform/contract';
import { type SearchPage, searchInput } from '@tpmall/platform/search';
import { z } from 'zod';
import { BALANCE_TRANSACTION_TYPES, type Balance, type BalanceTransaction } from './balance.ts';
import { customerOperations } from './customer.ts';
import { mandateAcceptanceSchema as mandateAcceptance } from './mandate-acceptance.ts';
import { shippingSchema as shipping } from './postal-address.ts';
import { resolutionOperations } from './resolution.ts';
import { savingOperations } from './saving-operations.ts';
import {
  AUTOMATIC_PAYMENT_METHODS,
  CANCELLATION_REASONS,
  CAPTURE_METHODS,
  type Charge,
  type PaymentIntent,
  type Refund,
  type RefundsOfCharge,
  SETUP_USAGES,
} from './types.ts';
import { walletOperations } from './wallet-payment.ts';

const id = z.string().min(1).max(64);
const several = z.strictObject(idsInput(id));
const amount = z.bigint().positive();
const currency = z.string().regex(/^[a-z]{3}$/);
const text = z.string().min(1).max(1000);
/**
 * Who gets a payment, as it is asked for. A leg without an amount gets all of it and is the only one. A leg
 * without a commission pays what its merchant's fee plan says when the request is first accepted.
 */
const split = z
  .array(
    z.strictObject({
      destination: id,
      amount: amount.optional(),
      applicationFee: z.bigint().min(0n).optional(),
    }),
  )
  .max(100);
/** What is asked of an authorisation; what is not given stays as it was, and is false to begin with. */
const captureRequests = z.strictObject({
  multicapture: z.boolean().optional(),
  overcapture: z.boolean().optional(),
  incrementalAuthorisation: z.boolean().optional(),
});
const requestThreeDSecure = z.enum(['automatic', 'any']);
const page = pageInput(id);
/** What the shopper's browser and the caller tell about one confirmation. */
const confirmation = {
  paymentMethod: id.optional(),
  returnUrl: returnAddress.max(2000).optional(),
  offSession: z.boolean().optional(),
  /** Declines where the shopper would have to act, as a payment without the shopper does. */
  declineOnAction: z.boolean().optional(),
  /** `any` asks for 3-D Secure whatever the risk decision. */
  requestThreeDSecure: requestThreeDSecure.optional(),
  captureRequests: captureRequests.optional(),
  /** Has the card saved for the intent's customer once the payment holds or has taken its amount. */
  setupFutureUsage: z.enum(SETUP_USAGES).nullable().optional(),
  captureMethod: z.enum(CAPTURE_METHODS).optional(),
  receiptEmail: z.email().max(320).nullable().optional(),
  shipping: shipping.nullable().optional(),
  mandateAcceptance: mandateAcceptance.optional(),
  ip: z.string().max(45).optional(),
};

const intentFields = {
  customer: id.nullable().optional(),
  paymentMethod: id.nullable().optional(),
  description: text.nullable().optional(),
  receiptEmail: z.email().max(320).nullable().optional(),
  shipping: shipping.nullable().optional(),
  captureRequests: captureRequests.optional(),
  statementDescriptor: z.string().min(1).max(22).nullable().optional(),
  /** Stands behind the platform's own descriptor; excludes `statementDescriptor`. */
  statementDescriptorSuffix: z.string().min(1).max(22).optional(),
  transferGroup: z.string().min(1).max(255).nullable().optional(),
  setupFutureUsage: z.enum(SETUP_USAGES).nullable().optional(),
};

/** Codes that more than one operation answers with. */
const unexpectedState = 'payment_intent_unexpected_state';

/** Payments from the first word to the last refund. */
export const paymentsContract = defineContract({
  module: 'payments',
  version: 1,
  operations: {
    /** Opens an intent, and with `confirm` tries to pay it at once. */
    createIntent: command<PaymentIntent>()({
      input: z.strictObject({
        ...intentFields,
        metadata: metadata.optional(),
        amount,
        currency,
        captureMethod: z.enum(CAPTURE_METHODS),
        confirmationMethod: z.enum(['automatic', 'manual']),
        automaticPaymentMethods: z.enum(AUTOMATIC_PAYMENT_METHODS).optional(),
        /** For a confirmation that does not say it. */
        requestThreeDSecure: requestThreeDSecure.optional(),
        split,
        /** An account of the tenant's; where there is none, `destination_not_found`. */
        onBehalfOf: id.optional(),
        confirm: z.strictObject(confirmation).optional(),
      }),
      codes: [
        'customer_not_found',
        'payment_method_not_found',
        'payment_method_not_usable',
        'payment_method_missing',
        'destination_not_found',
        'destination_not_capable',
        'split_exceeds_amount',
        'amount_too_large',
        'statement_descriptor_too_long',
        'card_declined',
        'authentication_required',
        'idempotency_mismatch',
      ],
      callers: ['gateway', 'mall', 'checkout', 'wallet'],
    }),
    updateIntent: command<PaymentIntent>()({
      input: z.strictObject({
        id,
        ...intentFields,
        metadata: metadataPatch.optional(),
        amount: amount.optional(),
        /** Where a split is, another currency needs the split anew. */
        currency: currency.optional(),
        captureMethod: z.enum(CAPTURE_METHODS).optional(),
        /** A merchant who gets all of a payment still does after its amount has changed. */
        split: split.optional(),
        /** The commission of the only merchant, where the split itself stays. */
        applicationFee: z.bigint().min(0n).optional(),
        /** For a confirmation that does not say it. */
        requestThreeDSecure: requestThreeDSecure.optional(),
      }),
      codes: [
        'not_found',
        unexpectedState,
        'customer_not_found',
        'payment_method_not_found',
        'payment_method_not_usable',
        'destination_not_found',
        'destination_not_capable',
        'split_exceeds_amount',
        'split_missing',
        'amount_too_large',
        'statement_descriptor_too_long',
        'metadata_too_many_keys',
        'idempotency_mismatch',
      ],
      callers: ['gateway'],
    }),
    /**
     * Tries to pay. A decline is `card_declined` with the intent left open for another card; a lost answer
     * leaves the intent `processing` and is a success of this call.
     */
    confirmIntent: command<PaymentIntent>()({
      input: z.strictObject({ id, ...confirmation }),
      codes: [
        'not_found',
        unexpectedState,
        'payment_method_not_found',
        'payment_method_not_usable',
        'payment_method_missing',
        'amount_too_large',
        'card_declined',
        'authentication_required',
        'idempotency_mismatch',
      ],
      callers: ['gateway', 'mall', 'checkout', 'web', 'wallet'],
    }),
    /**
     * Takes what is held, or a part of it, and with the final capture lets go of the rest; more than is held
     * as far as the charge's terms allow. Nothing (0) finally lets go of the rest after a capture. The cap
     * holds under concurrency.
     */
    captureIntent: command<PaymentIntent>()({
      input: z.strictObject({
        id,
        amountToCapture: z.bigint().min(0n).optional(),
        /** False keeps the rest held for another capture; true where it is absent. */
        finalCapture: z.boolean().optional(),
        /**
         * What the only merchant pays as commission on this capture, or gets of it without one; else both as
         * the split says. Of the last capture only.
         */
        applicationFee: z.bigint().min(0n).optional(),
        destinationAmount: amount.optional(),
        metadata: metadataPatch.optional(),
      }),
      codes: [
        'not_found',
        unexpectedState,
        'amount_too_large',
        'amount_too_small',
        'multicapture_not_available',
        'capture_not_final',
        'split_missing',
        'split_exceeds_amount',
        'metadata_too_many_keys',
        'idempotency_mismatch',
      ],
      callers: ['gateway', 'mall', 'checkout'],
    }),
    /**
     * Asks the issuer to hold more of an intent of which nothing was captured. A decline is `card_declined`
     * and changes nothing. The split stays as it is, but a merchant who gets all of a payment still does.
     */
    incrementIntent: command<PaymentIntent>()({
      input: z.strictObject({
        id,
        /** The amount as it shall be, in all. */
        amount,
        split: split.optional(),
        applicationFee: z.bigint().min(0n).optional(),
        description: text.nullable().optional(),
        statementDescriptor: z.string().min(1).max(22).nullable().optional(),
        metadata: metadataPatch.optional(),
      }),
      codes: [
        'not_found',
        unexpectedState,
        'increment_not_available',
        'too_many_increments',
        'amount_too_small',
        'amount_too_large',
        'destination_not_found',
        'destination_not_capable',
        'split_exceeds_amount',
        'split_missing',
        'metadata_too_many_keys',
        'card_declined',
        'authentication_required',
        'idempotency_mismatch',
      ],
      callers: ['gateway', 'mall', 'checkout'],
    }),
    cancelIntent: command<PaymentIntent>()({
      input: z.strictObject({
        id,
        reason: z.enum(CANCELLATION_REASONS).nullable().optional(),
        /** Refuses where something is held, rather than letting go of it. */
        unheldOnly: z.boolean().optional(),
      }),
      codes: ['not_found', unexpectedState, 'idempotency_mismatch'],
      callers: ['gateway', 'mall', 'checkout', 'wallet'],
    }),
    findIntent: query<PaymentIntent>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['gateway', 'mall', 'checkout', 'web', 'wallet'],
    }),
    listIntents: query<Page<PaymentIntent>>()({
      input: z.strictObject({
        ...page,
        customer: id.optional(),
        transferGroup: z.string().max(255).optional(),
      }),
      codes: pageCodes,
      callers: ['gateway', 'mall', 'checkout'],
    }),
    /**
     * Intents by amount, created, currency, customer, status and metadata, a moment behind the last change.
     */
    searchIntents: query<SearchPage<PaymentIntent>>()({ input: searchInput, callers: ['gateway'] }),
    /** As `findIntent`, many at once. */
    findIntents: query<readonly PaymentIntent[]>()({ input: several, callers: ['gateway'] }),
    findCharge: query<Charge>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['gateway', 'web'],
    }),
    /** As `findCharge`, many at once. */
    findCharges: query<readonly Charge[]>()({ input: several, callers: ['gateway'] }),
    /** Changes what a charge says of itself, and no money. */
    updateCharge: command<Charge>()({
      input: z.strictObject({
        id,
        description: text.nullable().optional(),
        receiptEmail: z.email().max(320).nullable().optional(),
        shipping: shipping.nullable().optional(),
        transferGroup: z.string().min(1).max(255).nullable().optional(),
        metadata: metadataPatch.optional(),
      }),
      codes: ['not_found', 'metadata_too_many_keys', 'idempotency_mismatch'],
      callers: ['gateway', 'mall'],
    }),
    listCharges: query<Page<Charge>>()({
      input: z.strictObject({
        ...page,
        paymentIntent: id.optional(),
        customer: id.optional(),
        transferGroup: z.string().max(255).optional(),
      }),
      codes: pageCodes,
      callers: ['gateway', 'wallet'],
    }),
    /**
     * As `searchIntents`; also by refunded and card.brand, card.expMonth, card.expYear, card.fingerprint,
     * card.last4.
     */
    searchCharges: query<SearchPage<Charge>>()({ input: searchInput, callers: ['gateway'] }),
    /** Sends money back. All refunds of a charge together never exceed what was captured. */
    createRefund: command<Refund>()({
      input: z.strictObject({
        charge: id.optional(),
        paymentIntent: id.optional(),
        /** Without it everything that is left, of the charge or of the destination's part. */
        amount: amount.optional(),
        /** The merchant whose part it comes from, its commission in proportion; otherwise from all parts. */
        destination: id.optional(),
        reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).nullable().optional(),
        metadata: metadata.optional(),
      }),
      codes: [
        'not_found',
        'charge_not_refundable',
        'charge_already_refunded',
        'destination_not_found',
        'amount_too_large',
        'idempotency_mismatch',
      ],
      callers: ['gateway', 'mall'],
    }),
    updateRefund: command<Refund>()({
      input: z.strictObject({ id, metadata: metadataPatch.optional() }),
      codes: ['not_found', 'metadata_too_many_keys', 'idempotency_mismatch'],
      callers: ['gateway', 'mall'],
    }),
    /** Calls a refund off, as long as it is certain that the acquirer has not heard of it. */
    cancelRefund: command<Refund>()({
      input: z.strictObject({ id }),
      codes: ['not_found', 'refund_not_cancelable', 'idempotency_mismatch'],
      callers: ['gateway', 'mall'],
    }),
    findRefund: query<Refund>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['gateway', 'mall'],
    }),
    listRefunds: query<Page<Refund>>()({
      input: z.strictObject({ ...page, charge: id.optional(), paymentIntent: id.optional() }),
      codes: pageCodes,
      callers: ['gateway', 'mall'],
    }),
    /** As `findRefund`, many at once. */
    findRefunds: query<readonly Refund[]>()({ input: several, callers: ['gateway'] }),
    /** The first page of the refunds of each of many charges; a charge without any is left out. */
    listRefundsOfCharges: query<readonly RefundsOfCharge[]>()({
      input: several.extend({ limit: z.number().int().min(1).max(100) }),
      callers: ['gateway'],
    }),
    /** The platform's own balance in each currency; the merchants' are theirs. */
    readBalance: query<readonly Balance[]>()({ input: z.strictObject({}), callers: ['gateway'] }),
    findBalanceTransaction: query<BalanceTransaction>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['gateway'],
    }),
    /** As `findBalanceTransaction`, many at once. */
    findBalanceTransactions: query<readonly BalanceTransaction[]>()({
      input: several,
      callers: ['gateway'],
    }),
    listBalanceTransactions: query<Page<BalanceTransaction>>()({
      input: z.strictObject({
        ...page,
        currency: currency.optional(),
        source: id.optional(),
        type: z.enum(BALANCE_TRANSACTION_TYPES).optional(),
      }),
      codes: pageCodes,
      callers: ['gateway'],
    }),
    ...customerOperations,
    ...resolutionOperations,
    ...savingOperations,
    ...walletOperations,
  },
});

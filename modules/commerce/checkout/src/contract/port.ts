import { id, newProduct, priceTerms } from '@tpmall/catalogue/contract';
import { SETUP_USAGES, shippingSchema } from '@tpmall/payments/contract';
import {
  command,
  defineContract,
  idsInput,
  metadataPatchSchema,
  metadataSchema,
  type Page,
  pageCodes,
  pageInput,
  query,
} from '@tpmall/platform/contract';
import { ALLOW_REDISPLAY } from '@tpmall/vault/contract';
import { z } from 'zod';
import { collectsChangeSchema, detailsSchema } from './collects.ts';
import type { SessionCard } from './saved-cards.ts';
import { type PaymentLink, type Session, type SessionPayment, SUBMIT_TYPES } from './types.ts';

/**
 * Lines of one order, of either kind: an order of the mall has a delivery of each merchant beside its goods.
 */
const LINES_MAX = 100;
/** Pieces of one line. */
const QUANTITY_MAX = 999_999;

const text = (max: number) => z.string().min(1).max(max);
const quantity = z.number().int().min(1).max(QUANTITY_MAX);
const address = z.url({ protocol: /^https?$/ }).max(5000);
const page = pageInput(id);
const lines = z
  .array(
    z.strictObject({
      /** One of `price` and `priceData`. */
      price: id.optional(),
      priceData: priceTerms
        .omit({ currencyOptions: true })
        .extend({ product: id.optional(), productData: newProduct.optional() })
        .optional(),
      quantity,
      /** See `LineItem`. */
      isDelivery: z.boolean().optional(),
      adjustableQuantity: z
        .strictObject({
          minimum: z.number().int().min(0).max(QUANTITY_MAX),
          maximum: quantity,
        })
        .refine(({ minimum, maximum }) => minimum <= maximum, { error: 'minimum is above maximum' })
        .nullable()
        .optional(),
    }),
  )
  .min(1)
  .max(2 * LINES_MAX)
  .refine((all) => all.filter(({ price }) => price !== undefined).length <= LINES_MAX, {
    error: `an order has at most ${LINES_MAX} lines of prices that are there`,
  })
  .refine((all) => all.filter(({ priceData }) => priceData !== undefined).length <= LINES_MAX, {
    error: `an order has at most ${LINES_MAX} lines with prices of their own`,
  });
/** A line as it is asked for. */
export type AskedLine = z.output<typeof lines>[number];

/** See `PaymentIntent`. */
const requestThreeDSecure = z.enum(['automatic', 'any']);

const intentData = z.strictObject({
  captureMethod: z.enum(['automatic', 'manual']).optional(),
  description: text(1000).optional(),
  receiptEmail: z.email().max(320).optional(),
  statementDescriptor: z.string().min(1).max(22).optional(),
  statementDescriptorSuffix: z.string().min(1).max(22).optional(),
  transferGroup: text(255).optional(),
  /** An account of the tenant's; where there is none, `destination_not_found`. */
  onBehalfOf: id.optional(),
  setupFutureUsage: z.enum(SETUP_USAGES).optional(),
  requestThreeDSecure: requestThreeDSecure.optional(),
  shipping: shippingSchema.optional(),
  metadata: metadataSchema.optional(),
  split: z
    .array(
      z.strictObject({
        destination: id,
        amount: z.bigint().positive().optional(),
        applicationFee: z.bigint().min(0n).optional(),
      }),
    )
    .max(1)
    .optional(),
});
/** See `IntentData`, as it is asked for. */
export type AskedIntentData = z.output<typeof intentData>;

/** What a session and a link have in common. */
const offer = {
  lines,
  currency: priceTerms.shape.currency.optional(),
  customerCreation: z.enum(['always', 'if_required']).optional(),
  collects: collectsChangeSchema.optional(),
  intentData: intentData.optional(),
  submitType: z.enum(SUBMIT_TYPES).optional(),
  metadata: metadataSchema.optional(),
};
/** Whom a session is for and where it leads, whatever is done in it. */
const visit = {
  customer: id.optional(),
  customerEmail: z.email().max(320).optional(),
  clientReferenceId: text(200).optional(),
  successUrl: address.optional(),
  cancelUrl: address.optional(),
  locale: text(10).optional(),
  /** Microseconds; 30 minutes to 24 hours from now. */
  expiresAt: z.number().int().optional(),
};
/** What opening a session can be refused with, whatever is done in it. */
const unopenable = ['customer_not_found', 'expires_at_out_of_bounds', 'idempotency_mismatch'] as const;
const afterCompletion = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hosted_confirmation'), customMessage: text(500).nullable() }),
  z.strictObject({ type: z.literal('redirect'), url: address }),
]);
const completedSessionsLimit = z.number().int().min(1).max(1_000_000);
const mine = ['gateway', 'mall'];
/** What a shopper's page asks too. */
const shoppers = [...mine, 'web'];

/** What making an order of lines can be refused with. */
const composition = [
  'price_not_found',
  'price_inactive',
  'price_recurring',
  'product_not_found',
  'product_exists',
  'merchant_not_found',
  'currency_mismatch',
  'amount_too_large',
  'destination_not_found',
  'destination_not_capable',
  'split_exceeds_amount',
  'split_conflict',
] as const;

/** What whoever pays has seen, and says of themselves. */
const seen = {
  /** The total that the shopper saw; another one is refused. */
  expectedAmount: z.bigint().min(0n).optional(),
  email: z.email().max(320).optional(),
  name: text(1000).optional(),
  ip: z.string().max(45).optional(),
};
/** What every way to pay can be refused with. */
const unpayable = [
  'not_found',
  'session_not_open',
  'details_missing',
  'expected_amount_mismatch',
  'link_is_used_up',
  'customer_not_found',
  'destination_not_found',
  'destination_not_capable',
  'split_exceeds_amount',
  'statement_descriptor_too_long',
  'amount_too_large',
  'card_declined',
  'idempotency_mismatch',
] as const;

/** Orders that are paid on a page of their own. */
export const checkoutContract = defineContract({
  module: 'checkout',
  version: 1,
  operations: {
    createSession: command<Session>()({
      input: z.strictObject({
        ...offer,
        ...visit,
        /** See `Session`; with a customer only. */
        person: id.optional(),
        savedCards: z
          .strictObject({ shown: z.array(z.enum(ALLOW_REDISPLAY)).max(3), mayKeep: z.boolean() })
          .optional(),
      }),
      codes: [...composition, ...unopenable],
      callers: mine,
    }),
    /** Opens a session that saves a card, and the setup intent that saves it. */
    createSetupSession: command<Session>()({
      input: z.strictObject({
        ...visit,
        currency: offer.currency,
        customerCreation: offer.customerCreation,
        collects: offer.collects,
        metadata: offer.metadata,
        setupData: z
          .strictObject({
            description: text(1000).optional(),
            metadata: metadataSchema.optional(),
            onBehalfOf: id.optional(),
            requestThreeDSecure: requestThreeDSecure.optional(),
          })
          .optional(),
      }),
      codes: [...unopenable, 'destination_not_found'],
      callers: mine,
    }),
    updateSession: command<Session>()({
      input: z.strictObject({ id, metadata: metadataPatchSchema.optional() }),
      codes: ['not_found', 'metadata_too_many_keys', 'idempotency_mismatch'],
      callers: mine,
    }),
    /**
     * Sets quantities of lines within the bounds that the seller gave, as a shopper chooses; all or none, and
     * only until somebody has begun to pay. A call without a tenant is a shopper's.
     */
    adjustSession: command<Session>()({
      input: z.strictObject({
        id,
        lines: z
          .array(z.strictObject({ id, quantity: z.number().int().min(0).max(QUANTITY_MAX) }))
          .min(1)
          .max(2 * LINES_MAX),
      }),
      codes: [
        'not_found',
        'session_not_open',
        'line_not_found',
        'quantity_out_of_bounds',
        'amount_too_large',
        'split_exceeds_amount',
        'idempotency_mismatch',
      ],
      callers: ['web'],
    }),
    /**
     * Keeps what a shopper has written into the fields that a session's page asks for, all of it or nothing,
     * until somebody has begun to pay. `details_invalid` names the first field, and in its detail what is
     * wrong with each (`DETAIL_PROBLEMS`). A call without a tenant is a shopper's.
     */
    describePayer: command<Session>()({
      input: z.strictObject({ id, details: detailsSchema }),
      codes: ['not_found', 'session_not_open', 'details_invalid', 'idempotency_mismatch'],
      callers: ['web'],
    }),
    /** Ends an open session: it cannot be paid afterwards, whoever has its page open. */
    expireSession: command<Session>()({
      input: z.strictObject({ id }),
      codes: ['not_found', 'session_not_open', 'idempotency_mismatch'],
      callers: mine,
    }),
    /**
     * Tries to pay an open session with a card, or to save the card. A decline leaves it open for another
     * card. A call without a tenant is a shopper's: the id is the right to pay.
     */
    paySession: command<SessionPayment>()({
      input: z.strictObject({
        id,
        paymentMethod: id.optional(),
        /** Where the shopper goes on after a challenge. */
        returnUrl: address.optional(),
        /** Whoever pays wants this card kept, where the session offers that. */
        keepCard: z.boolean().optional(),
        ...seen,
      }),
      codes: [
        ...unpayable,
        'payment_method_missing',
        'payment_method_not_found',
        'payment_method_not_usable',
        'authentication_required',
      ],
      callers: shoppers,
    }),
    /**
     * Pays an open session with the balance of a wallet, for the person whose wallet it is: the actor of the
     * call. What the balance lacks is `insufficient_funds` (`detail.missing`, `detail.available`, minor
     * units), and leaves the session open. An outcome that nobody knows leaves the intent `processing`.
     */
    paySessionFromWallet: command<SessionPayment>()({
      input: z.strictObject({ id, wallet: id, ...seen }),
      codes: [
        ...unpayable,
        'wallet_not_found',
        'wallet_frozen',
        'currency_not_offered',
        'limit_exceeded',
        'insufficient_funds',
      ],
      callers: ['web'],
    }),
    /**
     * The saved cards that a session offers to the actor of the call. A card that it does not offer to them
     * cannot be paid with by its page either: that is `payment_method_not_usable`.
     */
    listSessionCards: query<readonly SessionCard[]>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['web'],
    }),
    findSession: query<Session>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: mine,
    }),
    /** As `findSession`, many at once. */
    findSessions: query<readonly Session[]>()({
      input: z.strictObject(idsInput(id)),
      callers: ['gateway'],
    }),
    /** The same for whoever has the id: for the shopper's page. */
    showSession: query<Session>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: shoppers,
    }),
    listSessions: query<Page<Session>>()({
      input: z.strictObject({
        ...page,
        customer: id.optional(),
        email: z.string().min(1).max(320).optional(),
        paymentIntent: id.optional(),
        paymentLink: id.optional(),
        status: z.enum(['open', 'complete', 'expired']).optional(),
      }),
      codes: pageCodes,
      callers: mine,
    }),
    createLink: command<PaymentLink>()({
      input: z.strictObject({
        ...offer,
        afterCompletion: afterCompletion.optional(),
        allowPromotionCodes: z.boolean().optional(),
        inactiveMessage: text(500).optional(),
        completedSessionsLimit: completedSessionsLimit.optional(),
      }),
      codes: [...composition, 'idempotency_mismatch'],
      callers: mine,
    }),
    updateLink: command<PaymentLink>()({
      input: z.strictObject({
        id,
        active: z.boolean().optional(),
        afterCompletion: afterCompletion.optional(),
        allowPromotionCodes: z.boolean().optional(),
        customerCreation: offer.customerCreation,
        collects: offer.collects,
        inactiveMessage: text(500).nullable().optional(),
        submitType: offer.submitType,
        completedSessionsLimit: completedSessionsLimit.nullable().optional(),
        metadata: metadataPatchSchema.optional(),
      }),
      codes: ['not_found', 'link_is_used_up', 'metadata_too_many_keys', 'idempotency_mismatch'],
      callers: mine,
    }),
    findLink: query<PaymentLink>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: mine,
    }),
    /** As `findLink`, many at once. */
    findLinks: query<readonly PaymentLink[]>()({
      input: z.strictObject(idsInput(id)),
      callers: ['gateway'],
    }),
    /** The same for whoever has the id: for the shopper's page. */
    showLink: query<PaymentLink>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: shoppers,
    }),
    listLinks: query<Page<PaymentLink>>()({
      input: z.strictObject({ ...page, active: z.boolean().optional() }),
      codes: pageCodes,
      callers: mine,
    }),
    /** Opens a new session of an active link, for whoever has the link. */
    openLink: command<Session>()({
      input: z.strictObject({ id, clientReferenceId: text(200).optional() }),
      codes: ['not_found', 'link_inactive', 'link_is_used_up', 'idempotency_mismatch', ...composition],
      callers: shoppers,
    }),
  },
});

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
  returnAddress,
} from '@tpmall/platform/contract';
import { z } from 'zod';
import {
  ALLOW_REDISPLAY,
  CARD_FORM_VERBS,
  type Card,
  type CardFormOpened,
  type CardsOfCustomer,
  type ClearCard,
} from './card.ts';
import { type CardToken, TOKEN_USAGES } from './token.ts';

const id = z.string().min(1).max(64);
const text = (max: number) => z.string().min(1).max(max).nullable().optional();
/** Details that are given are set, null takes one away, and what is not given stays. */
const billing = z.strictObject({
  name: text(200),
  email: text(320),
  phone: text(40),
  address: z
    .strictObject({
      city: text(100),
      country: text(2),
      line1: text(200),
      line2: text(200),
      postalCode: text(20),
      state: text(100),
    })
    .optional(),
});
const line = z.string().max(500).nullable();
/** What a shopper agrees to besides the card. */
const terms = z.strictObject({
  returnUrl: returnAddress.max(2000).nullable(),
  setupFutureUsage: z.enum(TOKEN_USAGES).nullable(),
  shipping: z
    .strictObject({
      name: z.string().min(1).max(1000),
      phone: line,
      address: z.strictObject({
        city: line,
        country: z
          .string()
          .regex(/^[A-Z]{2}$/)
          .nullable(),
        line1: line,
        line2: line,
        postalCode: line,
        state: line,
      }),
    })
    .nullable(),
});
const allowRedisplay = z.enum(ALLOW_REDISPLAY);
const { createdFrom: _createdFrom, createdTo: _createdTo, ...page } = pageInput(id);

/** Custody of card data. It and `acquiring` are the card data environment. */
export const vaultContract = defineContract({
  module: 'vault',
  version: 1,
  operations: {
    /** A card by its payment method id. Other tenants' cards are not found. */
    findCard: query<Card>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['payments', 'acquiring', 'gateway', 'webhooks', 'web', 'checkout'],
    }),
    /**
     * Cards by their payment method ids, in any order, as {@link findCard} shows them; those that it does not
     * find are left out.
     */
    findCards: query<readonly Card[]>()({
      input: z.strictObject(idsInput(id)),
      callers: ['gateway', 'webhooks'],
    }),
    /**
     * Cards that are saved for a customer, or all usable ones with a fingerprint: which cards of a tenant are
     * the same number. Without either, all saved cards.
     */
    listCards: query<Page<Card>>()({
      input: z.strictObject({
        customer: id.optional(),
        fingerprint: z.string().min(1).max(64).optional(),
        allowRedisplay: allowRedisplay.optional(),
        ...page,
      }),
      codes: pageCodes,
      callers: ['payments', 'gateway', 'checkout'],
    }),
    /** The first page of the cards that are saved for each of many customers; one without any is left out. */
    listCardsOfCustomers: query<readonly CardsOfCustomer[]>()({
      input: z.strictObject({ ...idsInput(id), limit: page.limit }),
      callers: ['gateway'],
    }),
    /**
     * Makes a card of the tenant's own from a test card of the configuration, by the payment method's name
     * (`pm_card_visa`) or the token's (`tok_visa`). Where no test cards are configured there are none.
     */
    adoptTestCard: command<Card>()({
      input: z.strictObject({
        name: id,
        billing: billing.optional(),
        metadata: metadataSchema.optional(),
        allowRedisplay: allowRedisplay.optional(),
      }),
      codes: ['not_found', 'idempotency_mismatch'],
      callers: ['gateway', 'checkout'],
    }),
    /**
     * Makes a token of a test card, for tests of what uses tokens; see {@link adoptTestCard} for the names.
     */
    createTestToken: command<CardToken>()({
      input: z.strictObject({ name: id }),
      codes: ['not_found', 'idempotency_mismatch'],
      callers: ['gateway'],
    }),
    /** Makes a confirmation token of a card of the tenant's that can be paid with. */
    createConfirmationToken: command<CardToken>()({
      input: z.strictObject({ card: id, terms }),
      codes: ['not_found', 'detached', 'idempotency_mismatch'],
      callers: ['gateway'],
    }),
    /** A token of either kind, with its card. Other tenants' tokens are not found. */
    findToken: query<CardToken>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['gateway'],
    }),
    /**
     * Uses a token up: of all commands that try, one gets it. What is given about the card is set, and what
     * is not stays. A repetition of the command answers the token as it is.
     */
    redeemToken: command<CardToken>()({
      input: z.strictObject({
        id,
        /** The intent it is used for, where that is known already. */
        usedFor: id.optional(),
        billing: billing.optional(),
        metadata: metadataSchema.optional(),
        allowRedisplay: allowRedisplay.optional(),
      }),
      codes: ['not_found', 'token_used', 'token_expired', 'idempotency_mismatch'],
      callers: ['gateway'],
    }),
    /**
     * Says what the command that redeemed a token came to: the intent it was used for, or null where nothing
     * came of it, and the token is as good as before. Of any other command it changes nothing.
     */
    settleToken: command<Record<string, never>>()({
      input: z.strictObject({ id, usedFor: id.nullable() }),
      callers: ['gateway'],
    }),
    /**
     * Saves a card for a customer, whose existence is the caller's to know. A card that is saved for the same
     * customer stays so. Of a test card a card of the tenant's own is made.
     */
    attachCard: command<Card>()({
      input: z.strictObject({ id, customer: id, allowRedisplay: allowRedisplay.optional() }),
      codes: ['not_found', 'attached_elsewhere', 'detached', 'idempotency_mismatch'],
      callers: ['payments'],
    }),
    /** Takes a saved card away from its customer, for good: it can neither be paid with nor saved again. */
    detachCard: command<Card>()({
      input: z.strictObject({ id }),
      codes: ['not_found', 'not_attached', 'idempotency_mismatch'],
      callers: ['payments'],
    }),
    /** Changes what is said about a saved card: expiry, billing details, metadata, redisplay. */
    updateCard: command<Card>()({
      input: z.strictObject({
        id,
        expMonth: z.number().int().min(1).max(12).optional(),
        expYear: z.number().int().min(2000).max(2200).optional(),
        billing: billing.optional(),
        metadata: metadataPatchSchema.optional(),
        allowRedisplay: allowRedisplay.optional(),
      }),
      codes: [
        'not_found',
        'not_attached',
        'invalid_expiry_month',
        'invalid_expiry_year',
        'metadata_too_many_keys',
        'idempotency_mismatch',
      ],
      callers: ['gateway'],
    }),
    /** The clear card behind a payment method, for an acquirer message. Audited with its purpose. */
    detokenise: command<ClearCard>()({
      input: z.strictObject({
        id,
        purpose: z.enum(['authorisation', 'authentication', 'refund', 'reversal', 'stand_in']),
      }),
      codes: ['not_found'],
      callers: ['acquiring'],
    }),
    /**
     * Opens a card form for a shopper of this tenant, for an hour: an address on the vault's origin that the
     * page at `returnUrl` may show in a frame. Changes nothing.
     */
    openCardForm: query<CardFormOpened>()({
      input: z.strictObject({
        /** The page that frames the form; without scripts the shopper goes back to it with the card. */
        returnUrl: z.url({ protocol: /^https?$/ }).max(2000),
        /** What the button says is paid; null where nothing is. */
        due: z.strictObject({ amount: z.bigint().positive(), currency: z.string().length(3) }).nullable(),
        verb: z.enum(CARD_FORM_VERBS),
      }),
      callers: ['web'],
    }),
    /**
     * Replaces the key-encryption key: new cards use the new one, old ones are rewrapped in the background.
     */
    rotateKey: command<{ version: number }>()({
      input: z.strictObject({ reason: z.string().min(1).max(200) }),
      callers: ['operator'],
    }),
  },
});

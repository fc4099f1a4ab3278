import { ALLOW_REDISPLAY, type Card, type CardBilling } from '@tpmall/vault/contract';
import { z } from 'zod';
import { cardOnly, OTHER_WAYS, otherWays } from './card-only.ts';
import { expandParameter, pageParameters } from './list.ts';
import {
  email,
  integer,
  metadata,
  metadataPatch,
  objectId,
  oneOf,
  oneOfOrNone,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { secondsToWire, type WireView } from './view.ts';

const address = z.strictObject({
  city: unsettable(text(100)).optional(),
  country: unsettable(text(2)).optional(),
  line1: unsettable(text(200)).optional(),
  line2: unsettable(text(200)).optional(),
  postal_code: unsettable(text(20)).optional(),
  state: unsettable(text(100)).optional(),
});

const billingDetails = z.strictObject({
  address: address.optional(),
  email: unsettable(email()).optional(),
  name: unsettable(text(200)).optional(),
  phone: unsettable(text(40)).optional(),
  ...unsupported('tax_id'),
});

const allowRedisplay = oneOf(...ALLOW_REDISPLAY);

/** Numbers are taken by the vault's origin alone, so a card is named by a token here. */
const cardByToken = z.strictObject({
  token: objectId(),
  ...unsupported('exp_month', 'exp_year', 'networks'),
});

/** A payment method described in place. Beside a confirmation token it says more of the token's own card. */
export const paymentMethodData = z.strictObject({
  type: cardOnly,
  card: cardByToken.optional(),
  billing_details: billingDetails.optional(),
  metadata: metadata().optional(),
  allow_redisplay: allowRedisplay.optional(),
  ...unsupported('radar_options'),
  ...otherWays,
});

/** `POST /v1/payment_methods`, with a token. */
export const createPaymentMethodParameters = paymentMethodData.extend({
  card: cardByToken,
  ...expandParameter,
  ...unsupported('customer', 'payment_method'),
});

/** `POST /v1/payment_methods/:id` */
export const updatePaymentMethodParameters = z.strictObject({
  allow_redisplay: allowRedisplay.optional(),
  billing_details: billingDetails.optional(),
  card: z
    .strictObject({
      exp_month: integer(1, 12).optional(),
      exp_year: integer(2000, 2200).optional(),
      ...unsupported('networks'),
    })
    .optional(),
  metadata: metadataPatch().optional(),
  ...expandParameter,
  ...otherWays,
});

/** `POST /v1/payment_methods/:id/attach` */
export const attachPaymentMethodParameters = z.strictObject({
  customer: objectId(),
  ...expandParameter,
  ...unsupported('customer_account'),
});

/** `GET /v1/customers/:id/payment_methods` */
export const listCustomerPaymentMethodsParameters = z.strictObject({
  ...pageParameters,
  type: oneOfOrNone(['card'], OTHER_WAYS).optional(),
  allow_redisplay: allowRedisplay.optional(),
  ...unsupported('created'),
});

/** `GET /v1/payment_methods`, with one filter of our own: `fingerprint` finds cards of one number. */
export const listPaymentMethodsParameters = listCustomerPaymentMethodsParameters.extend({
  customer: objectId().optional(),
  fingerprint: text(64).optional(),
  ...unsupported('customer_account'),
});

/** Billing details of a request in the vault's words: what is not given is left out. */
export function billingFromWire(given: z.infer<typeof billingDetails>) {
  const { address: place, email, name, phone } = given;
  return {
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
    ...(place !== undefined && { address: addressFromWire(place) }),
  };
}

function addressFromWire(given: z.infer<typeof address>) {
  const { city, country, line1, line2, postal_code: postalCode, state } = given;
  return {
    ...(city !== undefined && { city }),
    ...(country !== undefined && { country }),
    ...(line1 !== undefined && { line1 }),
    ...(line2 !== undefined && { line2 }),
    ...(postalCode !== undefined && { postalCode }),
    ...(state !== undefined && { state }),
  };
}

/** ISO 3166-1 user-assigned code by which the vault says that it does not know an issuer's country. */
const UNKNOWN_COUNTRY = 'ZZ';

/** The country of a card's issuer; null where it is not known. */
export function issuerCountry({ country }: Card): string | null {
  return country === UNKNOWN_COUNTRY ? null : country;
}

/** Who a card belongs to and where its bills go; all null where nothing is known. */
export function billingToWire(billing: CardBilling | undefined) {
  return {
    address: {
      city: billing?.address.city ?? null,
      country: billing?.address.country ?? null,
      line1: billing?.address.line1 ?? null,
      line2: billing?.address.line2 ?? null,
      postal_code: billing?.address.postalCode ?? null,
      state: billing?.address.state ?? null,
    },
    email: billing?.email ?? null,
    name: billing?.name ?? null,
    phone: billing?.phone ?? null,
    tax_id: null,
  };
}

/** What a payment method says of its card, and the preview of one in a confirmation token does. */
export function methodPartsToWire(card: Card) {
  return {
    allow_redisplay: card.allowRedisplay,
    billing_details: billingToWire(card.billing),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
      country: issuerCountry(card),
      display_brand: card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: card.fingerprint === '' ? null : card.fingerprint,
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: null,
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    customer: card.customer,
    customer_account: null,
    type: 'card' as const,
  };
}

/** A vaulted card as the payment method that clients of the payments API know. */
export function paymentMethodToWire(card: Card, view: WireView) {
  return {
    id: card.id,
    object: 'payment_method' as const,
    ...methodPartsToWire(card),
    created: secondsToWire(card.createdAt),
    livemode: view.livemode,
    metadata: { ...card.metadata },
  };
}

/** See {@link paymentMethodToWire}. */
export type WirePaymentMethod = ReturnType<typeof paymentMethodToWire>;

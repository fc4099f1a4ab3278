import { BRAND_WORDS, type Card } from '@tpmall/vault/contract';
import { z } from 'zod';
import { expandParameter, pageParameters } from './list.ts';
import {
  integer,
  metadata,
  metadataPatch,
  objectId,
  oneOfOrNone,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { type billingFromWire, issuerCountry } from './payment-method.ts';

/** `POST /v1/customers/:id/sources`, with a token. */
export const createSourceParameters = z.strictObject({
  source: objectId(),
  metadata: metadata().optional(),
  ...expandParameter,
  ...unsupported('validate'),
});

/** `POST /v1/customers/:id/sources/:source` */
export const updateSourceParameters = z.strictObject({
  address_city: unsettable(text(100)).optional(),
  address_country: unsettable(text(2)).optional(),
  address_line1: unsettable(text(200)).optional(),
  address_line2: unsettable(text(200)).optional(),
  address_state: unsettable(text(100)).optional(),
  address_zip: unsettable(text(20)).optional(),
  exp_month: integer(1, 12).optional(),
  exp_year: integer(2000, 2200).optional(),
  metadata: metadataPatch().optional(),
  name: unsettable(text(200)).optional(),
  ...expandParameter,
  ...unsupported('account_holder_name', 'account_holder_type', 'owner'),
});

const { created: _created, ...page } = pageParameters;

/** `GET /v1/customers/:id/sources` */
export const listSourcesParameters = z.strictObject({
  ...page,
  object: oneOfOrNone(['card'], ['bank_account', 'source']).optional(),
});

/** The holder of a card in the vault's words: what is not given is left out. */
export function holderFromWire(
  given: z.infer<typeof updateSourceParameters>,
): ReturnType<typeof billingFromWire> | undefined {
  const { address_city: city, address_country: country, address_line1: line1, address_line2: line2 } = given;
  const { address_state: state, address_zip: postalCode, name } = given;
  const address = {
    ...(city !== undefined && { city }),
    ...(country !== undefined && { country }),
    ...(line1 !== undefined && { line1 }),
    ...(line2 !== undefined && { line2 }),
    ...(postalCode !== undefined && { postalCode }),
    ...(state !== undefined && { state }),
  };
  const hasAddress = Object.keys(address).length > 0;
  if (name === undefined && !hasAddress) return undefined;
  return { ...(name !== undefined && { name }), ...(hasAddress && { address }) };
}

/**
 * A vaulted card as older clients know it: in a token, or as a source of the customer it is saved for. The id
 * is its payment method's.
 */
export function cardSourceToWire(card: Card) {
  const { billing } = card;
  return {
    id: card.id,
    object: 'card' as const,
    address_city: billing?.address.city ?? null,
    address_country: billing?.address.country ?? null,
    address_line1: billing?.address.line1 ?? null,
    address_line1_check: null,
    address_line2: billing?.address.line2 ?? null,
    address_state: billing?.address.state ?? null,
    address_zip: billing?.address.postalCode ?? null,
    address_zip_check: null,
    allow_redisplay: card.allowRedisplay,
    brand: BRAND_WORDS[card.brand],
    country: issuerCountry(card),
    customer: card.customer,
    cvc_check: null,
    dynamic_last4: null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint === '' ? null : card.fingerprint,
    funding: card.funding,
    last4: card.last4,
    metadata: { ...card.metadata },
    name: billing?.name ?? null,
    networks: { preferred: null },
    regulated_status: null,
    tokenization_method: null,
  };
}

/** See {@link cardSourceToWire}. */
export type WireCardSource = ReturnType<typeof cardSourceToWire>;

/** What is left of a source that was taken away. */
export function deletedSourceToWire({ id }: Pick<Card, 'id'>) {
  return { id, object: 'card' as const, deleted: true as const };
}

/**
 * The card that a customer had until it was taken away, as it was told by the vault before.
 *
 * @param before the card right before, as far as it may be told
 */
export function lostSourceToWire(card: Card, before: Partial<Card> = {}) {
  return cardSourceToWire({ ...card, customer: before.customer ?? card.customer });
}

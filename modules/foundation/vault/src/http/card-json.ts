import { UNKNOWN_COUNTRY } from '../card/bins.ts';
import { BRAND_WORDS, type Card, type CardBilling, type CardToken } from '../contract/index.ts';
import { NO_BILLING } from '../service/card-view.ts';

/**
 * Whom a card is shown to. A browser is not told the fingerprint: whoever has a list of them, and the open
 * key of a page, could else try numbers until one answers a fingerprint of the list.
 */
export type CardReader = 'server' | 'browser';

/** A card as the payment method that clients written for the Stripe API expect. */
export function paymentMethodJson(card: Card, reader: CardReader): object {
  return {
    id: card.id,
    object: 'payment_method',
    ...methodParts(card, reader),
    created: seconds(card.createdAt),
    livemode: false,
    metadata: card.metadata ?? {},
  };
}

/** A token as such clients expect it. */
export function tokenJson(token: CardToken, reader: CardReader): object {
  return {
    id: token.id,
    object: 'token',
    card: cardJson(token.card, reader),
    client_ip: null,
    created: seconds(token.createdAt),
    livemode: false,
    type: 'card',
    used: token.used,
  };
}

/** A confirmation token as such clients expect it. */
export function confirmationTokenJson({ terms, ...token }: CardToken, reader: CardReader): object {
  const shipping = terms?.shipping ?? null;
  return {
    id: token.id,
    object: 'confirmation_token',
    created: seconds(token.createdAt),
    expires_at: seconds(token.expiresAt),
    livemode: false,
    mandate_data: null,
    metadata: null,
    payment_intent: null,
    payment_method_options: null,
    payment_method_preview: methodParts(token.card, reader),
    return_url: terms?.returnUrl ?? null,
    setup_future_usage: terms?.setupFutureUsage ?? null,
    setup_intent: null,
    shipping: shipping && {
      address: addressJson(shipping.address),
      name: shipping.name,
      phone: shipping.phone,
    },
    use_stripe_sdk: false,
  };
}

/** What a payment method says of its card, and the preview of one does. */
function methodParts(card: Card, reader: CardReader) {
  const { name, email, phone, address } = card.billing ?? NO_BILLING;
  return {
    allow_redisplay: card.allowRedisplay,
    billing_details: { address: addressJson(address), email, name, phone, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
      country: countryOf(card),
      display_brand: card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: reader === 'browser' ? null : card.fingerprint,
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
    type: 'card',
  };
}

function cardJson(card: Card, reader: CardReader): object {
  const { name, address } = card.billing ?? NO_BILLING;
  return {
    id: card.id,
    object: 'card',
    address_city: address.city,
    address_country: address.country,
    address_line1: address.line1,
    address_line1_check: null,
    address_line2: address.line2,
    address_state: address.state,
    address_zip: address.postalCode,
    address_zip_check: null,
    allow_redisplay: card.allowRedisplay,
    brand: BRAND_WORDS[card.brand],
    country: countryOf(card),
    customer: card.customer,
    cvc_check: null,
    dynamic_last4: null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: reader === 'browser' ? null : card.fingerprint,
    funding: card.funding,
    last4: card.last4,
    metadata: card.metadata ?? {},
    name,
    networks: { preferred: null },
    regulated_status: null,
    tokenization_method: null,
  };
}

function addressJson(address: CardBilling['address']) {
  return {
    city: address.city,
    country: address.country,
    line1: address.line1,
    line2: address.line2,
    postal_code: address.postalCode,
    state: address.state,
  };
}

function countryOf({ country }: Card): string | null {
  return country === UNKNOWN_COUNTRY ? null : country;
}

function seconds(at: number): number {
  return Math.floor(at / 1_000_000);
}

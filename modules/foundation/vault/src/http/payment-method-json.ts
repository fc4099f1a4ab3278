import { UNKNOWN_COUNTRY } from '../card/bins.ts';
import type { Card } from '../contract/index.ts';
import { NO_BILLING } from '../service/card-view.ts';

/** A card as the payment method that clients written for the Stripe API expect. */
export function paymentMethodJson(card: Card): object {
  const { name, email, phone, address } = card.billing ?? NO_BILLING;
  return {
    id: card.id,
    object: 'payment_method',
    allow_redisplay: card.allowRedisplay,
    billing_details: {
      address: {
        city: address.city,
        country: address.country,
        line1: address.line1,
        line2: address.line2,
        postal_code: address.postalCode,
        state: address.state,
      },
      email,
      name,
      phone,
      tax_id: null,
    },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
      country: card.country === UNKNOWN_COUNTRY ? null : card.country,
      display_brand: card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: card.fingerprint,
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: null,
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: Math.floor(card.createdAt / 1_000_000),
    customer: card.customer,
    customer_account: null,
    livemode: false,
    metadata: card.metadata ?? {},
    type: 'card',
  };
}

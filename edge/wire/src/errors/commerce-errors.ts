import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Refusals of catalogue and checkout. */
export const commerceErrors = {
  resource_already_exists: {
    id: 'TPM_CATALOGUE_RESOURCE_ALREADY_EXISTS',
    type: invalid,
    status: 400,
    explanation: `There is such an object already, or there was. ${nothingChanged}`,
    remedy: 'Choose another id or lookup key; transfer_lookup_key takes a lookup key over.',
  },
  product_has_prices: {
    id: 'TPM_CATALOGUE_PRODUCT_HAS_PRICES',
    type: invalid,
    status: 400,
    explanation: `A product that has prices cannot be deleted. ${nothingChanged}`,
    remedy: 'Make it inactive instead; then nobody can buy it.',
  },
  price_is_fixed: {
    id: 'TPM_CATALOGUE_PRICE_IS_FIXED',
    type: invalid,
    status: 400,
    explanation: `What a price says of money never changes. ${nothingChanged}`,
    remedy: 'Make a new price, and make the old one inactive.',
  },
  price_inactive: {
    id: 'TPM_CHECKOUT_PRICE_INACTIVE',
    type: invalid,
    status: 400,
    explanation: 'The price or its product is not active, so it cannot be bought.',
    remedy: 'Make both active, or use another price.',
  },
  price_recurring: {
    id: 'TPM_CHECKOUT_PRICE_RECURRING',
    type: invalid,
    status: 400,
    explanation: 'The price is recurring, and this server has no subscriptions.',
    remedy: 'Use a price without `recurring`.',
  },
  currency_mismatch: {
    id: 'TPM_CHECKOUT_CURRENCY_MISMATCH',
    type: invalid,
    status: 400,
    explanation: 'All lines of an order are paid in one currency, and one of them has no price in it.',
    remedy: 'Give the price that currency by `currency_options`, or choose another `currency`.',
  },
  checkout_session_not_open: {
    id: 'TPM_CHECKOUT_SESSION_NOT_OPEN',
    type: invalid,
    status: 400,
    explanation: `The checkout session has been paid, is being paid, or has expired. ${nothingChanged}`,
    remedy: 'Read the session and act on its status; a new order needs a new session.',
  },
  checkout_amount_mismatch: {
    id: 'TPM_CHECKOUT_AMOUNT_MISMATCH',
    type: invalid,
    status: 400,
    explanation: `The session comes to another amount than the shopper was shown. ${nothingChanged}`,
    remedy: 'Show the shopper the session as it is, and send its `amount_total`.',
  },
  payment_link_inactive: {
    id: 'TPM_CHECKOUT_PAYMENT_LINK_INACTIVE',
    type: invalid,
    status: 400,
    explanation: `The payment link is not active. ${nothingChanged}`,
    remedy: 'Ask whoever sent it for another one.',
  },
  payment_link_used_up: {
    id: 'TPM_CHECKOUT_PAYMENT_LINK_USED_UP',
    type: invalid,
    status: 400,
    explanation: 'The payment link takes a limited number of payments, and all places are taken.',
    remedy: 'A place that is not paid becomes free when its session expires; or raise the limit.',
  },
  split_conflict: {
    id: 'TPM_CHECKOUT_SPLIT_CONFLICT',
    type: invalid,
    status: 400,
    explanation: 'The products belong to merchants, who get what is theirs; the request says otherwise.',
    remedy: 'Leave out `transfer_data` and `application_fee_amount`, or sell products of no merchant.',
  },
} as const satisfies Record<string, CatalogueEntry>;

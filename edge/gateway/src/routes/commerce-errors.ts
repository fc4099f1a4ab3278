import type { catalogueContract } from '@tpmall/catalogue/contract';
import type { checkoutContract } from '@tpmall/checkout/contract';
import type { CodeOf } from '@tpmall/platform/contract';
import { cursorMeanings, type Meanings, wireParameter } from '../pipeline/answer.ts';

type Catalogue = (typeof catalogueContract)['operations'];
/** What a page alone does: nothing but its own session says whose wallet or cards they are. */
type OfPages = 'paySessionFromWallet' | 'listSessionCards' | 'describePayer';
type Checkout = Omit<(typeof checkoutContract)['operations'], OfPages>;

const mismatch = { idempotency_mismatch: 'idempotency_mismatch' } as const;
const opening = {
  customer_not_found: { code: 'resource_missing', status: 400 },
  expires_at_out_of_bounds: 'parameter_invalid_integer',
} as const;
const gone = { not_found: { code: 'resource_missing', param: 'id', status: 404 } } as const;
const tooManyKeys = {
  metadata_too_many_keys: { code: 'parameter_invalid_object', param: 'metadata' },
} as const;
/** A parameter, not the path, names what is missing. */
const named = { code: 'resource_missing', status: 400 } as const;
const subject = {
  product_not_found: named,
  product_exists: 'resource_already_exists',
  merchant_not_found: named,
} as const;

/** The meaning of every refusal of the catalogue, by operation. */
export const catalogueMeanings = {
  createProduct: { ...mismatch, product_exists: 'resource_already_exists', merchant_not_found: named },
  updateProduct: { ...mismatch, ...gone, ...tooManyKeys, price_not_found: named, merchant_not_found: named },
  deleteProduct: { ...mismatch, ...gone, product_has_prices: 'product_has_prices' },
  findProduct: gone,
  listProducts: cursorMeanings,
  searchProducts: {},
  createPrice: { ...mismatch, ...subject, lookup_key_taken: 'resource_already_exists' },
  updatePrice: {
    ...mismatch,
    ...gone,
    ...tooManyKeys,
    lookup_key_taken: 'resource_already_exists',
    price_is_fixed: 'price_is_fixed',
  },
  findPrice: gone,
  listPrices: cursorMeanings,
  searchPrices: {},
  findPrices: {},
  readPrices: {},
  findProducts: {},
  createInlinePrices: { ...mismatch, ...subject },
} as const satisfies { readonly [Name in keyof Catalogue]: Meanings<CodeOf<Catalogue[Name]>> };

const composition = {
  ...subject,
  price_not_found: named,
  price_inactive: 'price_inactive',
  price_recurring: 'price_recurring',
  currency_mismatch: 'currency_mismatch',
  amount_too_large: 'amount_too_large',
  destination_not_found: named,
  destination_not_capable: 'destination_not_capable',
  split_exceeds_amount: 'split_exceeds_amount',
  split_conflict: 'split_conflict',
} as const;
const usedUp = { link_is_used_up: 'payment_link_used_up' } as const;
const notOpen = { session_not_open: 'checkout_session_not_open' } as const;

/** The meaning of every refusal of checkout, by operation. */
export const checkoutMeanings = {
  createSession: {
    ...mismatch,
    ...composition,
    ...opening,
  },
  createSetupSession: { ...mismatch, ...opening, destination_not_found: named },
  updateSession: { ...mismatch, ...gone, ...tooManyKeys },
  adjustSession: {
    ...mismatch,
    ...gone,
    ...notOpen,
    line_not_found: named,
    quantity_out_of_bounds: 'parameter_invalid_integer',
    amount_too_large: 'amount_too_large',
    split_exceeds_amount: 'split_exceeds_amount',
  },
  expireSession: { ...mismatch, ...gone, ...notOpen },
  paySession: {
    ...mismatch,
    ...gone,
    ...notOpen,
    ...usedUp,
    details_missing: 'parameter_missing',
    expected_amount_mismatch: 'checkout_amount_mismatch',
    payment_method_missing: { code: 'parameter_missing', param: 'payment_method' },
    payment_method_not_found: { ...named, param: 'payment_method' },
    payment_method_not_usable: { code: 'payment_method_unexpected_state', param: 'payment_method' },
    customer_not_found: named,
    destination_not_found: named,
    destination_not_capable: 'destination_not_capable',
    split_exceeds_amount: 'split_exceeds_amount',
    statement_descriptor_too_long: 'parameter_invalid_string',
    amount_too_large: 'amount_too_large',
    card_declined: 'card_declined',
    authentication_required: 'authentication_required',
  },
  findSession: gone,
  showSession: gone,
  findSessions: {},
  listSessions: cursorMeanings,
  createLink: { ...mismatch, ...composition },
  updateLink: { ...mismatch, ...gone, ...tooManyKeys, ...usedUp },
  findLink: gone,
  showLink: gone,
  findLinks: {},
  listLinks: cursorMeanings,
  openLink: { ...mismatch, ...gone, ...composition, ...usedUp, link_inactive: 'payment_link_inactive' },
} as const satisfies { readonly [Name in keyof Checkout]: Meanings<CodeOf<Checkout[Name]>> };

/** The parameter behind a field of catalogue or checkout, where the wire has another name for it. */
export function commerceParameter(field: string): string {
  const param = wireParameter(
    field
      .replace(/^lines/, 'line_items')
      .replace(/^intentData\.split\[0\]\.applicationFee$/, 'intentData.applicationFeeAmount')
      .replace(/^intentData\.split\[0\]/, 'intentData.transferData')
      .replace(/^intentData/, 'paymentIntentData')
      .replace(/^setupData/, 'setupIntentData')
      .replace(/^defaultPrice\./, 'defaultPriceData.')
      .replace(/^completedSessionsLimit$/, 'restrictions.completedSessions.limit'),
  );
  return param;
}

/** The same for links, where it does not stand under `payment_intent_data`. */
export function linkParameter(field: string): string {
  return commerceParameter(field).replace(
    /^payment_intent_data\[(transfer_data|application_fee_amount|on_behalf_of)\]/,
    '$1',
  );
}

import { err, ok, type Result } from '@tpmall/kernel';
import { listToWire } from './list.ts';

/** Objects of the wire that hold ids of others. */
export type ExpandableObject =
  | 'payment_intent'
  | 'charge'
  | 'refund'
  | 'balance'
  | 'balance_transaction'
  /** A charge or a refund. */
  | 'balance_source'
  | 'customer'
  | 'account'
  | 'payment_method'
  /** A saved card as a source of its customer. */
  | 'card'
  | 'token'
  | 'confirmation_token'
  | 'setup_intent'
  | 'product'
  | 'price'
  | 'checkout_session'
  | 'payment_page'
  | 'payment_link'
  | IncludedObject
  | PartObject
  | EmptyPart
  | 'line_item'
  /** What clients expand and nothing here has: null or its id, with and without being expanded. */
  | 'nothing';

/** Parts of an object that are shown only where they are expanded; they are found by the object's own id. */
export type IncludedObject =
  | 'currency_options'
  | 'session_lines'
  | 'link_lines'
  | 'charge_refunds'
  | 'customer_sources';

const INCLUDED: readonly string[] = [
  ...['currency_options', 'session_lines', 'link_lines'],
  ...['charge_refunds', 'customer_sources'],
];

/** Parts of an object that always stand in it: only what they hold can be expanded. */
export type PartObject =
  | 'transfer_data'
  | 'invoice_settings'
  | 'method_preview'
  | 'total_details'
  | 'shipping_cost';

const PARTS: readonly string[] = [
  ...['transfer_data', 'invoice_settings', 'method_preview'],
  ...['total_details', 'shipping_cost'],
];

/** Parts that clients expand and that are empty here, though not null; they are shown only where expanded. */
export type EmptyPart = 'no_tax_ids' | 'no_subscriptions' | 'no_breakdown' | 'no_items';

const EMPTY_PARTS: readonly string[] = [
  ...['no_tax_ids', 'no_subscriptions'],
  ...['no_breakdown', 'no_items'],
];

/** Whether a part is empty in every object. */
export function isEmptyPart(kind: ExpandableObject): kind is EmptyPart {
  return EMPTY_PARTS.includes(kind);
}

/** An empty part as it stands in its object, whose id a list names. */
export function emptyPartToWire(kind: EmptyPart, whole: object): object {
  const id = 'id' in whole && typeof whole.id === 'string' ? whole.id : '';
  switch (kind) {
    case 'no_tax_ids':
      return listToWire(`/v1/customers/${id}/tax_ids`, [], false);
    case 'no_subscriptions':
      return listToWire(`/v1/customers/${id}/subscriptions`, [], false);
    case 'no_breakdown':
      return { discounts: [], taxes: [] };
    case 'no_items':
      return [];
  }
}

/** Whether a kind of object is a part of the object that is expanded. */
export function isIncluded(kind: ExpandableObject): kind is IncludedObject {
  return INCLUDED.includes(kind);
}

/** How deep a property may be expanded; `data` of a list does not count. */
export const MAX_EXPAND_DEPTH = 4;

function absent<const Name extends string>(...names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, 'nothing'])) as Readonly<Record<Name, 'nothing'>>;
}

/** The properties that hold the id of another object, and what kind of object it is. */
export const expandable = {
  payment_intent: {
    customer: 'customer',
    latest_charge: 'charge',
    on_behalf_of: 'account',
    payment_method: 'payment_method',
    transfer_data: 'transfer_data',
    ...absent('application', 'invoice', 'payment_record', 'review', 'source'),
  },
  charge: {
    balance_transaction: 'balance_transaction',
    customer: 'customer',
    failure_balance_transaction: 'balance_transaction',
    on_behalf_of: 'account',
    payment_intent: 'payment_intent',
    refunds: 'charge_refunds',
    transfer_data: 'transfer_data',
    ...absent(
      'application',
      'application_fee',
      'dispute',
      'invoice',
      'review',
      'source_transfer',
      'transfer',
    ),
  },
  charge_refunds: { data: 'refund' },
  transfer_data: { destination: 'account' },
  refund: {
    balance_transaction: 'balance_transaction',
    charge: 'charge',
    customer: 'customer',
    failure_balance_transaction: 'balance_transaction',
    payment_intent: 'payment_intent',
    payment_method: 'payment_method',
    ...absent('source_transfer_reversal', 'transfer_reversal'),
  },
  balance: {},
  balance_transaction: { source: 'balance_source' },
  balance_source: {
    balance_transaction: 'balance_transaction',
    charge: 'charge',
    customer: 'customer',
    failure_balance_transaction: 'balance_transaction',
    payment_intent: 'payment_intent',
  },
  customer: {
    default_source: 'card',
    invoice_settings: 'invoice_settings',
    sources: 'customer_sources',
    subscriptions: 'no_subscriptions',
    tax_ids: 'no_tax_ids',
    ...absent('tax', 'test_clock'),
  },
  customer_sources: { data: 'card' },
  card: { customer: 'customer' },
  token: {},
  confirmation_token: { payment_method_preview: 'method_preview' },
  method_preview: { customer: 'customer' },
  invoice_settings: { default_payment_method: 'payment_method' },
  account: {},
  payment_method: { customer: 'customer' },
  setup_intent: {
    customer: 'customer',
    on_behalf_of: 'account',
    payment_method: 'payment_method',
    ...absent('application', 'latest_attempt', 'mandate', 'single_use_mandate'),
  },
  product: { default_price: 'price', ...absent('tax_code') },
  price: { product: 'product', currency_options: 'currency_options', ...absent('tiers') },
  currency_options: {},
  checkout_session: {
    customer: 'customer',
    line_items: 'session_lines',
    payment_intent: 'payment_intent',
    payment_link: 'payment_link',
    setup_intent: 'setup_intent',
    shipping_cost: 'shipping_cost',
    total_details: 'total_details',
    ...absent('invoice', 'subscription'),
  },
  payment_page: { payment_intent: 'payment_intent', setup_intent: 'setup_intent' },
  payment_link: {
    line_items: 'link_lines',
    on_behalf_of: 'account',
    transfer_data: 'transfer_data',
    ...absent('application'),
  },
  session_lines: { data: 'line_item' },
  link_lines: { data: 'line_item' },
  line_item: { price: 'price', taxes: 'no_items', discounts: 'no_items' },
  total_details: { breakdown: 'no_breakdown' },
  shipping_cost: absent('shipping_rate'),
  no_tax_ids: absent('data'),
  no_subscriptions: absent('data'),
  no_breakdown: absent('discounts', 'taxes'),
  no_items: absent('rate', 'discount'),
  nothing: {},
} as const satisfies Record<ExpandableObject, Readonly<Record<string, ExpandableObject>>>;

/** What to expand, as a tree of property names. */
export interface Expansion {
  readonly [property: string]: Expansion;
}

/**
 * Reads the paths of `expand`.
 *
 * @param root the object that the operation answers with
 * @param isList whether it answers with a list of them, so that paths begin with `data.`
 */
export function readExpansion(
  paths: readonly string[],
  root: ExpandableObject,
  isList: boolean,
): Result<Expansion, 'expand_invalid'> {
  const tree: Record<string, Expansion> = {};
  for (const [index, path] of paths.entries()) {
    const field = `expand[${index}]`;
    const parts = path.split('.');
    if (isList && parts.shift() !== 'data') {
      return err('expand_invalid', `expand: ${path}: in a list, paths begin with data.`, { field });
    }
    if (parts.length === 0 || parts.length > MAX_EXPAND_DEPTH) {
      return err('expand_invalid', `expand: at most ${MAX_EXPAND_DEPTH} levels can be expanded`, { field });
    }
    const problem = addPath(tree, parts, root);
    if (problem) return err('expand_invalid', `expand: ${problem}`, { field });
  }
  return ok(tree);
}

/** The kind of object behind a property, or undefined where it cannot be expanded. */
export function expandableKind(object: ExpandableObject, property: string): ExpandableObject | undefined {
  // Whatever is expanded in nothing is nothing.
  if (object === 'nothing') return 'nothing';
  const properties: Readonly<Record<string, ExpandableObject>> = expandable[object];
  return Object.hasOwn(properties, property) ? properties[property] : undefined;
}

function addPath(
  tree: Record<string, Expansion>,
  parts: readonly string[],
  root: ExpandableObject,
): string | undefined {
  let at = tree;
  let object = root;
  for (const part of parts) {
    const kind = expandableKind(object, part);
    if (!kind) return `${part.slice(0, 40)} of a ${object} cannot be expanded`;
    const next: Record<string, Expansion> = { ...at[part] };
    at[part] = next;
    at = next;
    object = kind;
  }
  if (PARTS.includes(object)) return `${parts.join('.')} always stands there; name what to expand in it`;
  return undefined;
}

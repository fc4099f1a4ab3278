import { type ExpandableObject, type Expansion, expandableKind, readExpansion } from '@tpmall/wire';
import { type Answer, refuse } from '../pipeline/answer.ts';
import { mayCall } from '../pipeline/authenticate.ts';
import type { Call } from '../pipeline/route.ts';

/**
 * Where each kind of object is read, so that an expansion shows no more than the key might read there itself;
 * a part of an object is read with it.
 */
const READ_AT: Readonly<Record<ExpandableObject, readonly string[]>> = {
  account: ['/v1/accounts'],
  balance: ['/v1/balance'],
  balance_source: ['/v1/charges', '/v1/refunds'],
  balance_transaction: ['/v1/balance_transactions'],
  card: ['/v1/customers'],
  charge: ['/v1/charges'],
  charge_refunds: ['/v1/refunds'],
  checkout_session: ['/v1/checkout/sessions'],
  currency_options: ['/v1/prices'],
  confirmation_token: ['/v1/confirmation_tokens'],
  customer: ['/v1/customers'],
  customer_sources: ['/v1/customers'],
  invoice_settings: [],
  line_item: [],
  method_preview: [],
  no_breakdown: [],
  no_items: [],
  no_subscriptions: [],
  no_tax_ids: [],
  nothing: [],
  link_lines: [],
  payment_intent: ['/v1/payment_intents'],
  payment_link: ['/v1/payment_links'],
  payment_method: ['/v1/payment_methods'],
  payment_page: ['/v1/payment_pages'],
  price: ['/v1/prices'],
  product: ['/v1/products'],
  refund: ['/v1/refunds'],
  session_lines: [],
  setup_intent: ['/v1/setup_intents'],
  shipping_cost: [],
  token: ['/v1/tokens'],
  total_details: [],
  transfer_data: [],
};

/** What a request asks to expand, or why it may not. */
export type AllowedExpansion = { readonly expansion: Expansion } | { readonly refused: Answer };

/** Reads the paths of `expand`; refuses what cannot be expanded, and what the key may not read. */
export function allowedExpansion(
  call: Call,
  paths: readonly string[],
  root: ExpandableObject,
  isList: boolean,
): AllowedExpansion {
  const expansion = readExpansion(paths, root, isList);
  if (!expansion.ok) {
    const { message, field } = expansion.error;
    return { refused: refuse('expand_invalid', { message, ...(field !== undefined && { param: field }) }) };
  }
  const denied = deniedIn(call, expansion.value, root);
  if (denied === undefined) return { expansion: expansion.value };
  const message = `this key may not read ${denied}, so it cannot be expanded`;
  return { refused: refuse('permission_denied', { message, param: 'expand' }) };
}

/** The first property of an expansion that a restricted key may not read. What a browser reads is fixed. */
function deniedIn(call: Call, expansion: Expansion, object: ExpandableObject): string | undefined {
  const { principal } = call;
  if (principal?.kind !== 'restricted') return undefined;
  for (const [property, deeper] of Object.entries(expansion)) {
    const kind = expandableKind(object, property);
    if (!kind) continue;
    const may = READ_AT[kind].every((path) => mayCall({ access: 'secret', method: 'GET', path }, principal));
    const denied = may ? deniedIn(call, deeper, kind) : property;
    if (denied !== undefined) return denied;
  }
  return undefined;
}

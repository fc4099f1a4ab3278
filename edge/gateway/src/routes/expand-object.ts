import { ok, type Result } from '@tpmall/kernel';
import type { Charge } from '@tpmall/payments/contract';
import {
  accountToWire,
  balanceTransactionToWire,
  cardSourceToWire,
  currencyOptionsToWire,
  customerToWire,
  DEFAULT_LIMIT,
  deletedCustomerToWire,
  type ExpandableObject,
  type Expansion,
  expandableKind,
  type IncludedObject,
  isIncluded,
  linkToWire,
  paymentIntentToWire,
  paymentMethodToWire,
  paymentPageToWire,
  priceToWire,
  productToWire,
  refundToWire,
  sessionToWire,
  setupIntentToWire,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';
import { allowedExpansion } from './allowed-expansion.ts';
import { createChargeView } from './charge-view.ts';
import { linkLines, sessionLines } from './line-items.ts';
import { refundsOfCharge } from './refunds-of-charge.ts';
import { sourcesOf } from './sources-of-customer.ts';

type Loaded = Readonly<Record<string, unknown>>;
type Load = Result<Loaded, 'not_found' | 'unavailable'>;

/** Answers with objects of the API, with what the client asked to expand in them. */
export function createPresent({ ports, view, clock }: GatewayEnvironment) {
  const viewCharges = createChargeView({ ports, view });
  /** A part of an object that is shown where it is asked for, by the object's id. */
  const loadIncluded = async ({ context }: Call, kind: IncludedObject, id: string): Promise<Load> => {
    switch (kind) {
      case 'charge_refunds':
        return shape(
          await ports.payments.listRefunds(context, { charge: id, limit: DEFAULT_LIMIT }),
          (it) => ({
            ...refundsOfCharge(id, it),
          }),
        );
      case 'customer_sources':
        return shape(
          await ports.vault.listCards(context, { customer: id, limit: DEFAULT_LIMIT }),
          ({ items, hasMore }) => ({ ...sourcesOf(id, items, hasMore) }),
        );
      case 'currency_options':
        return shape(await ports.catalogue.findPrice(context, { id }), currencyOptionsToWire);
      case 'session_lines':
        return shape(await ports.checkout.findSession(context, { id }), (it) => ({
          ...sessionLines(it, view),
        }));
      case 'link_lines':
        return shape(await ports.checkout.findLink(context, { id }), (it) => ({ ...linkLines(it, view) }));
    }
  };

  const loadCharge = async (call: Call, id: string): Promise<Load> => {
    const found = await ports.payments.findCharge(call.context, { id });
    if (!found.ok) return shape(found, () => ({}));
    const shown = await viewCharges(call, [found.value]);
    return shape(shown, ([charge]) => ({ ...charge }));
  };

  const load = async (call: Call, kind: ExpandableObject, id: string): Promise<Load> => {
    const { context } = call;
    switch (kind) {
      case 'payment_intent':
        return shape(await ports.payments.findIntent(context, { id }), (it) => paymentIntentToWire(it, view));
      case 'charge':
        return loadCharge(call, id);
      case 'refund':
        return shape(await ports.payments.findRefund(context, { id }), refundToWire);
      case 'balance_transaction':
        return shape(await ports.payments.findBalanceTransaction(context, { id }), (it) =>
          balanceTransactionToWire(it, clock.now()),
        );
      case 'balance_source':
        return load(call, id.startsWith('re_') ? 'refund' : 'charge', id);
      case 'balance':
        throw new Error('a balance has no id');
      case 'customer':
        return shape(await ports.payments.findCustomer(context, { id }), (it) =>
          it.deleted ? deletedCustomerToWire(it) : customerToWire(it, view),
        );
      case 'payment_method':
        return shape(await ports.vault.findCard(context, { id }), (it) => paymentMethodToWire(it, view));
      case 'card':
        return shape(await ports.vault.findCard(context, { id }), cardSourceToWire);
      case 'token':
      case 'confirmation_token':
        throw new Error('nothing refers to a token');
      case 'setup_intent':
        return shape(await ports.payments.findSetupIntent(context, { id }), (it) =>
          setupIntentToWire(it, view),
        );
      case 'product':
        return shape(await ports.catalogue.findProduct(context, { id }), (it) => productToWire(it, view));
      case 'price':
        return shape(await ports.catalogue.findPrice(context, { id }), (it) => priceToWire(it, view));
      case 'checkout_session':
        return shape(await ports.checkout.findSession(context, { id }), (it) => sessionToWire(it, view));
      case 'payment_page':
        return shape(await ports.checkout.findSession(context, { id }), (it) => paymentPageToWire(it, view));
      case 'payment_link':
        return shape(await ports.checkout.findLink(context, { id }), (it) => linkToWire(it, view));
      case 'charge_refunds':
      case 'customer_sources':
      case 'currency_options':
      case 'session_lines':
      case 'link_lines':
        return loadIncluded(call, kind, id);
      case 'line_item':
        throw new Error('a line is part of its order');
      case 'transfer_data':
      case 'invoice_settings':
      case 'method_preview':
        throw new Error(`${kind} is part of its object`);
      case 'account': {
        const found = await ports.accounts.findAccounts(context, { ids: [id] });
        if (!found.ok) return unavailable(found.error.message);
        const account = found.value[0];
        return account ? ok(accountToWire(account)) : notFound(id);
      }
    }
  };

  /** What stands in a property, with what is to be expanded in it; undefined where it cannot be read now. */
  const expandValue = async (
    call: Call,
    value: unknown,
    kind: ExpandableObject,
    deeper: Expansion,
    cache: Map<string, Promise<Load>>,
  ): Promise<{ readonly value: unknown } | undefined> => {
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) {
        const expanded = await expandValue(call, item, kind, deeper, cache);
        if (!expanded) return undefined;
        items.push(expanded.value);
      }
      return { value: items };
    }
    if (typeof value === 'object' && value !== null) {
      const expanded = await expand(call, value as Loaded, kind, deeper, cache);
      return expanded && { value: expanded };
    }
    if (typeof value !== 'string') return { value };
    const slot = `${kind} ${value}`;
    const loading = cache.get(slot) ?? load(call, kind, value);
    cache.set(slot, loading);
    const loaded = await loading;
    // What was deleted since stays an id; what cannot be read now must not look as if it were gone.
    if (!loaded.ok) return loaded.error.code === 'unavailable' ? undefined : { value };
    const child = await expand(call, loaded.value, kind, deeper, cache);
    return child && { value: child };
  };

  const expand = async (
    call: Call,
    object: Loaded,
    kind: ExpandableObject,
    expansion: Expansion,
    cache: Map<string, Promise<Load>>,
  ): Promise<Loaded | undefined> => {
    const expanded: Record<string, unknown> = { ...object };
    for (const [property, deeper] of Object.entries(expansion)) {
      const childKind = expandableKind(kind, property);
      if (!childKind) continue;
      const value = isIncluded(childKind) ? object.id : object[property];
      const found = await expandValue(call, value, childKind, deeper, cache);
      if (!found) return undefined;
      expanded[property] = found.value;
    }
    return expanded;
  };

  /** One object. */
  const present = async (
    call: Call,
    object: Loaded,
    kind: ExpandableObject,
    paths: readonly string[] | undefined,
  ): Promise<Answer> => {
    const allowed = allowedExpansion(call, paths ?? [], kind, false);
    if ('refused' in allowed) return allowed.refused;
    const expanded = await expand(call, object, kind, allowed.expansion, new Map());
    return expanded ? answer(expanded) : refuse('unavailable');
  };

  /** The objects of a list. */
  const presentAll = async (
    call: Call,
    objects: readonly Loaded[],
    kind: ExpandableObject,
    paths: readonly string[] | undefined,
  ): Promise<{ readonly data: Loaded[] } | { readonly refused: Answer }> => {
    const allowed = allowedExpansion(call, paths ?? [], kind, true);
    if ('refused' in allowed) return allowed;
    const cache = new Map<string, Promise<Load>>();
    const data: Loaded[] = [];
    for (const object of objects) {
      const expanded = await expand(call, object, kind, allowed.expansion, cache);
      if (!expanded) return { refused: refuse('unavailable') };
      data.push(expanded);
    }
    return { data };
  };

  /** One charge, as a command or a query of payments answers it. */
  const presentCharge = async (
    call: Call,
    charge: Charge,
    paths: readonly string[] | undefined,
  ): Promise<Answer> => {
    const shown = await viewCharges(call, [charge]);
    const [object] = shown.ok ? shown.value : [];
    return object ? present(call, object, 'charge', paths) : refuse('unavailable');
  };

  /** The charges of a list. */
  const presentCharges = async (
    call: Call,
    charges: readonly Charge[],
    paths: readonly string[] | undefined,
  ): ReturnType<typeof presentAll> => {
    const shown = await viewCharges(call, charges);
    return shown.ok ? presentAll(call, shown.value, 'charge', paths) : { refused: refuse('unavailable') };
  };

  return { present, presentAll, presentCharge, presentCharges };
}

/** See {@link createPresent}. */
export type Present = ReturnType<typeof createPresent>;

/** Refuses what cannot or may not be expanded before anything is done; undefined where it can. */
export function checkExpand(
  call: Call,
  paths: readonly string[] | undefined,
  kind: ExpandableObject,
): Answer | undefined {
  const allowed = allowedExpansion(call, paths ?? [], kind, false);
  return 'refused' in allowed ? allowed.refused : undefined;
}

function shape<T>(found: Result<T, string>, toWire: (value: T) => Loaded): Load {
  if (found.ok) return ok(toWire(found.value));
  return found.error.code === 'not_found' ? notFound('') : unavailable(found.error.message);
}

function notFound(id: string): Load {
  return { ok: false, error: { code: 'not_found', message: id } };
}

function unavailable(message: string): Load {
  return { ok: false, error: { code: 'unavailable', message } };
}

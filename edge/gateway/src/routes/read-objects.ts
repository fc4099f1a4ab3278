import { err, ok, type Result } from '@tpmall/kernel';
import {
  accountToWire,
  balanceTransactionToWire,
  cardSourceToWire,
  currencyOptionsToWire,
  customerToWire,
  DEFAULT_LIMIT,
  deletedCustomerToWire,
  type ExpandableObject,
  type IncludedObject,
  isIncluded,
  linkToWire,
  paymentMethodToWire,
  paymentPageToWire,
  priceToWire,
  productToWire,
  refundToWire,
  sessionToWire,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import type { Call } from '../pipeline/route.ts';
import { createChargeView } from './charge-view.ts';
import { createIntentView } from './intent-view.ts';
import { linkLines, sessionLines } from './line-items.ts';
import { refundsOfCharge } from './refunds-of-charge.ts';
import { sourcesOf } from './sources-of-customer.ts';

/** An object on its way to the wire. */
export type Loaded = Readonly<Record<string, unknown>>;

/** Objects by the ids that they are referred to by; what is not there is left out. */
type Read = Promise<Result<ReadonlyMap<string, Loaded>, 'unavailable'>>;

/**
 * Reads objects of one kind by their ids, all at once: a list costs as many reads as one object does. A part
 * that is shown only where it is asked for is read by the id of the object that it is a part of.
 */
export function createReadObjects(environment: GatewayEnvironment) {
  const readIncluded = createReadIncluded(environment);
  const { ports, view, clock } = environment;
  const viewCharges = createChargeView(environment);
  const { viewIntents, viewSetups } = createIntentView(environment);

  const readCharges = async (call: Call, ids: string[]): Read => {
    const found = await ports.payments.findCharges(call.context, { ids });
    return byId(found.ok ? await viewCharges(call, found.value) : found, (charge) => charge);
  };

  const readIntents = async (call: Call, ids: string[]): Read => {
    const found = await ports.payments.findIntents(call.context, { ids });
    return byId(found.ok ? ok(await viewIntents(call, found.value)) : found, (intent) => intent);
  };

  const readSetups = async (call: Call, ids: string[]): Read => {
    const found = await ports.payments.findSetupIntents(call.context, { ids });
    return byId(found.ok ? ok(await viewSetups(call, found.value)) : found, (setup) => setup);
  };

  const read = async (call: Call, kind: ExpandableObject, ids: string[]): Read => {
    if (ids.length === 0) return ok(new Map());
    if (isIncluded(kind)) return readIncluded(call, kind, ids);
    const { context } = call;
    switch (kind) {
      case 'payment_intent':
        return readIntents(call, ids);
      case 'charge':
        return readCharges(call, ids);
      case 'refund':
        return byId(await ports.payments.findRefunds(context, { ids }), refundToWire);
      case 'balance_transaction':
        return byId(await ports.payments.findBalanceTransactions(context, { ids }), (it) =>
          balanceTransactionToWire(it, clock.now()),
        );
      case 'balance_source': {
        const isRefund = (id: string): boolean => id.startsWith('re_');
        const refunds = await read(call, 'refund', ids.filter(isRefund));
        if (!refunds.ok) return refunds;
        const charges = await read(
          call,
          'charge',
          ids.filter((id) => !isRefund(id)),
        );
        return charges.ok ? ok(new Map([...refunds.value, ...charges.value])) : charges;
      }
      case 'customer':
        return byId(await ports.payments.findCustomers(context, { ids }), (it) =>
          it.deleted ? deletedCustomerToWire(it) : customerToWire(it, view),
        );
      case 'payment_method':
        return byId(await ports.vault.findCards(context, { ids }), (it) => paymentMethodToWire(it, view));
      case 'card':
        return byId(await ports.vault.findCards(context, { ids }), cardSourceToWire);
      case 'setup_intent':
        return readSetups(call, ids);
      case 'product':
        return byId(await ports.catalogue.findProducts(context, { ids }), (it) => productToWire(it, view));
      case 'price':
        return byId(await ports.catalogue.readPrices(context, { ids }), (it) => priceToWire(it, view));
      case 'checkout_session':
        return byId(await ports.checkout.findSessions(context, { ids }), (it) => sessionToWire(it, view));
      case 'payment_page':
        return byId(await ports.checkout.findSessions(context, { ids }), (it) => paymentPageToWire(it, view));
      case 'payment_link':
        return byId(await ports.checkout.findLinks(context, { ids }), (it) => linkToWire(it, view));
      case 'account':
        return byId(await ports.accounts.findAccounts(context, { ids }), accountToWire);
      case 'balance':
      case 'token':
      case 'confirmation_token':
        throw new Error(`nothing refers to a ${kind}`);
      case 'nothing':
        // An id of what is kept elsewhere stays an id.
        return ok(new Map());
      case 'no_tax_ids':
      case 'no_subscriptions':
      case 'no_breakdown':
      case 'no_items':
      case 'total_details':
      case 'shipping_cost':
      case 'line_item':
      case 'transfer_data':
      case 'invoice_settings':
      case 'method_preview':
        throw new Error(`${kind} is part of its object`);
    }
  };
  return read;
}

/** Reads parts of objects by the ids of these. */
function createReadIncluded({ ports, view }: GatewayEnvironment) {
  return async ({ context }: Call, kind: IncludedObject, ids: string[]): Read => {
    const firstPages = { ids, limit: DEFAULT_LIMIT };
    switch (kind) {
      case 'charge_refunds': {
        const found = await ports.payments.listRefundsOfCharges(context, firstPages);
        return pages(found, ids, ({ charge }) => charge, refundsOfCharge);
      }
      case 'customer_sources': {
        const found = await ports.vault.listCardsOfCustomers(context, firstPages);
        return pages(found, ids, ({ customer }) => customer, sourcesOf);
      }
      case 'currency_options':
        return byId(await ports.catalogue.readPrices(context, { ids }), currencyOptionsToWire);
      case 'session_lines':
        return byId(await ports.checkout.findSessions(context, { ids }), (it) => sessionLines(it, view));
      case 'link_lines':
        return byId(await ports.checkout.findLinks(context, { ids }), (it) => linkLines(it, view));
    }
  };
}

/** What was read, by its id. */
function byId<T extends { readonly id: string }>(
  found: Result<readonly T[], string>,
  toWire: (object: T) => object,
): Awaited<Read> {
  if (!found.ok) return err('unavailable', found.error.message);
  return ok(new Map(found.value.map((object) => [object.id, { ...toWire(object) }])));
}

/** The first pages of lists by whose they are; a list that nothing was found of is empty. */
function pages<T, Of extends { readonly items: readonly T[]; readonly hasMore: boolean }>(
  found: Result<readonly Of[], string>,
  ids: readonly string[],
  ownerOf: (page: Of) => string,
  toWire: (owner: string, page: Pick<Of, 'items' | 'hasMore'>) => object,
): Awaited<Read> {
  if (!found.ok) return err('unavailable', found.error.message);
  const byOwner = new Map(found.value.map((page) => [ownerOf(page), page]));
  const nothing = { items: [], hasMore: false };
  return ok(new Map(ids.map((id) => [id, { ...toWire(id, byOwner.get(id) ?? nothing) }])));
}

import type { Result } from '@tpmall/kernel';
import type { OutgoingContext, PlatformCode } from '@tpmall/platform/contract';
import type { SearchInput, SearchPage } from '@tpmall/platform/search';
import {
  chargeSearchFields,
  chargeToWire,
  customerSearchFields,
  customerToWire,
  type ExpandableObject,
  parseSearchQuery,
  paymentIntentSearchFields,
  paymentIntentToWire,
  priceSearchFields,
  priceToWire,
  productSearchFields,
  productToWire,
  type SearchFields,
  searchFromWire,
  searchParameters,
  searchResultToWire,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Example, type Route, route } from '../pipeline/route.ts';
import { commerceSamples } from './commerce-samples.ts';
import type { Present } from './expand-object.ts';
import { samples } from './samples.ts';

/** A resource that can be searched. */
interface Searchable<T> {
  /** `/v1/customers`; the search is at `/search` below it. */
  readonly path: string;
  readonly operationId: string;
  /** In the plural, as the summary says it. */
  readonly what: string;
  readonly tag: string;
  readonly access: Route['access'];
  readonly kind: ExpandableObject;
  readonly fields: SearchFields;
  readonly sample: { readonly name: string; readonly value: object };
  readonly example: Example;
  find(context: OutgoingContext, input: SearchInput): Promise<Result<SearchPage<T>, PlatformCode>>;
  toWire(object: T): Readonly<Record<string, unknown>>;
}

/** The search of a resource: `query` in, a page of its objects out. */
function searchRoute<T>(searchable: Searchable<T>, { presentAll }: Present): Route {
  const path = `${searchable.path}/search`;
  const empty = { items: [], next: null, total: null };
  return route({
    method: 'GET',
    path,
    operationId: searchable.operationId,
    summary: `Search ${searchable.what}, newest first; what changed a second ago may not be found yet`,
    tag: searchable.tag,
    errors: 'payments',
    access: searchable.access,
    parameters: searchParameters,
    sample: {
      name: `${searchable.sample.name}SearchResult`,
      value: searchResultToWire(path, [searchable.sample.value], empty),
    },
    examples: [searchable.example],
    handle: async (call, parameters) => {
      const query = parseSearchQuery(parameters.query, searchable.fields);
      if (!query.ok) {
        return refuse('search_query_invalid', { message: `query: ${query.error.message}`, param: 'query' });
      }
      const { input, expand } = searchFromWire(parameters, query.value);
      const found = await searchable.find(call.context, input);
      if (!found.ok) return refusal({}, found.error);
      const objects = found.value.items.map((object) => searchable.toWire(object));
      const all = await presentAll(call, objects, searchable.kind, expand);
      return 'refused' in all ? all.refused : answer(searchResultToWire(path, all.data, found.value));
    },
  });
}

/** The searches over the payments module. */
export function paymentSearchRoutes({ ports, view }: GatewayEnvironment, present: Present): Route[] {
  return [
    searchRoute(
      {
        path: '/v1/payment_intents',
        operationId: 'searchPaymentIntents',
        what: 'payment intents',
        tag: 'Payment intents',
        access: 'secret-or-operator',
        kind: 'payment_intent',
        fields: paymentIntentSearchFields,
        sample: { name: 'PaymentIntent', value: samples.paymentIntent },
        example: {
          title: 'Paid, of one order',
          parameters: { query: 'status:"succeeded" AND metadata["order"]:"6735"' },
        },
        find: (context, input) => ports.payments.searchIntents(context, input),
        toWire: (intent) => paymentIntentToWire(intent, view),
      },
      present,
    ),
    searchRoute(
      {
        path: '/v1/charges',
        operationId: 'searchCharges',
        what: 'charges',
        tag: 'Charges',
        access: 'secret-or-operator',
        kind: 'charge',
        fields: chargeSearchFields,
        sample: { name: 'Charge', value: samples.charge },
        example: {
          title: 'Large ones on one card',
          parameters: { query: 'amount>=1000 AND payment_method_details.card.last4:"4242"' },
        },
        find: (context, input) => ports.payments.searchCharges(context, input),
        toWire: (charge) => chargeToWire(charge, view),
      },
      present,
    ),
    searchRoute(
      {
        path: '/v1/customers',
        operationId: 'searchCustomers',
        what: 'customers',
        tag: 'Customers',
        access: 'secret',
        kind: 'customer',
        fields: customerSearchFields,
        sample: { name: 'Customer', value: samples.customer },
        example: { title: 'By a part of the name', parameters: { query: 'name~"ada" OR email~"ada"' } },
        find: (context, input) => ports.payments.searchCustomers(context, input),
        toWire: (customer) => customerToWire(customer, view),
      },
      present,
    ),
  ];
}

/** The searches over the catalogue. */
export function catalogueSearchRoutes({ ports, view }: GatewayEnvironment, present: Present): Route[] {
  return [
    searchRoute(
      {
        path: '/v1/products',
        operationId: 'searchProducts',
        what: 'products',
        tag: 'Products',
        access: 'secret',
        kind: 'product',
        fields: productSearchFields,
        sample: { name: 'Product', value: commerceSamples.product },
        example: {
          title: 'On sale, by a part of the name',
          parameters: { query: 'active:"true" AND name~"tea"' },
        },
        find: (context, input) => ports.catalogue.searchProducts(context, input),
        toWire: (product) => productToWire(product, view),
      },
      present,
    ),
    searchRoute(
      {
        path: '/v1/prices',
        operationId: 'searchPrices',
        what: 'prices',
        tag: 'Prices',
        access: 'secret',
        kind: 'price',
        fields: priceSearchFields,
        sample: { name: 'Price', value: commerceSamples.price },
        example: { title: 'By currency', parameters: { query: 'active:"true" AND currency:"eur"' } },
        find: (context, input) => ports.catalogue.searchPrices(context, input),
        toWire: (price) => priceToWire(price, view),
      },
      present,
    ),
  ];
}

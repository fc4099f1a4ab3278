import type { Price, Product } from '@tpmall/catalogue/contract';
import type { Result } from '@tpmall/kernel';
import type { Customer, PaymentIntent } from '@tpmall/payments/contract';
import type { OutgoingContext, PlatformCode } from '@tpmall/platform/contract';
import type { SearchInput, SearchPage } from '@tpmall/platform/search';
import {
  chargeSearchFields,
  customerSearchFields,
  customerToWire,
  type ExpandableObject,
  parseSearchQuery,
  paymentIntentSearchFields,
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
import { type Call, type Example, type Route, route } from '../pipeline/route.ts';
import { commerceSamples } from './commerce-samples.ts';
import type { Present } from './expand-object.ts';
import { createIntentView } from './intent-view.ts';
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
  readonly fields: SearchFields;
  readonly sample: { readonly name: string; readonly value: object };
  readonly example: Example;
  find(context: OutgoingContext, input: SearchInput): Promise<Result<SearchPage<T>, PlatformCode>>;
  /** The objects found, with what is to be expanded in them. */
  present(
    call: Call,
    objects: readonly T[],
    expand: readonly string[] | undefined,
  ): ReturnType<Present['presentAll']>;
}

/** The search of a resource: `query` in, a page of its objects out. */
function searchRoute<T>(searchable: Searchable<T>): Route {
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
      others: [searchResultToWire(path, [searchable.sample.value], { ...empty, total: 1 })],
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
      const all = await searchable.present(call, found.value.items, expand);
      return 'refused' in all ? all.refused : answer(searchResultToWire(path, all.data, found.value));
    },
  });
}

/** Presents the objects of a search as those of a list. */
function presentAs<T>(
  { presentAll }: Present,
  kind: ExpandableObject,
  toWire: (object: T) => Readonly<Record<string, unknown>>,
): Searchable<T>['present'] {
  return (call, objects, expand) => presentAll(call, objects.map(toWire), kind, expand);
}

/** The searches over the payments module. */
export function paymentSearchRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { ports, view } = environment;
  const { viewIntents } = createIntentView(environment);
  return [
    searchRoute({
      path: '/v1/payment_intents',
      operationId: 'searchPaymentIntents',
      what: 'payment intents',
      tag: 'Payment intents',
      access: 'secret-or-operator',
      fields: paymentIntentSearchFields,
      sample: { name: 'PaymentIntent', value: samples.paymentIntent },
      example: {
        title: 'Paid, of one order',
        parameters: { query: 'status:"succeeded" AND metadata["order"]:"6735"' },
      },
      find: (context, input) => ports.payments.searchIntents(context, input),
      present: async (call, intents: readonly PaymentIntent[], expand) =>
        presenting.presentAll(call, await viewIntents(call, intents), 'payment_intent', expand),
    }),
    searchRoute({
      path: '/v1/charges',
      operationId: 'searchCharges',
      what: 'charges',
      tag: 'Charges',
      access: 'secret-or-operator',
      fields: chargeSearchFields,
      sample: { name: 'Charge', value: samples.charge },
      example: {
        title: 'Large ones on one card',
        parameters: { query: 'amount>=1000 AND payment_method_details.card.last4:"4242"' },
      },
      find: (context, input) => ports.payments.searchCharges(context, input),
      present: presenting.presentCharges,
    }),
    searchRoute({
      path: '/v1/customers',
      operationId: 'searchCustomers',
      what: 'customers',
      tag: 'Customers',
      access: 'secret',
      fields: customerSearchFields,
      sample: { name: 'Customer', value: samples.customer },
      example: { title: 'By a part of the name', parameters: { query: 'name~"ada" OR email~"ada"' } },
      find: (context, input) => ports.payments.searchCustomers(context, input),
      present: presentAs(presenting, 'customer', (customer: Customer) => customerToWire(customer, view)),
    }),
  ];
}

/** The searches over the catalogue. */
export function catalogueSearchRoutes({ ports, view }: GatewayEnvironment, presenting: Present): Route[] {
  return [
    searchRoute({
      path: '/v1/products',
      operationId: 'searchProducts',
      what: 'products',
      tag: 'Products',
      access: 'secret',
      fields: productSearchFields,
      sample: { name: 'Product', value: commerceSamples.product },
      example: {
        title: 'On sale, by a part of the name',
        parameters: { query: 'active:"true" AND name~"tea"' },
      },
      find: (context, input) => ports.catalogue.searchProducts(context, input),
      present: presentAs(presenting, 'product', (product: Product) => productToWire(product, view)),
    }),
    searchRoute({
      path: '/v1/prices',
      operationId: 'searchPrices',
      what: 'prices',
      tag: 'Prices',
      access: 'secret',
      fields: priceSearchFields,
      sample: { name: 'Price', value: commerceSamples.price },
      example: { title: 'By currency', parameters: { query: 'active:"true" AND currency:"eur"' } },
      find: (context, input) => ports.catalogue.searchPrices(context, input),
      present: presentAs(presenting, 'price', (price: Price) => priceToWire(price, view)),
    }),
  ];
}

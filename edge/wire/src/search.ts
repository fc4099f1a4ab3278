import { DOCUMENT_ID_LENGTH, type SearchInput, type SearchPage } from '@tpmall/platform/search';
import { z } from 'zod';
import { DEFAULT_LIMIT, MAX_LIMIT } from './list.ts';
import { integer, list, parameter, text } from './parameters.ts';
import type { SearchFields, SearchQuery } from './search-query.ts';

/** Longest query; ten clauses of the longest values are shorter. */
const QUERY_LENGTH = 8_000;

const pageToken = parameter({ type: 'string', maxLength: 250 }, (value) => {
  const read = typeof value === 'string' ? readToken(value) : undefined;
  if (read) return { value: read };
  return { code: 'parameter_invalid_string', message: 'must be the next_page of an earlier answer' };
});

/** The parameters of every search. `expand` takes `total_count` beside what the objects have. */
export const searchParameters = z.strictObject({
  query: text(QUERY_LENGTH),
  limit: integer(1, MAX_LIMIT).optional(),
  page: pageToken.optional(),
  expand: list(text(200), 20).optional(),
});

/** Fields by which payment intents are found. */
export const paymentIntentSearchFields = {
  amount: ['amount', 'amount'],
  created: ['created', 'created'],
  currency: ['currency', 'token'],
  customer: ['customer', 'token'],
  status: ['status', 'token'],
} as const satisfies SearchFields;

/** Fields by which charges are found. */
export const chargeSearchFields = {
  amount: ['amount', 'amount'],
  created: ['created', 'created'],
  currency: ['currency', 'token'],
  customer: ['customer', 'token'],
  refunded: ['refunded', 'token'],
  status: ['status', 'token'],
  'payment_method_details.card.brand': ['card.brand', 'token'],
  'payment_method_details.card.exp_month': ['card.expMonth', 'token'],
  'payment_method_details.card.exp_year': ['card.expYear', 'token'],
  'payment_method_details.card.fingerprint': ['card.fingerprint', 'token'],
  'payment_method_details.card.last4': ['card.last4', 'token'],
} as const satisfies SearchFields;

/** Fields by which customers are found. */
export const customerSearchFields = {
  created: ['created', 'created'],
  email: ['email', 'string'],
  name: ['name', 'string'],
  phone: ['phone', 'string'],
} as const satisfies SearchFields;

/** Fields by which products are found. */
export const productSearchFields = {
  active: ['active', 'token'],
  created: ['created', 'created'],
  description: ['description', 'string'],
  name: ['name', 'string'],
  shippable: ['shippable', 'token'],
  url: ['url', 'token'],
} as const satisfies SearchFields;

/** Fields by which prices are found. */
export const priceSearchFields = {
  active: ['active', 'token'],
  created: ['created', 'created'],
  currency: ['currency', 'token'],
  lookup_key: ['lookupKey', 'string'],
  product: ['product', 'string'],
  type: ['type', 'token'],
} as const satisfies SearchFields;

const TOTAL_COUNT = 'total_count';

/** A search in the words of the modules, and what is to be expanded in what it finds. */
export function searchFromWire(
  parameters: z.infer<typeof searchParameters>,
  { join, clauses }: SearchQuery,
): { readonly input: SearchInput; readonly expand: readonly string[] } {
  const expand = parameters.expand ?? [];
  return {
    input: {
      join,
      clauses: [...clauses],
      limit: parameters.limit ?? DEFAULT_LIMIT,
      count: expand.includes(TOTAL_COUNT),
      ...(parameters.page !== undefined && { after: parameters.page }),
    },
    expand: expand.filter((path) => path !== TOTAL_COUNT),
  };
}

/** A page of what a search found, as it stands on the wire. */
export function searchResultToWire<T>(url: string, data: readonly T[], found: SearchPage<unknown>) {
  return {
    object: 'search_result' as const,
    url,
    has_more: found.next !== null,
    next_page: found.next === null ? null : tokenOf(found.next),
    ...(found.total !== null && { total_count: found.total }),
    data,
  };
}

function tokenOf({ createdAt, id }: NonNullable<SearchPage<unknown>['next']>): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

const tokenShape = z.tuple([z.number().int().min(0), z.string().min(1).max(DOCUMENT_ID_LENGTH)]);

function readToken(token: string): SearchInput['after'] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  const read = tokenShape.safeParse(parsed);
  return read.success ? { createdAt: read.data[0], id: read.data[1] } : undefined;
}

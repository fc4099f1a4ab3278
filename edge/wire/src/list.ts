import { type Micros, SECOND } from '@tpmall/kernel';
import { z } from 'zod';
import { integer, list, objectId, parameter, text, unsupported } from './parameters.ts';

/** Objects of one page where the client does not say. */
export const DEFAULT_LIMIT = 10;
/** The most objects of one page. */
export const MAX_LIMIT = 100;
/** The most properties that one request may expand. */
const MAX_EXPANSIONS = 20;

/** `expand`, which every operation on objects takes. */
export const expandParameter = { expand: list(text(200), MAX_EXPANSIONS).optional() };

/** Seconds since 1970 up to the year 9999. */
const second = integer(0, 253_370_764_800);
const interval = z.strictObject({
  gt: second.optional(),
  gte: second.optional(),
  lt: second.optional(),
  lte: second.optional(),
});

/** When a listed object was made: a second, or an interval of them. */
const created = parameter(
  {
    anyOf: [
      { type: 'integer' },
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(['gt', 'gte', 'lt', 'lte'].map((name) => [name, { type: 'integer' }])),
      },
    ],
  },
  (value) => {
    const exact = second.safeParse(value);
    if (exact.success) return { value: { gte: exact.data, lte: exact.data } };
    const read = interval.safeParse(value);
    if (read.success) return { value: read.data };
    return {
      code: 'parameter_invalid_object',
      message: 'must be a second since 1970, or gt, gte, lt and lte of such seconds',
    };
  },
);

/** The parameters of every list. */
export const pageParameters = {
  created: created.optional(),
  limit: integer(1, MAX_LIMIT).optional(),
  starting_after: objectId().optional(),
  ending_before: objectId().optional(),
  ...expandParameter,
};

/** The parameters of a list of objects in which nothing can be expanded. */
export const plainPageParameters = {
  created: pageParameters.created,
  limit: pageParameters.limit,
  starting_after: pageParameters.starting_after,
  ending_before: pageParameters.ending_before,
  ...unsupported('expand'),
};

const pageSchema = z.object(pageParameters);

/** The page that a client asks for, in the words of the modules. */
export function pageFromWire(parameters: Omit<z.infer<typeof pageSchema>, 'expand'>) {
  return {
    limit: parameters.limit ?? DEFAULT_LIMIT,
    ...(parameters.starting_after !== undefined && { startingAfter: parameters.starting_after }),
    ...(parameters.ending_before !== undefined && { endingBefore: parameters.ending_before }),
    ...createdFromWire(parameters.created ?? {}),
  };
}

/** From, inclusive, to, exclusive: a second of the wire is all of its microseconds. */
function createdFromWire({ gt, gte, lt, lte }: z.infer<typeof interval>): {
  createdFrom?: Micros;
  createdTo?: Micros;
} {
  const from = [gt === undefined ? undefined : gt + 1, gte].filter((bound) => bound !== undefined);
  const to = [lt, lte === undefined ? undefined : lte + 1].filter((bound) => bound !== undefined);
  return {
    ...(from.length > 0 && { createdFrom: Math.max(...from) * SECOND }),
    ...(to.length > 0 && { createdTo: Math.min(...to) * SECOND }),
  };
}

/** A page of a list as it stands on the wire. */
export interface WireList<T> {
  readonly object: 'list';
  readonly url: string;
  readonly has_more: boolean;
  readonly data: T[];
}

/** Builds a page of a list. */
export function listToWire<T>(url: string, data: T[], hasMore: boolean): WireList<T> {
  return { object: 'list', url, has_more: hasMore, data };
}

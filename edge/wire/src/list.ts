import { z } from 'zod';
import { integer, list, objectId, text } from './parameters.ts';

/** Objects of one page where the client does not say. */
export const DEFAULT_LIMIT = 10;
/** The most objects of one page. */
export const MAX_LIMIT = 100;
/** The most properties that one request may expand. */
const MAX_EXPANSIONS = 20;

/** `expand`, which every operation on objects takes. */
export const expandParameter = { expand: list(text(200), MAX_EXPANSIONS).optional() };

/** The parameters of every list. */
export const pageParameters = {
  limit: integer(1, MAX_LIMIT).optional(),
  starting_after: objectId().optional(),
  ending_before: objectId().optional(),
  ...expandParameter,
};

const pageSchema = z.object(pageParameters);

/** The page that a client asks for, in the words of the modules. */
export function pageFromWire(parameters: z.infer<typeof pageSchema>) {
  return {
    limit: parameters.limit ?? DEFAULT_LIMIT,
    ...(parameters.starting_after !== undefined && { startingAfter: parameters.starting_after }),
    ...(parameters.ending_before !== undefined && { endingBefore: parameters.ending_before }),
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

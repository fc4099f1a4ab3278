import { type Err, err } from '@tpmall/kernel';
import { z } from 'zod';

/** A page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/**
 * What every list is refused with beside its own codes: the object after or before which the page lies is
 * none of this tenant's, or of another kind. `field` says which of the two.
 */
export const pageCodes = ['cursor_not_found'] as const;
/** See {@link pageCodes}. */
export type PageCode = (typeof pageCodes)[number];

/**
 * Refuses a page whose cursor is not there.
 *
 * @param object what the list is of, as clients call it: `payment_intent`
 */
export function cursorNotFound(
  object: string,
  {
    startingAfter,
    endingBefore,
  }: { readonly startingAfter?: string | undefined; readonly endingBefore?: string | undefined },
): Err<PageCode> {
  const field = endingBefore === undefined ? 'startingAfter' : 'endingBefore';
  return err('cursor_not_found', `No such ${object}: '${endingBefore ?? startingAfter}'`, { field });
}

/** Objects that are read at once: a page's, and ten that each of them refers to. */
const IDS_MAX = 1_000;

/**
 * Ids of objects that are read at once, as part of an operation's input; what it answers is in any order,
 * without those that are not found.
 *
 * @param id the schema of the objects' ids
 */
export function idsInput<Id extends z.ZodType>(id: Id) {
  return { ids: z.array(id).min(1).max(IDS_MAX) };
}

/** When an object was made: microseconds since the epoch. */
const instant = z.number().int().min(0);

/**
 * Which page of a list is wanted, as part of an operation's input: newest first, after one object or before
 * another.
 *
 * @param id the schema of the listed objects' ids
 */
export function pageInput<Id extends z.ZodType>(id: Id) {
  return {
    limit: z.number().int().min(1).max(100),
    startingAfter: id.optional(),
    endingBefore: id.optional(),
    /** When it was made: from, inclusive, to, exclusive. */
    createdFrom: instant.optional(),
    createdTo: instant.optional(),
  };
}

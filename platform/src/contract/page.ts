import { z } from 'zod';

/** A page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
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

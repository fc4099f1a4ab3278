import type { Micros } from '@tpmall/kernel';
import { z } from 'zod';

/** The shortest substring that can be looked for: it must hold a trigram. */
export const SUBSTRING_MIN = 3;
/** The most clauses of one query. */
export const CLAUSES_MAX = 10;

const field = z.string().min(1).max(100);
const negated = z.boolean();

const clause = z.discriminatedUnion('kind', [
  /** The field has exactly this value, in either case; null: it has none. */
  z.strictObject({ kind: z.literal('term'), field, value: z.string().max(500).nullable(), negated }),
  /** The field contains this text, in either case. */
  z.strictObject({ kind: z.literal('text'), field, value: z.string().min(SUBSTRING_MIN).max(500), negated }),
  /**
   * From, inclusive, to, exclusive: minor units of `amount`, microseconds of `created`; null: without a
   * bound.
   */
  z.strictObject({
    kind: z.literal('range'),
    field: z.enum(['amount', 'created']),
    from: z.bigint().nullable(),
    to: z.bigint().nullable(),
    negated,
  }),
]);

/** Longest id of a document: a tenant's and an object's. */
export const DOCUMENT_ID_LENGTH = 129;

/** What a search asks for, as a module's contract takes it. */
export const searchInput = z.strictObject({
  /** Whether every clause must hold, or one of them. */
  join: z.enum(['all', 'any']),
  clauses: z.array(clause).min(1).max(CLAUSES_MAX),
  limit: z.number().int().min(1).max(100),
  /** The last object of the page before. */
  after: z
    .strictObject({ createdAt: z.number().int(), id: z.string().min(1).max(DOCUMENT_ID_LENGTH) })
    .optional(),
  /** Whether to count what matches as well; see {@link COUNT_MAX}. */
  count: z.boolean(),
});

/** See {@link searchInput}. */
export type SearchInput = z.output<typeof searchInput>;
/** One condition of a search. */
export type SearchClause = z.output<typeof clause>;

/** Matches beyond this are not counted. */
export const COUNT_MAX = 10_000;

/** A page of what was found, newest first. */
export interface SearchPage<T> {
  readonly items: readonly T[];
  /** Where the next page goes on; null on the last one. */
  readonly next: { readonly createdAt: Micros; readonly id: string } | null;
  /** How many match, at most {@link COUNT_MAX}; null where it was not asked for. */
  readonly total: number | null;
}

/** Fields that have one of these values in every object, and no other. */
export type ClosedFields = Readonly<Record<string, readonly string[]>>;

/** One object as the index keeps it. */
export interface SearchDocument {
  /** Unique in the index, whoever the tenant is. */
  readonly id: string;
  readonly kind: string;
  readonly tenant: string;
  readonly createdAt: Micros;
  readonly amount: bigint;
  /** Exact values by field; null is a value that can be looked for. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** Fields whose substrings can be looked for; their exact values as well. */
  readonly texts: Readonly<Record<string, string | null>>;
  readonly metadata: Readonly<Record<string, string>>;
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, type Statement, sql } from '../db/index.ts';
import { metadataField, presenceTerm, type Scope, termsOfClause } from './terms.ts';
import { COUNT_MAX, type SearchClause, type SearchInput } from './types.ts';

/** Amounts are below this: 39 digits. */
const AMOUNT_LIMIT = 10n ** 39n;
/** No object is older or younger. */
const FIRST_INSTANT: Micros = 0;
const LAST_INSTANT: Micros = Date.UTC(9999, 0) * 1000;
/** Sorts behind every id. */
const LAST_ID = '\uffff';

/** The statements of one module's index. */
export interface SearchStatements {
  readonly all: Statement;
  readonly any: Statement;
  /** `any` where every clause is a term to be there: an index finds it. */
  readonly anyTerm: Statement;
}

/*
 * $1 kind, $2 tenant, $3 and $4 the cursor, $5 the limit, $6 terms; then clauses as parallel arrays: texts
 * ($7 fields, $8 needles, $9 negated), amounts ($10 from, $11 to, $12 negated), instants ($13, $14, $15), and
 * negated terms ($16). Of `all` also the box of all ranges: $17, $18 amounts, $19, $20 instants.
 *
 * The statements have no name on the connection: Postgres then plans each search by its own values, and a
 * term that one object has is found by the index of terms, one that all have by the index of time.
 */
const FROM = `FROM {schema}.search_document AS d
WHERE d.kind = $1 AND d.tenant = $2 AND (d.created_at, d.id) < ($3::timestamptz, $4)`;
const TEXT = `FROM unnest($7::text[], $8::text[], $9::boolean[]) AS c (field, needle, negated)
  WHERE (strpos(coalesce(d.texts ->> c.field, ''), c.needle) > 0)`;
const AMOUNT = `FROM unnest($10::numeric[], $11::numeric[], $12::boolean[]) AS c (low, high, negated)
  WHERE (d.amount >= c.low AND d.amount < c.high)`;
const CREATED = `FROM unnest($13::timestamptz[], $14::timestamptz[], $15::boolean[]) AS c (low, high, negated)
  WHERE (d.created_at >= c.low AND d.created_at < c.high)`;
const ALL = `${FROM}
AND d.terms @> $6::bigint[] AND NOT d.terms && $16::bigint[]
AND d.amount >= $17::numeric AND d.amount < $18::numeric
AND d.created_at >= $19::timestamptz AND d.created_at < $20::timestamptz
AND NOT EXISTS (SELECT ${TEXT} = c.negated)
AND NOT EXISTS (SELECT ${AMOUNT} = c.negated)
AND NOT EXISTS (SELECT ${CREATED} = c.negated)`;
const ANY = `${FROM}
AND (d.terms && $6::bigint[] OR NOT d.terms @> $16::bigint[]
  OR EXISTS (SELECT ${TEXT} <> c.negated)
  OR EXISTS (SELECT ${AMOUNT} <> c.negated)
  OR EXISTS (SELECT ${CREATED} <> c.negated))`;
const ANY_TERM = `${FROM} AND d.terms && $6::bigint[]`;

/** The statements over the index in a module's schema; each for a page, and to count with. */
export function searchStatements(schema: string): { page: SearchStatements; count: SearchStatements } {
  const unnamed = (text: string, where: string): Statement =>
    sql('', text.replace('{where}', where).replace('{schema}', schema));
  const both = (text: string): SearchStatements => ({
    all: unnamed(text, ALL),
    any: unnamed(text, ANY),
    anyTerm: unnamed(text, ANY_TERM),
  });
  return {
    page: both('SELECT d.id, d.created_at {where} ORDER BY d.created_at DESC, d.id DESC LIMIT $5'),
    count: both('SELECT count(*) AS total FROM (SELECT {where} LIMIT $5) AS found'),
  };
}

/** What one page of a search found: ids and their instants, newest first. */
export interface Found {
  readonly rows: readonly { readonly id: string; readonly created_at: Micros }[];
  readonly total: number | null;
}

/** Runs a search; one row more than the limit says that there is another page. */
export async function runSearch(
  db: Queryable,
  statements: ReturnType<typeof searchStatements>,
  scope: Scope,
  input: SearchInput,
): Promise<Found> {
  const how = howToFind(input);
  const conditions = conditionsOf(scope, input.clauses, how);
  const at = (cursor: SearchInput['after'], limit: number): unknown[] => [
    scope.kind,
    scope.tenant,
    instant(cursor?.createdAt ?? LAST_INSTANT),
    cursor?.id ?? LAST_ID,
    limit,
    ...conditions,
  ];
  const { rows } = await db.run<{ id: string; created_at: Micros }>(
    statements.page[how],
    at(input.after, input.limit + 1),
  );
  if (!input.count) return { rows, total: null };
  const counted = await db.run<{ total: bigint }>(statements.count[how], at(undefined, COUNT_MAX));
  return { rows, total: Number(counted.rows[0]?.total ?? 0n) };
}

function howToFind({ join, clauses }: SearchInput): keyof SearchStatements {
  // One clause is the same either way, and `all` has more indexes to find it by.
  if (join === 'all' || clauses.length === 1) return 'all';
  const isTerm = (clause: SearchClause): boolean =>
    clause.kind === 'term' && clause.value !== null && !clause.negated;
  return clauses.every(isTerm) ? 'anyTerm' : 'any';
}

function conditionsOf(
  scope: Scope,
  clauses: readonly SearchClause[],
  how: keyof SearchStatements,
): unknown[] {
  const parts = partsOf(scope, clauses, how === 'all');
  if (how === 'anyTerm') return [digits(parts.terms)];
  const { texts, amounts, instants } = parts;
  const conditions: unknown[] = [
    digits(parts.terms),
    texts.map(({ field }) => field),
    texts.map(({ value }) => value.toLowerCase()),
    texts.map(({ negated }) => negated),
    amounts.map(({ from }) => (from ?? 0n).toString()),
    amounts.map(({ to }) => (to ?? AMOUNT_LIMIT).toString()),
    amounts.map(({ negated }) => negated),
    instants.map(({ from }) => instant(micros(from, FIRST_INSTANT))),
    instants.map(({ to }) => instant(micros(to, LAST_INSTANT))),
    instants.map(({ negated }) => negated),
    digits(parts.negatedTerms),
  ];
  if (how === 'any') return conditions;
  const amount = box(amounts, 0n, AMOUNT_LIMIT);
  const created = box(instants, BigInt(FIRST_INSTANT), BigInt(LAST_INSTANT));
  return [
    ...conditions,
    amount.low.toString(),
    amount.high.toString(),
    instant(Number(created.low)),
    instant(Number(created.high)),
  ];
}

type Range = Extract<SearchClause, { kind: 'range' }>;
type Text = Extract<SearchClause, { kind: 'text' }>;

interface Parts {
  /** Of `all`: every one must be there; of `any`: one of them. */
  readonly terms: bigint[];
  readonly negatedTerms: bigint[];
  readonly texts: Text[];
  readonly amounts: Range[];
  readonly instants: Range[];
}

function partsOf(scope: Scope, clauses: readonly SearchClause[], all: boolean): Parts {
  const parts: Parts = { terms: [], negatedTerms: [], texts: [], amounts: [], instants: [] };
  for (const clause of clauses) {
    if (clause.kind === 'range') {
      (clause.field === 'amount' ? parts.amounts : parts.instants).push(clause);
      continue;
    }
    if (clause.kind === 'text') {
      parts.texts.push(clause);
      // The trigrams narrow the search down to what the check of the text then decides.
      if (all && !clause.negated) parts.terms.push(...termsOfClause(scope, clause));
      continue;
    }
    const { terms, negated } = termsWanted(scope, clause);
    (negated ? parts.negatedTerms : parts.terms).push(...terms);
  }
  return parts;
}

/** A key of metadata that is null is one that is not there. */
function termsWanted(scope: Scope, clause: Extract<SearchClause, { kind: 'term' }>) {
  const prefix = metadataField('');
  if (clause.value !== null || !clause.field.startsWith(prefix)) {
    return { terms: termsOfClause(scope, clause), negated: clause.negated };
  }
  return { terms: [presenceTerm(scope, clause.field.slice(prefix.length))], negated: !clause.negated };
}

function box(ranges: readonly Range[], low: bigint, high: bigint): { low: bigint; high: bigint } {
  const inside = ranges.filter(({ negated }) => !negated);
  return {
    low: inside.reduce((most, { from }) => (from !== null && from > most ? from : most), low),
    high: inside.reduce((least, { to }) => (to !== null && to < least ? to : least), high),
  };
}

function micros(value: bigint | null, otherwise: Micros): Micros {
  if (value === null || value < 0n) return value === null ? otherwise : FIRST_INSTANT;
  return value > BigInt(LAST_INSTANT) ? LAST_INSTANT : Number(value);
}

function digits(values: readonly bigint[]): string[] {
  return values.map((value) => value.toString());
}

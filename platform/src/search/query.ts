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

/** How clauses are joined; `anyTerm` is `any` where each is a term to be there, which an index finds. */
type How = 'all' | 'any' | 'anyTerm';

/** The statements of one module's index. */
export interface SearchStatements {
  /**
   * A page from the newest objects alone, and whether there are no others: in each row, and in one without an
   * id where nothing is found.
   */
  readonly newest: Readonly<Record<Exclude<How, 'any'>, Statement>>;
  readonly page: Readonly<Record<How, Statement>>;
  readonly count: Readonly<Record<How, Statement>>;
}

/**
 * So many of the newest objects are looked through for each row of a page. What one in fifty has fills the
 * page from there; what fewer have, an index finds. Postgres cannot choose: of a term that is not among the
 * most common ones it only believes that one in two hundred has it, so for one of a million it looks through
 * them all.
 */
export const LOOKED_THROUGH_PER_ROW = 50;

/*
 * $1 kind, $2 tenant, $3 and $4 the cursor, $5 the limit, $6 terms; then clauses as parallel arrays: texts
 * ($7 fields, $8 needles, $9 negated), amounts ($10 from, $11 to, $12 negated), instants ($13, $14, $15), and
 * negated terms ($16). Of `all` also the box of all ranges: $17, $18 amounts, $19, $20 instants.
 *
 * The statements have no name on the connection: Postgres then plans each search by its own values.
 */
const SCOPE = 'd.kind = $1 AND d.tenant = $2 AND (d.created_at, d.id) < ($3::timestamptz, $4)';
const WITHIN = 'd.created_at >= $19::timestamptz AND d.created_at < $20::timestamptz';
const TEXT = `FROM unnest($7::text[], $8::text[], $9::boolean[]) AS c (field, needle, negated)
  WHERE (strpos(coalesce(d.texts ->> c.field, ''), c.needle) > 0)`;
const AMOUNT = `FROM unnest($10::numeric[], $11::numeric[], $12::boolean[]) AS c (low, high, negated)
  WHERE (d.amount >= c.low AND d.amount < c.high)`;
const CREATED = `FROM unnest($13::timestamptz[], $14::timestamptz[], $15::boolean[]) AS c (low, high, negated)
  WHERE (d.created_at >= c.low AND d.created_at < c.high)`;
const CONDITIONS: Readonly<Record<How, string>> = {
  all: `d.terms @> $6::bigint[] AND NOT d.terms && $16::bigint[]
  AND d.amount >= $17::numeric AND d.amount < $18::numeric
  AND ${WITHIN}
  AND NOT EXISTS (SELECT ${TEXT} = c.negated)
  AND NOT EXISTS (SELECT ${AMOUNT} = c.negated)
  AND NOT EXISTS (SELECT ${CREATED} = c.negated)`,
  any: `(d.terms && $6::bigint[] OR NOT d.terms @> $16::bigint[]
  OR EXISTS (SELECT ${TEXT} <> c.negated)
  OR EXISTS (SELECT ${AMOUNT} <> c.negated)
  OR EXISTS (SELECT ${CREATED} <> c.negated))`,
  anyTerm: 'd.terms && $6::bigint[]',
};
const NEWEST_FIRST = 'ORDER BY d.created_at DESC, d.id DESC';

const where = (how: How): string =>
  `FROM {schema}.search_document AS d WHERE ${SCOPE} AND ${CONDITIONS[how]}`;
const newest = (how: How, scope: string): string => `WITH newest AS MATERIALIZED (
  SELECT d.* FROM {schema}.search_document AS d WHERE ${scope} ${NEWEST_FIRST} LIMIT $5::integer * {per row}
)
SELECT whole.is_all, hit.* FROM (
  SELECT count(*) < $5::integer * {per row} AS is_all FROM newest
) AS whole
LEFT JOIN LATERAL (
  SELECT d.id, d.created_at FROM newest AS d WHERE ${CONDITIONS[how]} ${NEWEST_FIRST} LIMIT $5::integer
) AS hit ON true`;
// Sorted when all are found, lest Postgres look for them in the order that is asked for.
const indexed = (how: How): string =>
  `SELECT d.* FROM (SELECT d.id, d.created_at ${where(how)} OFFSET 0) AS d ${NEWEST_FIRST} LIMIT $5`;
const count = (how: How): string => `SELECT count(*) AS total FROM (SELECT ${where(how)} LIMIT $5) AS found`;

/** The statements over the index in a module's schema; each for a page, and to count with. */
export function searchStatements(schema: string, perRow: number): SearchStatements {
  const unnamed = (text: string): Statement =>
    sql('', text.replaceAll('{schema}', schema).replaceAll('{per row}', String(perRow)));
  return {
    newest: {
      all: unnamed(newest('all', `${SCOPE} AND ${WITHIN}`)),
      anyTerm: unnamed(newest('anyTerm', SCOPE)),
    },
    page: {
      all: unnamed(indexed('all')),
      // No index has what any of several kinds of clauses asks for.
      any: unnamed(`SELECT d.id, d.created_at ${where('any')} ${NEWEST_FIRST} LIMIT $5`),
      anyTerm: unnamed(indexed('anyTerm')),
    },
    count: { all: unnamed(count('all')), any: unnamed(count('any')), anyTerm: unnamed(count('anyTerm')) },
  };
}

interface FoundRow {
  readonly id: string;
  readonly created_at: Micros;
}

/** What one page of a search found: ids and their instants, newest first. */
export interface Found {
  readonly rows: readonly FoundRow[];
  readonly total: number | null;
}

/** Runs a search; one row more than the limit says that there is another page. */
export async function runSearch(
  db: Queryable,
  statements: SearchStatements,
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
  const limit = input.limit + 1;
  const values = at(input.after, limit);
  const among = how === 'any' ? undefined : await amongNewest(db, statements.newest[how], values, limit);
  const rows = among ?? (await db.run<FoundRow>(statements.page[how], values)).rows;
  if (!input.count) return { rows, total: null };
  const counted = await db.run<{ total: bigint }>(statements.count[how], at(undefined, COUNT_MAX));
  return { rows, total: Number(counted.rows[0]?.total ?? 0n) };
}

/** A page from the newest objects; undefined where it is not full and there are older ones. */
async function amongNewest(
  db: Queryable,
  statement: Statement,
  values: readonly unknown[],
  limit: number,
): Promise<readonly FoundRow[] | undefined> {
  type Row = { is_all: boolean } & (FoundRow | { id: null });
  const { rows } = await db.run<Row>(statement, values);
  const hits = rows.filter((row): row is Row & FoundRow => row.id !== null);
  return hits.length === limit || rows[0]?.is_all ? hits : undefined;
}

function howToFind({ join, clauses }: SearchInput): How {
  // One clause is the same either way, and `all` has more indexes to find it by.
  if (join === 'all' || clauses.length === 1) return 'all';
  const isTerm = (clause: SearchClause): boolean =>
    clause.kind === 'term' && clause.value !== null && !clause.negated;
  return clauses.every(isTerm) ? 'anyTerm' : 'any';
}

function conditionsOf(scope: Scope, clauses: readonly SearchClause[], how: How): unknown[] {
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

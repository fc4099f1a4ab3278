import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, type Statement, sql } from '../db/index.ts';
import { metadataField, presenceTerm, type Scope, termsOfClause } from './terms.ts';
import { type ClosedFields, COUNT_MAX, type SearchClause, type SearchInput } from './types.ts';

/** Amounts are below this: 39 digits. */
const AMOUNT_LIMIT = 10n ** 39n;
/** No object is older or younger. */
const FIRST_INSTANT: Micros = 0;
const LAST_INSTANT: Micros = Date.UTC(9999, 0) * 1000;
/** Sorts behind every id. */
const LAST_ID = '\uffff';

/**
 * How one statement looks for its clauses: for all of them, with one among them whose objects an index finds,
 * or from the newest object to the oldest where none is; or for any of them, each a term to be there.
 */
type How = 'all' | 'allByTime' | 'anyTerm';

/** What one statement looks for. */
interface Query {
  readonly how: How;
  readonly clauses: readonly SearchClause[];
}

/** The statements of one module's index. */
export interface SearchStatements {
  /**
   * A page from the newest objects alone, and whether there are no others: in each row, and in one without an
   * id where nothing is found.
   */
  readonly newest: Readonly<Record<Exclude<How, 'allByTime'>, Statement>>;
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
const ALL = `d.terms @> $6::bigint[] AND NOT d.terms && $16::bigint[]
  AND d.amount >= $17::numeric AND d.amount < $18::numeric
  AND ${WITHIN}
  AND NOT EXISTS (SELECT ${TEXT} = c.negated)
  AND NOT EXISTS (SELECT ${AMOUNT} = c.negated)
  AND NOT EXISTS (SELECT ${CREATED} = c.negated)`;
const CONDITIONS: Readonly<Record<How, string>> = {
  all: ALL,
  allByTime: ALL,
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
const indexed = (how: Exclude<How, 'allByTime'>): string =>
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
      allByTime: unnamed(`SELECT d.id, d.created_at ${where('allByTime')} ${NEWEST_FIRST} LIMIT $5`),
      anyTerm: unnamed(indexed('anyTerm')),
    },
    count: {
      all: unnamed(count('all')),
      allByTime: unnamed(count('allByTime')),
      anyTerm: unnamed(count('anyTerm')),
    },
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
  closed: ClosedFields = {},
): Promise<Found> {
  const queries = queriesOf(input, closed);
  const run: Run = (statement, query, after, limit) =>
    db.run(statement, [
      scope.kind,
      scope.tenant,
      instant(after?.createdAt ?? LAST_INSTANT),
      after?.id ?? LAST_ID,
      limit,
      ...conditionsOf(scope, query),
    ]);
  return {
    rows: await findRows(run, statements, queries, input),
    total: input.count ? await countAll(run, statements, queries) : null,
  };
}

/** Runs a statement for a query, behind a cursor. */
type Run = <T extends object>(
  statement: Statement,
  query: Query,
  after: SearchInput['after'],
  limit: number,
) => Promise<{ readonly rows: readonly T[] }>;

async function findRows(
  run: Run,
  statements: SearchStatements,
  queries: readonly Query[],
  { after, limit }: SearchInput,
): Promise<readonly FoundRow[]> {
  const most = limit + 1;
  const found = new Map<string, FoundRow>();
  for (const query of queries) {
    const { how } = query;
    const among =
      how === 'allByTime'
        ? undefined
        : pageOf((await run<NewestRow>(statements.newest[how], query, after, most)).rows, most);
    const rows = among ?? (await run<FoundRow>(statements.page[how], query, after, most)).rows;
    for (const row of rows) found.set(row.id, row);
  }
  return [...found.values()].sort(newestFirst).slice(0, most);
}

async function countAll(run: Run, statements: SearchStatements, queries: readonly Query[]): Promise<number> {
  let total = 0;
  for (const query of queries.map(withoutThoseBefore)) {
    if (total >= COUNT_MAX) break;
    const counted = await run<{ total: bigint }>(
      statements.count[query.how],
      query,
      undefined,
      COUNT_MAX - total,
    );
    total += Number(counted.rows[0]?.total ?? 0n);
  }
  return total;
}

type NewestRow = { readonly is_all: boolean } & (FoundRow | { readonly id: null });

/** A page from the newest objects; undefined where it is not full and there are older ones. */
function pageOf(rows: readonly NewestRow[], limit: number): readonly FoundRow[] | undefined {
  const hits = rows.filter((row): row is NewestRow & FoundRow => row.id !== null);
  return hits.length === limit || rows[0]?.is_all ? hits : undefined;
}

/** As the statements sort: by instant, and those of one instant by the code points of their ids. */
function newestFirst(a: FoundRow, b: FoundRow): number {
  return b.created_at - a.created_at || (a.id < b.id ? 1 : -1);
}

/**
 * What is looked for, each part of it by an index; what any of them finds is found. Terms to be there are one
 * part. No index has what any of several kinds of clauses asks for.
 */
function queriesOf({ join, clauses: asked }: SearchInput, closed: ClosedFields): readonly Query[] {
  if (join === 'all' && asked.length > 1) {
    const all = asked.map(unnegated);
    return [{ how: all.some(isIndexed) ? 'all' : 'allByTime', clauses: all }];
  }
  const clauses = asked.flatMap((clause) => otherValues(clause, closed) ?? [unnegated(clause)]);
  const isTerm = (clause: SearchClause): boolean =>
    clause.kind === 'term' && clause.value !== null && !clause.negated;
  const terms = clauses.filter(isTerm);
  const others = clauses.filter((clause) => !isTerm(clause));
  return [
    ...(terms.length > 0 ? [{ how: 'anyTerm' as const, clauses: terms }] : []),
    ...others.map((clause) => ({
      how: isIndexed(clause) ? ('all' as const) : ('allByTime' as const),
      clauses: [clause],
    })),
  ];
}

/** What has not one value of a field that is closed has one of the others. */
function otherValues(clause: SearchClause, closed: ClosedFields): SearchClause[] | undefined {
  if (clause.kind !== 'term' || !clause.negated || !Object.hasOwn(closed, clause.field)) return undefined;
  const { value } = clause;
  return closed[clause.field]
    ?.filter((other) => other.toLowerCase() !== value?.toLowerCase())
    .map((other) => ({ ...clause, value: other, negated: false }));
}

/** What is not on one side of an amount or an instant is on the other, where an index finds it. */
function unnegated(clause: SearchClause): SearchClause {
  if (clause.kind !== 'range' || !clause.negated || (clause.from === null) === (clause.to === null)) {
    return clause;
  }
  return { ...clause, from: clause.to, to: clause.from, negated: false };
}

/** Whether an index finds the objects of a clause that is one of all; those of instants it has in order. */
function isIndexed(clause: SearchClause): boolean {
  if (clause.kind === 'range') return clause.field === 'amount' && !clause.negated;
  return clause.kind === 'term' && isAbsence(clause) ? clause.negated : !clause.negated;
}

/** The same without what the queries before it find: those can be counted one after the other. */
function withoutThoseBefore({ how, clauses }: Query, at: number, queries: readonly Query[]): Query {
  const before = queries.slice(0, at).flatMap((query) => query.clauses);
  return { how, clauses: [...clauses, ...before.map((each) => ({ ...each, negated: !each.negated }))] };
}

function conditionsOf(scope: Scope, { how, clauses }: Query): unknown[] {
  const parts = partsOf(scope, clauses);
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

type Term = Extract<SearchClause, { kind: 'term' }>;
type Range = Extract<SearchClause, { kind: 'range' }>;
type Text = Extract<SearchClause, { kind: 'text' }>;

interface Parts {
  /** Every one must be there, or of `anyTerm` one of them. */
  readonly terms: bigint[];
  readonly negatedTerms: bigint[];
  readonly texts: Text[];
  readonly amounts: Range[];
  readonly instants: Range[];
}

function partsOf(scope: Scope, clauses: readonly SearchClause[]): Parts {
  const parts: Parts = { terms: [], negatedTerms: [], texts: [], amounts: [], instants: [] };
  for (const clause of clauses) {
    if (clause.kind === 'range') {
      (clause.field === 'amount' ? parts.amounts : parts.instants).push(clause);
      continue;
    }
    if (clause.kind === 'text') {
      parts.texts.push(clause);
      // The trigrams narrow the search down to what the check of the text then decides.
      if (!clause.negated) parts.terms.push(...termsOfClause(scope, clause));
      continue;
    }
    const { terms, negated } = termsWanted(scope, clause);
    (negated ? parts.negatedTerms : parts.terms).push(...terms);
  }
  return parts;
}

/** A key of metadata that is null is one that is not there. */
function termsWanted(scope: Scope, clause: Term) {
  if (!isAbsence(clause)) return { terms: termsOfClause(scope, clause), negated: clause.negated };
  const key = clause.field.slice(metadataField('').length);
  return { terms: [presenceTerm(scope, key)], negated: !clause.negated };
}

/** Whether a clause asks for a key of metadata that is not there. */
function isAbsence(clause: Term): boolean {
  return clause.value === null && clause.field.startsWith(metadataField(''));
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

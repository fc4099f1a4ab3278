import { type Micros, ok, type Result } from '@tpmall/kernel';
import { cursorNotFound, type Page, type PageCode } from '../contract/index.ts';
import { instant } from './pool.ts';
import type { Queryable, Statement } from './types.ts';

/** Which part of a list is wanted: newest first, after one object or before another. */
export interface Cursor {
  readonly limit: number;
  readonly startingAfter?: string | undefined;
  readonly endingBefore?: string | undefined;
  /** When it was made: from, inclusive, to, exclusive. */
  readonly createdFrom?: Micros | undefined;
  readonly createdTo?: Micros | undefined;
}

/** Nothing was made before, or will be made after. */
const FIRST_INSTANT: Micros = 0;
const LAST_INSTANT: Micros = Date.UTC(9999, 0) * 1000;

/** A table that is listed by `(created_at, id)`, and what it can be narrowed by. */
export interface Listed<Filter extends string, Row extends object, Item> {
  readonly module: string;
  readonly table: string;
  /** What a row is called by clients, where a cursor names none: `payment_intent`. */
  readonly object: string;
  /** What is read of each row: `id, tenant, …`. */
  readonly select: string;
  /** What a row stands for in the list. */
  readonly read: (row: Row) => Item;
  /** Conditions by name, each `?` for the value: `active = ?`. */
  readonly filters: Readonly<Record<Filter, string>>;
  /** What every row of the list fulfils, `deleted_at IS NULL`. */
  readonly always?: string;
}

/** Lists a tenant's rows; filters that are not given do not narrow. */
export type Listing<Filter extends string, Item> = (
  db: Queryable,
  tenant: string,
  wanted: Cursor & Readonly<Partial<Record<Filter, unknown>>>,
) => Promise<Result<Page<Item>, PageCode>>;

/**
 * Lists a tenant's rows page by page. Each combination of filters is a statement of its own, so that each has
 * a plan of its own; all are put together from constants. The cursor is an object's id, whose place is looked
 * up in the same statement, so that a cursor of another tenant finds nothing. Only then is it asked whether
 * there is such an object: a list that goes on costs one round trip.
 */
export function createListing<Filter extends string, Row extends object, Item>(
  listed: Listed<Filter, Row, Item>,
): Listing<Filter, Item> {
  const names = Object.keys(listed.filters) as Filter[];
  const statements = new Map<string, Statement>();
  const exists: Statement = {
    name: `${listed.module}.is-in-list-${listed.table}`,
    text: `SELECT 1 FROM ${listed.module}.${listed.table} WHERE id = $1 AND tenant = $2`,
  };
  return async (db, tenant, wanted) => {
    const used = names.filter((name) => wanted[name] !== undefined);
    const before = wanted.endingBefore !== undefined;
    const at = wanted.endingBefore ?? wanted.startingAfter ?? null;
    // Filters by their place, because Postgres knows a statement by 63 letters of its name.
    const places = used.map((name) => names.indexOf(name));
    const key = [before ? 'before' : at === null ? 'first' : 'after', ...places].join('-');
    const statement = statements.get(key) ?? statementOf(listed, used, before, at !== null, key);
    statements.set(key, statement);
    const values = [
      tenant,
      wanted.limit + 1,
      at,
      instant(wanted.createdFrom ?? FIRST_INSTANT),
      instant(Math.min(wanted.createdTo ?? LAST_INSTANT, LAST_INSTANT)),
      ...used.map((name) => wanted[name]),
    ];
    const { rows } = await db.run<Row>(statement, values);
    if (rows.length === 0 && at !== null && (await db.run(exists, [at, tenant])).count === 0) {
      return cursorNotFound(listed.object, wanted);
    }
    const items = rows.slice(0, wanted.limit).map(listed.read);
    return ok({ items: before ? items.reverse() : items, hasMore: rows.length > wanted.limit });
  };
}

/** $1 tenant, $2 limit + 1, $3 cursor or null, $4 and $5 the bounds of its time, from $6 on the filters. */
function statementOf<Filter extends string>(
  { module, table, select, filters, always }: Omit<Listed<Filter, object, unknown>, 'read'>,
  used: readonly Filter[],
  before: boolean,
  hasCursor: boolean,
  key: string,
): Statement {
  const conditions = used.map((name, index) => filters[name].replaceAll('?', `$${index + 6}`));
  const narrowed = [...(always === undefined ? [] : [always]), ...conditions].map((one) => ` AND ${one}`);
  const [sign, order] = before ? ['>', 'ASC'] : ['<', 'DESC'];
  // Two scalars, because the index is entered by them: a comparison with a row of a subquery is a filter, and
  // reads everything between the list's end and the cursor. Where the list begins is one condition, the
  // nearer of the cursor and the bound of its time: of two conditions the index is entered by either, and
  // reads from there to the other.
  const place = (column: string): string =>
    `(SELECT ${column} FROM ${module}.${table} WHERE id = $3 AND tenant = $1)`;
  const bound = before ? '$4::timestamptz' : '$5::timestamptz';
  const isNearer = `${place('created_at')} ${before ? '>=' : '<'} ${bound}`;
  const begin = (column: string, otherwise: string): string =>
    `CASE WHEN ${isNearer} THEN ${place(column)} ELSE ${otherwise} END`;
  const end = before ? 'created_at < $5' : 'created_at >= $4';
  const range = hasCursor
    ? // No id is less than the empty one. A cursor that is not there begins nowhere.
      `${end} AND (created_at, id) ${sign} (${begin('created_at', bound)}, ${begin('id', "''")})
  AND ${place('id')} IS NOT NULL`
    : 'created_at >= $4 AND created_at < $5 AND $3::text IS NULL';
  return {
    name: `${module}.list-${table}-${key}`,
    text: `SELECT ${select} FROM ${module}.${table} WHERE tenant = $1
  AND ${range}${narrowed.join('')}
ORDER BY created_at ${order}, id ${order} LIMIT $2`,
  };
}

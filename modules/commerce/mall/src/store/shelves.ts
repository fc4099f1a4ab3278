import { type Queryable, type Statement, sql } from '@tpmall/platform/db';
import type { GoodsCard, Shelf } from '../contract/index.ts';
import { type AmountsRow, toAmounts } from './amounts.ts';

/** What a shelf is asked for; words as queries, see `readWords`. */
export interface ShelfAsked {
  readonly category?: string | undefined;
  readonly merchant?: string | undefined;
  readonly inStock?: boolean | undefined;
  readonly order?: { readonly price: 'up' | 'down'; readonly currency: string } | undefined;
  readonly limit: number;
  readonly page: number;
}

/** Words as tsqueries: of English text, whose stems Postgres takes, and of pairs of Chinese characters. */
export interface WordQuery {
  readonly latin: string;
  readonly han: string;
  /** `latin` without the unfinished last word: what has the whole word comes first. */
  readonly whole: string;
}

/** Names weigh most, then kind and maker, summary, description; in the order of Postgres, D to A. */
const WEIGHTS = "'{0.1, 0.3, 0.5, 1.0}'";

/** Whether a piece of these goods can be bought. */
const inStock = (goods: string): string => `EXISTS (SELECT FROM mall.variant AS v
    JOIN mall.stock AS k ON k.variant = v.id
    WHERE v.tenant = $1 AND v.goods = ${goods} AND v.active AND k.available > 0)`;
/*
 * $1 tenant, $2 category, $3 merchant, $4 whether in stock only, $5 limit, $6 offset; with words $7 latin,
 * $8 han, $9 whole; last the currency, where prices order.
 *
 * The statements have no name on the connection: Postgres then plans each by its own values.
 */
const FOUND = `FROM mall.goods AS g{asked}
WHERE g.tenant = $1 AND g.active AND ($2::text IS NULL OR g.category = $2)
  AND ($3::text IS NULL OR g.merchant = $3) AND (NOT $4::boolean OR ${inStock('g.id')})`;
const PAGE = `SELECT p.id, p.merchant, p.category, p.plate, p.name, p.summary, p.from_amounts, p.varies,
  p.found, s.name AS shop, ${inStock('p.id')} AS in_stock
FROM (SELECT g.*, count(*) OVER () AS found, {rank} AS rank {found}
  ORDER BY rank {way}, g.created_at DESC, g.id DESC LIMIT $5 OFFSET $6) AS p
JOIN mall.shop AS s ON s.tenant = $1 AND s.merchant = p.merchant
ORDER BY p.rank {way}, p.created_at DESC, p.id DESC`;

/** The same goods in each order. */
type Statements = Readonly<Record<'first' | 'up' | 'down', Statement>>;

function statementsOf(found: string, rank: string, currency: string): Statements {
  const ordered = (by: string, way: string): Statement =>
    sql('', PAGE.replace('{rank}', by).replace('{found}', found).replaceAll('{way}', way));
  const price = `(g.from_amounts ->> ${currency})::numeric`;
  return {
    first: ordered(rank, 'DESC'),
    up: ordered(price, 'ASC NULLS LAST'),
    down: ordered(price, 'DESC NULLS LAST'),
  };
}

const everything = statementsOf(FOUND.replace('{asked}', ''), '0', '$7');
const ranked = (join: '&&' | '||'): Statements =>
  statementsOf(
    `${FOUND.replace(
      '{asked}',
      `, (SELECT to_tsquery('english', $7) ${join} $8::tsquery AS query,
  to_tsquery('english', $9) ${join} $8::tsquery AS whole) AS asked`,
    )} AND g.words @@ asked.query`,
    `ts_rank(${WEIGHTS}, g.words, asked.query) + ts_rank(${WEIGHTS}, g.words, asked.whole)`,
    '$10',
  );
const withAll = ranked('&&');
const withSome = ranked('||');

interface CardRow extends Pick<GoodsCard, 'id' | 'merchant' | 'category' | 'plate' | 'name' | 'summary'> {
  readonly shop: GoodsCard['shop'];
  readonly from_amounts: AmountsRow;
  readonly varies: boolean;
  readonly in_stock: boolean;
  readonly found: bigint;
}

function toShelf(rows: readonly CardRow[], match: Shelf['match']): Shelf {
  return {
    items: rows.map(({ from_amounts, in_stock, found: _found, ...card }) => ({
      ...card,
      from: toAmounts(from_amounts),
      inStock: in_stock,
    })),
    count: Number(rows[0]?.found ?? 0n),
    ...{ match, near: null },
  };
}

/** A page of all goods, the newest first. Beyond the last page the count is not known: 0. */
export async function browseAll(db: Queryable, tenant: string, asked: ShelfAsked): Promise<Shelf> {
  return toShelf(await look(db, everything, tenant, asked, []), 'all');
}

/** A page of the goods that have all words, or some of them, the best first. */
export async function browseWords(
  db: Queryable,
  tenant: string,
  asked: ShelfAsked,
  { latin, han, whole }: WordQuery,
  match: Shelf['match'],
): Promise<Shelf> {
  const statements = match === 'all' ? withAll : withSome;
  return toShelf(await look(db, statements, tenant, asked, [latin, han, whole]), match);
}

async function look(
  db: Queryable,
  statements: Statements,
  tenant: string,
  { category, merchant, inStock: only, order, limit, page }: ShelfAsked,
  words: readonly string[],
): Promise<readonly CardRow[]> {
  const where = [tenant, category ?? null, merchant ?? null, only ?? false, limit, (page - 1) * limit];
  const values = [...where, ...words, ...(order ? [order.currency] : [])];
  return (await db.run<CardRow>(statements[order?.price ?? 'first'], values)).rows;
}

/** Words of names beside one that was asked for; the most frequent ones are enough. */
const NEAR_MAX = 50;
/*
 * $1 tenant, $2 words. Without a name on the connection: each is planned by how many goods there are.
 */
const near = sql(
  '',
  `SELECT asked.word AS asked, found.word FROM unnest($2::text[]) AS asked (word),
  LATERAL (SELECT w.word, count(*) AS goods FROM mall.goods AS g,
      regexp_split_to_table(lower(g.name ->> 'en'), '[^[:alnum:]]+') AS w (word)
    WHERE g.tenant = $1 AND g.active AND g.spellings && mall.spellings(asked.word)
      AND mall.spellings(w.word) && mall.spellings(asked.word)
    GROUP BY w.word ORDER BY goods DESC, w.word LIMIT ${NEAR_MAX}) AS found
ORDER BY found.goods DESC, found.word`,
);

/** Words of the names of goods that are spelled nearly as the given ones, the most frequent first. */
export async function findNearWords(
  db: Queryable,
  tenant: string,
  words: readonly string[],
): Promise<readonly { readonly asked: string; readonly word: string }[]> {
  return (await db.run<{ asked: string; word: string }>(near, [tenant, words])).rows;
}

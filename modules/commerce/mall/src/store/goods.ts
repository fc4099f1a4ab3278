import type { Micros } from '@tpmall/kernel';
import {
  type Column,
  columnDefinitions,
  columnNames,
  instant,
  type Queryable,
  rowParameter,
  sql,
} from '@tpmall/platform/db';
import type { Category, Goods, GoodsOption, Plate, Shop, Text, Variant } from '../contract/index.ts';
import { type AmountsRow, toAmounts } from './amounts.ts';
import { type ShopRow, toShop } from './shops.ts';

/** What the words of goods are found by, by their weight: names, kind and maker, summary, description. */
export interface IndexedWords {
  /** English texts, of which Postgres takes the stems. */
  readonly latin: readonly [string, string, string, string];
  /** A tsvector of Chinese, as text. */
  readonly han: string;
}

const READ: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['merchant', 'text'],
  ['product', 'text'],
  ['created_at', 'timestamptz'],
  ['active', 'boolean'],
  ['category', 'text'],
  ['plate', 'jsonb'],
  ['name', 'jsonb'],
  ['summary', 'jsonb'],
  ['description', 'jsonb'],
  ['options', 'jsonb'],
];

interface GoodsRow {
  readonly id: string;
  readonly tenant: string;
  readonly merchant: string;
  readonly product: string;
  readonly created_at: Micros;
  readonly active: boolean;
  readonly category: Category;
  readonly plate: Plate;
  readonly name: Text;
  readonly summary: Text;
  readonly description: Text;
  readonly options: readonly GoodsOption[];
}

/** A row of a variant with its stock. */
export interface VariantRow {
  readonly id: string;
  readonly sku: string;
  readonly price: string;
  readonly amounts: AmountsRow;
  readonly option_values: Readonly<Record<string, string>>;
  readonly active: boolean;
  readonly available: number;
}

interface OfferedRow extends GoodsRow {
  readonly shop: ShopRow;
  readonly variants: readonly VariantRow[];
}

/** A variant of a row. */
export function toVariant(row: VariantRow): Variant {
  return {
    id: row.id,
    sku: row.sku,
    price: row.price,
    amounts: toAmounts(row.amounts),
    values: row.option_values,
    active: row.active,
    available: row.available,
  };
}

// What was listed by another merchant under the same name stays.
const put = sql(
  'mall.put-goods',
  `INSERT INTO mall.goods (${columnNames(READ)}, from_amounts, varies, words)
SELECT ${columnNames(READ)}, '{}', false,
  setweight(to_tsvector('english', latin ->> 0), 'A') || setweight(to_tsvector('english', latin ->> 1), 'B')
  || setweight(to_tsvector('english', latin ->> 2), 'C')
  || setweight(to_tsvector('english', latin ->> 3), 'D') || han::tsvector
FROM jsonb_to_recordset($1) AS t (${columnDefinitions(READ)}, latin jsonb, han text)
ON CONFLICT (tenant, id) DO UPDATE SET product = EXCLUDED.product, active = EXCLUDED.active,
  category = EXCLUDED.category, plate = EXCLUDED.plate, name = EXCLUDED.name, summary = EXCLUDED.summary,
  description = EXCLUDED.description, options = EXCLUDED.options, words = EXCLUDED.words
WHERE goods.merchant = EXCLUDED.merchant`,
);
const retire = sql(
  'mall.retire-variants',
  `UPDATE mall.variant SET active = false WHERE tenant = $1 AND goods = ANY ($2::text[]) AND active
  AND NOT id = ANY ($3::text[])`,
);
const VARIANT = `id text, tenant text, goods text, sku text, position integer, price text, amounts jsonb,
  option_values jsonb, stock integer`;
const putVariants = sql(
  'mall.put-variants',
  `INSERT INTO mall.variant (id, tenant, goods, sku, position, price, amounts, option_values, active)
SELECT id, tenant, goods, sku, position, price, amounts, option_values, true
FROM jsonb_to_recordset($1) AS t (${VARIANT})
ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position, price = EXCLUDED.price,
  amounts = EXCLUDED.amounts, option_values = EXCLUDED.option_values, active = true`,
);
const firstStock = sql(
  'mall.first-stock',
  `INSERT INTO mall.stock (variant, available, reserved)
SELECT id, stock, 0 FROM jsonb_to_recordset($1) AS t (${VARIANT}) ON CONFLICT (variant) DO NOTHING`,
);
const labelShelf = sql(
  'mall.label-shelf',
  `UPDATE mall.goods AS g SET
  from_amounts = coalesce((SELECT jsonb_object_agg(code, low::text) FROM price), '{}'),
  varies = coalesce((SELECT bool_or(low <> high) FROM price), false)
FROM (SELECT unnest($2::text[]) AS id) AS wanted
WHERE g.tenant = $1 AND g.id = wanted.id`.replaceAll(
    'FROM price',
    `FROM (SELECT code, min(digits::numeric) AS low, max(digits::numeric) AS high
    FROM mall.variant AS v, jsonb_each_text(v.amounts) AS e (code, digits)
    WHERE v.tenant = g.tenant AND v.goods = g.id AND v.active GROUP BY code) AS price`,
  ),
);
// All of it in one round trip: every product's page asks for it.
const byId = sql(
  'mall.find-goods',
  `SELECT ${columnNames(READ, 'g.')}, to_jsonb(s) AS shop, coalesce((SELECT jsonb_agg(jsonb_build_object(
    'id', v.id, 'sku', v.sku, 'price', v.price, 'amounts', v.amounts, 'option_values', v.option_values,
    'active', v.active, 'available', k.available) ORDER BY v.position, v.id)
  FROM mall.variant AS v JOIN mall.stock AS k ON k.variant = v.id
  WHERE v.tenant = g.tenant AND v.goods = g.id), '[]') AS variants
FROM mall.goods AS g JOIN mall.shop AS s ON s.tenant = g.tenant AND s.merchant = g.merchant
WHERE g.tenant = $1 AND g.id = ANY ($2::text[])`,
);
const dropPrice = sql(
  'mall.drop-price',
  'UPDATE mall.variant SET active = false WHERE tenant = $1 AND price = $2 AND active RETURNING goods',
);
const dropProduct = sql(
  'mall.drop-product',
  'UPDATE mall.goods SET active = false WHERE tenant = $1 AND product = $2 AND active',
);

/** A variant as it is put on a shelf. */
export type ListedVariant = Omit<Variant, 'active' | 'available'> & { readonly stock: number };

/** Goods as they are put on a shelf. */
export interface ListedGoods extends Omit<Goods, 'variants'> {
  readonly variants: readonly ListedVariant[];
  readonly words: IndexedWords;
}

/** Stores goods as they are now, whether they were there or not. False: one of them is another merchant's. */
export async function putGoodsRows(tx: Queryable, listed: readonly ListedGoods[]): Promise<boolean> {
  const rows = listed.map(({ variants: _variants, words, createdAt, ...goods }) => ({
    ...goods,
    ...words,
    created_at: instant(createdAt),
  }));
  if ((await tx.run(put, [rowParameter(rows)])).count < listed.length) return false;
  const variants = listed.flatMap(({ id, tenant, variants }) =>
    variants.map(({ values, ...variant }, position) => ({
      ...variant,
      ...{ tenant, goods: id, position, option_values: values },
    })),
  );
  const tenant = listed[0]?.tenant ?? '';
  const goods = listed.map(({ id }) => id);
  await tx.run(retire, [tenant, goods, variants.map(({ id }) => id)]);
  await tx.run(putVariants, [rowParameter(variants)]);
  await tx.run(firstStock, [rowParameter(variants)]);
  await tx.run(labelShelf, [tenant, goods]);
  return true;
}

/** Goods with all their variants, those that are sold no more among them, and the shop that sells them. */
export interface Offered {
  readonly goods: Goods;
  readonly shop: Shop;
}

/** Goods and their shops, in the order of the ids; what is not there is left out. */
export async function findOffered(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<readonly Offered[]> {
  const { rows } = await db.run<OfferedRow>(byId, [tenant, ids]);
  const byName = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byName.get(id);
    if (!row) return [];
    const { created_at: createdAt, shop, variants, ...goods } = row;
    return [{ goods: { ...goods, createdAt, variants: variants.map(toVariant) }, shop: toShop(shop) }];
  });
}

/** Sells no more what has this price. */
export async function dropPriced(tx: Queryable, tenant: string, price: string): Promise<void> {
  const { rows } = await tx.run<{ goods: string }>(dropPrice, [tenant, price]);
  if (rows.length > 0) await tx.run(labelShelf, [tenant, [...new Set(rows.map(({ goods }) => goods))]]);
}

/** Sells a product no more. */
export async function dropGoodsOf(tx: Queryable, tenant: string, product: string): Promise<void> {
  await tx.run(dropProduct, [tenant, product]);
}

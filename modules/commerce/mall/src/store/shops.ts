import {
  type Column,
  columnDefinitions,
  columnNames,
  type Queryable,
  rowParameter,
  sql,
} from '@tpmall/platform/db';
import type { Category, Directory, Shop, Text } from '../contract/index.ts';
import { type AmountsRow, toAmounts } from './amounts.ts';

const COLUMNS: readonly Column[] = [
  ['tenant', 'text'],
  ['merchant', 'text'],
  ['name', 'jsonb'],
  ['place', 'jsonb'],
  ['about', 'jsonb'],
  ['delivery', 'jsonb'],
  ['free_delivery_from', 'jsonb'],
  ['tax_basis_points', 'integer'],
  ['accept_returns_up_to', 'jsonb'],
  ['dispatch_days', 'integer'],
];

/** A row of a shop, as its columns or as JSON. */
export interface ShopRow {
  readonly tenant: string;
  readonly merchant: string;
  readonly name: Text;
  readonly place: Text;
  readonly about: Text;
  readonly delivery: AmountsRow;
  readonly free_delivery_from: AmountsRow;
  readonly tax_basis_points: number;
  readonly accept_returns_up_to: AmountsRow;
  readonly dispatch_days: number;
}

/** A shop of a row. */
export function toShop(row: ShopRow): Shop {
  return {
    merchant: row.merchant,
    tenant: row.tenant,
    name: row.name,
    place: row.place,
    about: row.about,
    delivery: toAmounts(row.delivery),
    freeDeliveryFrom: toAmounts(row.free_delivery_from),
    taxBasisPoints: row.tax_basis_points,
    acceptReturnsUpTo: toAmounts(row.accept_returns_up_to),
    dispatchDays: row.dispatch_days,
  };
}

const put = sql(
  'mall.put-shops',
  `INSERT INTO mall.shop (${columnNames(COLUMNS)})
SELECT ${columnNames(COLUMNS)} FROM jsonb_to_recordset($1) AS t (${columnDefinitions(COLUMNS)})
ON CONFLICT (tenant, merchant) DO UPDATE SET ${COLUMNS.slice(2)
    .map(([name]) => `${name} = EXCLUDED.${name}`)
    .join(', ')}`,
);
const byMerchant = sql(
  'mall.find-shops',
  `SELECT ${columnNames(COLUMNS)} FROM mall.shop WHERE tenant = $1 AND merchant = ANY ($2::text[])`,
);
const directory = sql(
  'mall.read-shops',
  `SELECT ${columnNames(COLUMNS, 's.')}, count(g.id) AS goods FROM mall.shop AS s
LEFT JOIN mall.goods AS g ON g.tenant = s.tenant AND g.merchant = s.merchant AND g.active
WHERE s.tenant = $1 GROUP BY s.tenant, s.merchant HAVING count(g.id) > 0 ORDER BY s.opened`,
);
const categories = sql(
  'mall.read-categories',
  'SELECT category, count(*) AS goods FROM mall.goods WHERE tenant = $1 AND active GROUP BY category',
);

/** Stores shops as they are now, whether they were there or not. At most one of a merchant. */
export async function putShopRows(tx: Queryable, shops: readonly Shop[]): Promise<void> {
  const rows = shops.map((shop) => ({
    ...shop,
    free_delivery_from: shop.freeDeliveryFrom,
    tax_basis_points: shop.taxBasisPoints,
    accept_returns_up_to: shop.acceptReturnsUpTo,
    dispatch_days: shop.dispatchDays,
  }));
  await tx.run(put, [rowParameter(rows)]);
}

/** The shops of merchants, by merchant; those that have none are left out. */
export async function findShops(
  db: Queryable,
  tenant: string,
  merchants: readonly string[],
): Promise<ReadonlyMap<string, Shop>> {
  if (merchants.length === 0) return new Map();
  const { rows } = await db.run<ShopRow>(byMerchant, [tenant, merchants]);
  return new Map(rows.map((row) => [row.merchant, toShop(row)]));
}

/** Shops and categories with goods that are sold. */
export async function readDirectory(db: Queryable, tenant: string): Promise<Directory> {
  const [shops, aisles] = await Promise.all([
    db.run<ShopRow & { goods: bigint }>(directory, [tenant]),
    db.run<{ category: Category; goods: bigint }>(categories, [tenant]),
  ]);
  const all = aisles.rows.map(({ category, goods }) => ({ category, goods: Number(goods) }));
  return {
    shops: shops.rows.map((row) => ({ ...toShop(row), goods: Number(row.goods) })),
    categories: all,
    goods: all.reduce((sum, { goods }) => sum + goods, 0),
  };
}

const home = sql('mall.find-home', 'SELECT tenant FROM mall.shop ORDER BY opened LIMIT 1');

/** The platform that opened the first shop, if there is one. */
export async function findHome(db: Queryable): Promise<string | undefined> {
  return (await db.run<{ tenant: string }>(home)).rows[0]?.tenant;
}

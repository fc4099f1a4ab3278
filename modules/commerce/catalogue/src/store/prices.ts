import type { Micros } from '@tpmall/kernel';
import {
  type Column,
  columnAssignments,
  columnDefinitions,
  columnNames,
  createListing,
  instant,
  type Queryable,
  rowParameter,
  SQLSTATE,
  sql,
  sqlState,
} from '@tpmall/platform/db';
import type { Price, PricedProduct } from '../contract/index.ts';
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './products.ts';

const CHANGING: readonly Column[] = [
  ['active', 'boolean'],
  ['tax_behavior', 'text'],
  ['currency_options', 'jsonb'],
  ['nickname', 'text'],
  ['lookup_key', 'text'],
  ['metadata', 'jsonb'],
];
const COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['product', 'text'],
  ['currency', 'text'],
  ['unit_amount_decimal', 'text'],
  ['recurring_interval', 'text'],
  ['recurring_count', 'integer'],
  ...CHANGING,
];

interface PriceRow
  extends Pick<Price, 'id' | 'tenant' | 'product' | 'active' | 'currency' | 'nickname' | 'metadata'> {
  readonly created_at: Micros;
  readonly unit_amount_decimal: string;
  readonly tax_behavior: Price['taxBehavior'];
  readonly currency_options: Price['currencyOptions'];
  readonly lookup_key: string | null;
  readonly recurring_interval: 'day' | 'week' | 'month' | 'year' | null;
  readonly recurring_count: number | null;
}

function toPrice(row: PriceRow): Price {
  const { recurring_interval: interval, recurring_count: intervalCount } = row;
  return {
    id: row.id,
    tenant: row.tenant,
    product: row.product,
    active: row.active,
    currency: row.currency,
    unitAmountDecimal: row.unit_amount_decimal,
    taxBehavior: row.tax_behavior,
    currencyOptions: row.currency_options,
    nickname: row.nickname,
    lookupKey: row.lookup_key,
    metadata: row.metadata,
    recurring: interval !== null && intervalCount !== null ? { interval, intervalCount } : null,
    createdAt: row.created_at,
  };
}

function fromPrice(price: Price): string {
  return rowParameter({
    ...price,
    created_at: instant(price.createdAt),
    unit_amount_decimal: price.unitAmountDecimal,
    tax_behavior: price.taxBehavior,
    currency_options: price.currencyOptions,
    lookup_key: price.lookupKey,
    recurring_interval: price.recurring?.interval ?? null,
    recurring_count: price.recurring?.intervalCount ?? null,
  });
}

const insert = sql(
  'catalogue.insert-price',
  `INSERT INTO catalogue.price (${columnNames(COLUMNS)})
SELECT ${columnNames(COLUMNS)} FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)})`,
);
const update = sql(
  'catalogue.update-price',
  `UPDATE catalogue.price AS price SET ${columnAssignments(CHANGING, 't')}
FROM jsonb_to_record($1) AS t(${columnDefinitions(COLUMNS)})
WHERE price.tenant = t.tenant AND price.id = t.id`,
);
const byId = sql(
  'catalogue.find-price',
  `SELECT ${columnNames(COLUMNS)} FROM catalogue.price WHERE tenant = $1 AND id = $2`,
);
const lock = sql('catalogue.lock-price', `${byId.text} FOR UPDATE`);
const takeKey = sql(
  'catalogue.take-lookup-key',
  `UPDATE catalogue.price SET lookup_key = NULL WHERE tenant = $1 AND lookup_key = $2 AND id <> $3
RETURNING ${columnNames(COLUMNS)}`,
);
const byIds = sql(
  'catalogue.find-prices',
  `SELECT ${columnNames(COLUMNS)} FROM catalogue.price WHERE tenant = $1 AND id = ANY ($2::text[])`,
);
const productsOf = sql(
  'catalogue.find-products-of-prices',
  `SELECT ${columnNames(PRODUCT_COLUMNS)} FROM catalogue.product
WHERE tenant = $1 AND id = ANY ($2::text[])`,
);

/** What storing a price came to. */
export type PriceStored = 'stored' | 'lookup_key_taken';

/** Stores a new price. A lookup key that another price has leaves the transaction broken: it must end. */
export function insertPrice(tx: Queryable, price: Price): Promise<PriceStored> {
  return write(tx, insert, price);
}

/** Stores a price that {@link lockPrice} has locked, as it is now. */
export function updatePriceRow(tx: Queryable, price: Price): Promise<PriceStored> {
  return write(tx, update, price);
}

async function write(tx: Queryable, statement: typeof insert, price: Price): Promise<PriceStored> {
  try {
    await tx.run(statement, [fromPrice(price)]);
    return 'stored';
  } catch (error) {
    if (sqlState(error) === SQLSTATE.uniqueViolation) return 'lookup_key_taken';
    throw error;
  }
}

/** Takes a lookup key from the price that has it; answers that price, as it is now. */
export async function takeLookupKey(tx: Queryable, price: Price): Promise<Price | undefined> {
  const { rows } = await tx.run<PriceRow>(takeKey, [price.tenant, price.lookupKey, price.id]);
  return rows[0] && toPrice(rows[0]);
}

/** A price of this tenant. */
export async function findPrice(db: Queryable, tenant: string, id: string): Promise<Price | undefined> {
  const { rows } = await db.run<PriceRow>(byId, [tenant, id]);
  return rows[0] && toPrice(rows[0]);
}

/** The same, which nobody else changes until this transaction ends. */
export async function lockPrice(tx: Queryable, tenant: string, id: string): Promise<Price | undefined> {
  const { rows } = await tx.run<PriceRow>(lock, [tenant, id]);
  return rows[0] && toPrice(rows[0]);
}

/** Prices of this tenant with their products, in the order of their ids; those unknown are left out. */
export async function findPricedProducts(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<PricedProduct[]> {
  const prices = await db.run<PriceRow>(byIds, [tenant, ids]);
  const wanted = [...new Set(prices.rows.map((row) => row.product))];
  const products = await db.run<ProductRow>(productsOf, [tenant, wanted]);
  const productById = new Map(products.rows.map((row) => [row.id, toProduct(row)]));
  const priceById = new Map(prices.rows.map((row) => [row.id, toPrice(row)]));
  return ids.flatMap((id) => {
    const price = priceById.get(id);
    const product = price && productById.get(price.product);
    return price && product ? [{ price, product }] : [];
  });
}

/** A page of prices, newest first. */
export const listPrices = createListing({
  module: 'catalogue',
  table: 'price',
  select: columnNames(COLUMNS),
  read: toPrice,
  filters: {
    active: 'active = ?',
    currency: 'currency = ?',
    interval: 'recurring_interval = ?',
    isRecurring: '(recurring_interval IS NOT NULL) = ?',
    lookupKeys: 'lookup_key = ANY (?::text[])',
    product: 'product = ?',
  },
});

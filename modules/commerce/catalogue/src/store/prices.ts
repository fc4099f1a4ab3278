import {
  createListing,
  createRecordTable,
  type Queryable,
  SQLSTATE,
  type StoredRow,
  sql,
  sqlState,
} from '@tpmall/platform/db';
import type { Price, PricedProduct, Recurring } from '../contract/index.ts';
import { products } from './products.ts';

/** A price in one row: how often it recurs is two columns. */
interface PriceRecord extends Omit<Price, 'recurring'> {
  readonly recurringInterval: Recurring['interval'] | null;
  readonly recurringCount: number | null;
}

const prices = createRecordTable<PriceRecord>({
  table: 'catalogue.price',
  columns: {
    id: 'text',
    tenant: 'text',
    createdAt: 'timestamptz',
    product: 'text',
    active: 'boolean',
    currency: 'text',
    unitAmountDecimal: 'text',
    taxBehavior: 'text',
    currencyOptions: 'jsonb',
    nickname: 'text',
    lookupKey: 'text',
    metadata: 'jsonb',
    recurringInterval: 'text',
    recurringCount: 'integer',
  },
  changing: ['active', 'taxBehavior', 'currencyOptions', 'nickname', 'lookupKey', 'metadata'],
  key: ['tenant', 'id'],
});

function toPrice({ recurringInterval: interval, recurringCount: count, ...price }: PriceRecord): Price {
  return {
    ...price,
    recurring: interval !== null && count !== null ? { interval, intervalCount: count } : null,
  };
}

function fromPrice({ recurring, ...price }: Price): PriceRecord {
  return {
    ...price,
    recurringInterval: recurring?.interval ?? null,
    recurringCount: recurring?.intervalCount ?? null,
  };
}

const insert = sql('catalogue.insert-price', prices.insert);
const update = sql('catalogue.update-price', prices.update);
const byId = sql(
  'catalogue.find-price',
  `SELECT ${prices.names} FROM catalogue.price WHERE tenant = $1 AND id = $2`,
);
const lock = sql('catalogue.lock-price', `${byId.text} FOR UPDATE`);
const takeKey = sql(
  'catalogue.take-lookup-key',
  `UPDATE catalogue.price SET lookup_key = NULL WHERE tenant = $1 AND lookup_key = $2 AND id <> $3
RETURNING ${prices.names}`,
);
const byIds = sql(
  'catalogue.find-prices',
  `SELECT ${prices.names} FROM catalogue.price WHERE tenant = $1 AND id = ANY ($2::text[])`,
);
const productsOf = sql(
  'catalogue.find-products-of-prices',
  `SELECT ${products.names} FROM catalogue.product
WHERE tenant = $1 AND id = ANY ($2::text[])`,
);

/** What storing a price came to. */
export type PriceStored = 'stored' | 'lookup_key_taken';

/** Stores a new price. A lookup key that another price has leaves the transaction broken: it must end. */
export function insertPrice(tx: Queryable, price: Price): Promise<PriceStored> {
  return write(tx, insert, prices.rows([fromPrice(price)]));
}

/** Stores a price that {@link lockPrice} has locked, as it is now. */
export function updatePriceRow(tx: Queryable, price: Price): Promise<PriceStored> {
  return write(tx, update, prices.row(fromPrice(price)));
}

async function write(tx: Queryable, statement: typeof insert, price: string): Promise<PriceStored> {
  try {
    await tx.run(statement, [price]);
    return 'stored';
  } catch (error) {
    if (sqlState(error) === SQLSTATE.uniqueViolation) return 'lookup_key_taken';
    throw error;
  }
}

async function first(
  db: Queryable,
  statement: typeof insert,
  values: readonly unknown[],
): Promise<Price | undefined> {
  const record = await prices.first(db, statement, values);
  return record && toPrice(record);
}

/** Takes a lookup key from the price that has it; answers that price, as it is now. */
export function takeLookupKey(tx: Queryable, price: Price): Promise<Price | undefined> {
  return first(tx, takeKey, [price.tenant, price.lookupKey, price.id]);
}

/** A price of this tenant. */
export function findPrice(db: Queryable, tenant: string, id: string): Promise<Price | undefined> {
  return first(db, byId, [tenant, id]);
}

/** The same, which nobody else changes until this transaction ends. */
export function lockPrice(tx: Queryable, tenant: string, id: string): Promise<Price | undefined> {
  return first(tx, lock, [tenant, id]);
}

/** Prices of this tenant, in any order; those unknown are left out. */
export async function loadPrices(db: Queryable, tenant: string, ids: readonly string[]): Promise<Price[]> {
  return (await prices.all(db, byIds, [tenant, ids])).map(toPrice);
}

/** Prices of this tenant with their products, in the order of their ids; those unknown are left out. */
export async function findPricedProducts(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<PricedProduct[]> {
  const found = await loadPrices(db, tenant, ids);
  const wanted = [...new Set(found.map(({ product }) => product))];
  const productById = new Map(
    (await products.all(db, productsOf, [tenant, wanted])).map((product) => [product.id, product]),
  );
  const priceById = new Map(found.map((price) => [price.id, price]));
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
  object: 'price',
  select: prices.names,
  read: (row: StoredRow) => toPrice(prices.read(row)),
  filters: {
    active: 'active = ?',
    currency: 'currency = ?',
    interval: 'recurring_interval = ?',
    isRecurring: '(recurring_interval IS NOT NULL) = ?',
    lookupKeys: 'lookup_key = ANY (?::text[])',
    product: 'product = ?',
  },
});

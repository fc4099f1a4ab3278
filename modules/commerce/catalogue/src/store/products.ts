import type { Micros } from '@tpmall/kernel';
import { createListing, createRecordTable, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Product } from '../contract/index.ts';

/** The rows of `catalogue.product`. */
export const products = createRecordTable<Product>({
  table: 'catalogue.product',
  columns: {
    id: 'text',
    tenant: 'text',
    createdAt: 'timestamptz',
    updatedAt: 'timestamptz',
    merchant: 'text',
    active: 'boolean',
    type: 'text',
    name: 'text',
    description: 'text',
    images: 'jsonb',
    marketingFeatures: 'jsonb',
    metadata: 'jsonb',
    defaultPrice: 'text',
    packageDimensions: 'jsonb',
    shippable: 'boolean',
    statementDescriptor: 'text',
    taxCode: 'text',
    unitLabel: 'text',
    url: 'text',
  },
  changing: [
    'updatedAt',
    'merchant',
    'active',
    'name',
    'description',
    'images',
    'marketingFeatures',
    'metadata',
    'defaultPrice',
    'packageDimensions',
    'shippable',
    'statementDescriptor',
    'taxCode',
    'unitLabel',
    'url',
  ],
  key: ['tenant', 'id'],
});

const insert = sql(
  'catalogue.insert-product',
  `${products.insert}
ON CONFLICT (tenant, id) DO NOTHING`,
);
const update = sql('catalogue.update-product', products.update);
const byId = sql(
  'catalogue.find-product',
  `SELECT ${products.names} FROM catalogue.product
WHERE tenant = $1 AND id = $2 AND deleted_at IS NULL`,
);
const lockForChange = sql('catalogue.change-product', `${byId.text} FOR UPDATE`);
// Prices may be added side by side, but not while their product is being deleted.
const lockForUse = sql('catalogue.use-product', `${byId.text} FOR KEY SHARE`);
const remove = sql(
  'catalogue.delete-product',
  `UPDATE catalogue.product SET deleted_at = $3, updated_at = $3
WHERE tenant = $1 AND id = $2
  AND NOT EXISTS (SELECT FROM catalogue.price WHERE price.tenant = $1 AND price.product = $2)`,
);

/** Stores a new product. False: there is, or was, one of this id. */
export async function insertProduct(tx: Queryable, product: Product): Promise<boolean> {
  return (await tx.run(insert, [products.rows([product])])).count > 0;
}

/** Stores a product that {@link lockProduct} has locked, as it is now. */
export async function updateProductRow(tx: Queryable, product: Product): Promise<void> {
  await tx.run(update, [products.row(product)]);
}

/** Deletes a product that {@link lockProduct} has locked. False: it has prices. */
export async function deleteProductRow(tx: Queryable, product: Product, at: Micros): Promise<boolean> {
  return (await tx.run(remove, [product.tenant, product.id, instant(at)])).count > 0;
}

/** A product of this tenant that is not deleted. */
export function findProduct(db: Queryable, tenant: string, id: string): Promise<Product | undefined> {
  return products.first(db, byId, [tenant, id]);
}

/** The same, which nobody else changes, or at least nobody deletes, until this transaction ends. */
export function lockProduct(
  tx: Queryable,
  tenant: string,
  id: string,
  purpose: 'change' | 'use',
): Promise<Product | undefined> {
  const statement = purpose === 'change' ? lockForChange : lockForUse;
  return products.first(tx, statement, [tenant, id]);
}

const byIds = sql(
  'catalogue.load-products',
  `SELECT ${products.names} FROM catalogue.product
WHERE tenant = $1 AND id = ANY ($2::text[]) AND deleted_at IS NULL`,
);

/** Products of this tenant that a search has found, in any order; not those deleted since. */
export function loadProducts(db: Queryable, tenant: string, ids: readonly string[]): Promise<Product[]> {
  return products.all(db, byIds, [tenant, ids]);
}

/** A page of products, newest first. */
export const listProducts = createListing({
  module: 'catalogue',
  table: 'product',
  object: 'product',
  select: products.names,
  read: products.read,
  always: 'deleted_at IS NULL',
  filters: {
    active: 'active = ?',
    ids: 'id = ANY (?::text[])',
    merchant: 'merchant = ?',
    shippable: 'shippable = ?',
    type: 'type = ?',
    url: 'url = ?',
  },
});

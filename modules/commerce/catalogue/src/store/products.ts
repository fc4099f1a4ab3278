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
  sql,
} from '@tpmall/platform/db';
import type { Product } from '../contract/index.ts';

const FIXED: readonly Column[] = [
  ['id', 'text'],
  ['tenant', 'text'],
  ['created_at', 'timestamptz'],
  ['type', 'text'],
];
const CHANGING: readonly Column[] = [
  ['updated_at', 'timestamptz'],
  ['merchant', 'text'],
  ['active', 'boolean'],
  ['name', 'text'],
  ['description', 'text'],
  ['images', 'jsonb'],
  ['marketing_features', 'jsonb'],
  ['metadata', 'jsonb'],
  ['default_price', 'text'],
  ['package_dimensions', 'jsonb'],
  ['shippable', 'boolean'],
  ['statement_descriptor', 'text'],
  ['tax_code', 'text'],
  ['unit_label', 'text'],
  ['url', 'text'],
];
/** The columns of `catalogue.product`. */
export const PRODUCT_COLUMNS: readonly Column[] = [...FIXED, ...CHANGING];

/** A row of `catalogue.product`. */
export interface ProductRow
  extends Pick<
    Product,
    'id' | 'tenant' | 'type' | 'merchant' | 'active' | 'name' | 'description' | 'images' | 'metadata'
  > {
  readonly created_at: Micros;
  readonly updated_at: Micros;
  readonly marketing_features: Product['marketingFeatures'];
  readonly default_price: string | null;
  readonly package_dimensions: Product['packageDimensions'];
  readonly shippable: boolean | null;
  readonly statement_descriptor: string | null;
  readonly tax_code: string | null;
  readonly unit_label: string | null;
  readonly url: string | null;
}

/** A row as the domain knows it. */
export function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    tenant: row.tenant,
    merchant: row.merchant,
    active: row.active,
    type: row.type,
    name: row.name,
    description: row.description,
    images: row.images,
    marketingFeatures: row.marketing_features,
    metadata: row.metadata,
    defaultPrice: row.default_price,
    packageDimensions: row.package_dimensions,
    shippable: row.shippable,
    statementDescriptor: row.statement_descriptor,
    taxCode: row.tax_code,
    unitLabel: row.unit_label,
    url: row.url,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function fromProduct(product: Product): string {
  return rowParameter({
    ...product,
    created_at: instant(product.createdAt),
    updated_at: instant(product.updatedAt),
    marketing_features: product.marketingFeatures,
    default_price: product.defaultPrice,
    package_dimensions: product.packageDimensions,
    statement_descriptor: product.statementDescriptor,
    tax_code: product.taxCode,
    unit_label: product.unitLabel,
  });
}

const insert = sql(
  'catalogue.insert-product',
  `INSERT INTO catalogue.product (${columnNames(PRODUCT_COLUMNS)})
SELECT ${columnNames(PRODUCT_COLUMNS)} FROM jsonb_to_record($1) AS t(${columnDefinitions(PRODUCT_COLUMNS)})
ON CONFLICT (tenant, id) DO NOTHING`,
);
const update = sql(
  'catalogue.update-product',
  `UPDATE catalogue.product AS product SET ${columnAssignments(CHANGING, 't')}
FROM jsonb_to_record($1) AS t(${columnDefinitions(PRODUCT_COLUMNS)})
WHERE product.tenant = t.tenant AND product.id = t.id`,
);
const byId = sql(
  'catalogue.find-product',
  `SELECT ${columnNames(PRODUCT_COLUMNS)} FROM catalogue.product
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
  return (await tx.run(insert, [fromProduct(product)])).count > 0;
}

/** Stores a product that {@link lockProduct} has locked, as it is now. */
export async function updateProductRow(tx: Queryable, product: Product): Promise<void> {
  await tx.run(update, [fromProduct(product)]);
}

/** Deletes a product that {@link lockProduct} has locked. False: it has prices. */
export async function deleteProductRow(tx: Queryable, product: Product, at: Micros): Promise<boolean> {
  return (await tx.run(remove, [product.tenant, product.id, instant(at)])).count > 0;
}

/** A product of this tenant that is not deleted. */
export async function findProduct(db: Queryable, tenant: string, id: string): Promise<Product | undefined> {
  const { rows } = await db.run<ProductRow>(byId, [tenant, id]);
  return rows[0] && toProduct(rows[0]);
}

/** The same, which nobody else changes, or at least nobody deletes, until this transaction ends. */
export async function lockProduct(
  tx: Queryable,
  tenant: string,
  id: string,
  purpose: 'change' | 'use',
): Promise<Product | undefined> {
  const statement = purpose === 'change' ? lockForChange : lockForUse;
  const { rows } = await tx.run<ProductRow>(statement, [tenant, id]);
  return rows[0] && toProduct(rows[0]);
}

/** A page of products, newest first. */
export const listProducts = createListing({
  module: 'catalogue',
  table: 'product',
  select: columnNames(PRODUCT_COLUMNS),
  read: toProduct,
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

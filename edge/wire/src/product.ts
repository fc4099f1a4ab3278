import type { Product } from '@tpmall/catalogue/contract';
import { z } from 'zod';
import { expandParameter, pageParameters } from './list.ts';
import {
  flag,
  list,
  metadata,
  metadataPatch,
  objectId,
  oneOf,
  unsettable,
  unsupported,
  webAddress,
} from './parameters.ts';
import { defaultPriceParameters } from './price.ts';
import { productFields as fields, productIdParameter } from './product-parameters.ts';
import { secondsToWire, type WireView } from './view.ts';

const productType = oneOf('good', 'service');

/** `POST /v1/products`; `merchant`, whose sale it is, is this system's extension. */
export const createProductParameters = z.strictObject({
  active: fields.active.optional(),
  default_price_data: defaultPriceParameters.optional(),
  description: fields.description.optional(),
  id: productIdParameter.optional(),
  images: fields.images.optional(),
  marketing_features: fields.marketing_features.optional(),
  merchant: fields.merchant.optional(),
  metadata: metadata().optional(),
  name: fields.name,
  package_dimensions: fields.package_dimensions.optional(),
  shippable: fields.shippable.optional(),
  statement_descriptor: fields.statement_descriptor.optional(),
  tax_code: fields.tax_code.optional(),
  type: productType.optional(),
  unit_label: fields.unit_label.optional(),
  url: fields.url.optional(),
  ...expandParameter,
  ...unsupported('tax_details'),
});

/** `POST /v1/products/:id` */
export const updateProductParameters = z.strictObject({
  active: fields.active.optional(),
  default_price: unsettable(objectId()).optional(),
  description: unsettable(fields.description).optional(),
  images: unsettable(fields.images).optional(),
  marketing_features: unsettable(fields.marketing_features).optional(),
  merchant: unsettable(fields.merchant).optional(),
  metadata: metadataPatch().optional(),
  name: fields.name.optional(),
  package_dimensions: unsettable(fields.package_dimensions).optional(),
  shippable: fields.shippable.optional(),
  statement_descriptor: unsettable(fields.statement_descriptor).optional(),
  tax_code: unsettable(fields.tax_code).optional(),
  unit_label: unsettable(fields.unit_label).optional(),
  url: unsettable(fields.url).optional(),
  ...expandParameter,
  ...unsupported('tax_details'),
});

/** `GET /v1/products`; `merchant` is this system's extension. */
export const listProductsParameters = z.strictObject({
  ...pageParameters,
  active: flag().optional(),
  ids: list(objectId(), 100).optional(),
  merchant: objectId().optional(),
  shippable: flag().optional(),
  type: productType.optional(),
  url: webAddress().optional(),
});

type Described = z.infer<typeof createProductParameters> | z.infer<typeof updateProductParameters>;

/** What a product is said to be, in the words of the catalogue; name, id, type, price and metadata apart. */
export function productDetailsFromWire<Given extends Described>(given: Given) {
  return {
    ...(given.active !== undefined && { active: given.active }),
    ...(given.description !== undefined && { description: given.description }),
    ...(given.images !== undefined && { images: given.images }),
    ...(given.marketing_features !== undefined && {
      marketingFeatures: given.marketing_features?.map(({ name }) => name) ?? null,
    }),
    ...(given.merchant !== undefined && { merchant: given.merchant }),
    ...(given.package_dimensions !== undefined && { packageDimensions: given.package_dimensions }),
    ...(given.shippable !== undefined && { shippable: given.shippable }),
    ...(given.statement_descriptor !== undefined && { statementDescriptor: given.statement_descriptor }),
    ...(given.tax_code !== undefined && { taxCode: given.tax_code }),
    ...(given.unit_label !== undefined && { unitLabel: given.unit_label }),
    ...(given.url !== undefined && { url: given.url }),
  };
}

/** A product as clients of the payments API know it, with one field of our own: `merchant`. */
export function productToWire(product: Product, view: WireView) {
  return {
    id: product.id,
    object: 'product' as const,
    active: product.active,
    created: secondsToWire(product.createdAt),
    default_price: product.defaultPrice,
    description: product.description,
    images: [...product.images],
    livemode: view.livemode,
    marketing_features: product.marketingFeatures.map((name) => ({ name })),
    merchant: product.merchant,
    metadata: { ...product.metadata },
    name: product.name,
    package_dimensions: product.packageDimensions && { ...product.packageDimensions },
    shippable: product.shippable,
    statement_descriptor: product.statementDescriptor,
    tax_code: product.taxCode,
    tax_details: null,
    type: product.type,
    unit_label: product.unitLabel,
    updated: secondsToWire(product.updatedAt),
    url: product.url,
  };
}

/** See {@link productToWire}. */
export type WireProduct = ReturnType<typeof productToWire>;

/** What deleting a product answers. */
export function deletedProductToWire(id: string) {
  return { id, object: 'product' as const, deleted: true as const };
}

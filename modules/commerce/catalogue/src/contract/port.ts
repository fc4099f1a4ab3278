import {
  command,
  defineContract,
  idsInput,
  metadataPatchSchema,
  metadataSchema,
  type Page,
  pageCodes,
  pageInput,
  query,
} from '@tpmall/platform/contract';
import { type SearchPage, searchInput } from '@tpmall/platform/search';
import { z } from 'zod';
import { currency, currencyOptions, id, newProduct, priceTerms, productDetails } from './schemas.ts';
import type { Price, PricedProduct, Product } from './types.ts';

const page = pageInput(id);
const lookupKey = z.string().min(1).max(200);
/** Prices that are asked for at once: the most lines of one checkout. */
const PRICES_MAX = 100;
/** The product that a new price is for: one that is there, or one that is made with it. */
const subject = { product: id.optional(), productData: newProduct.optional() };

const mutable = ['idempotency_mismatch'] as const;

/** What is sold, and what it costs. */
export const catalogueContract = defineContract({
  module: 'catalogue',
  version: 1,
  operations: {
    /** Makes a product, and with `defaultPrice` its first price. */
    createProduct: command<Product>()({
      input: newProduct.extend({
        defaultPrice: priceTerms.extend({ metadata: metadataSchema.optional() }).optional(),
      }),
      codes: [...mutable, 'product_exists', 'merchant_not_found'],
      callers: ['gateway', 'mall', 'operator'],
    }),
    /** Changes a product. A field that is not given stays; null takes it away. */
    updateProduct: command<Product>()({
      input: z.strictObject({
        id,
        ...productDetails,
        name: newProduct.shape.name.optional(),
        defaultPrice: id.nullable().optional(),
        metadata: metadataPatchSchema.optional(),
      }),
      codes: [...mutable, 'not_found', 'price_not_found', 'merchant_not_found', 'metadata_too_many_keys'],
      callers: ['gateway', 'mall'],
    }),
    /** Deletes a product that never had a price; what had one can only be made inactive. */
    deleteProduct: command<{ readonly id: string }>()({
      input: z.strictObject({ id }),
      codes: [...mutable, 'not_found', 'product_has_prices'],
      callers: ['gateway', 'mall'],
    }),
    findProduct: query<Product>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['gateway', 'mall'],
    }),
    /** As `findProduct`, many at once. */
    findProducts: query<readonly Product[]>()({
      input: z.strictObject(idsInput(id)),
      callers: ['gateway'],
    }),
    listProducts: query<Page<Product>>()({
      input: z.strictObject({
        ...page,
        active: z.boolean().optional(),
        ids: z.array(id).min(1).max(100).optional(),
        merchant: id.optional(),
        shippable: z.boolean().optional(),
        type: z.enum(['good', 'service']).optional(),
        url: z.string().min(1).max(2048).optional(),
      }),
      codes: pageCodes,
      callers: ['gateway', 'mall'],
    }),
    /**
     * Finds products of which every clause, or any, holds, newest first: by active, shippable and url, by
     * name and description or parts of them, and by metadata. What changed a moment ago may not be found yet.
     */
    searchProducts: query<SearchPage<Product>>()({ input: searchInput, callers: ['gateway'] }),
    /** Makes a price of a product, or with `productData` of a new one. */
    createPrice: command<Price>()({
      input: priceTerms.extend({
        ...subject,
        active: z.boolean().optional(),
        nickname: z.string().min(1).max(5000).optional(),
        lookupKey: lookupKey.optional(),
        /** Takes the lookup key from the price that has it, if one does. */
        transferLookupKey: z.boolean().optional(),
        metadata: metadataSchema.optional(),
      }),
      codes: [...mutable, 'product_not_found', 'product_exists', 'merchant_not_found', 'lookup_key_taken'],
      callers: ['gateway', 'mall', 'operator'],
    }),
    /** Changes what is said of a price; its amounts stay. */
    updatePrice: command<Price>()({
      input: z.strictObject({
        id,
        active: z.boolean().optional(),
        nickname: z.string().min(1).max(5000).nullable().optional(),
        lookupKey: lookupKey.nullable().optional(),
        transferLookupKey: z.boolean().optional(),
        taxBehavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
        /** Adds currencies; the amount of one that is there cannot be changed. */
        currencyOptions: currencyOptions.optional(),
        metadata: metadataPatchSchema.optional(),
      }),
      codes: [...mutable, 'not_found', 'lookup_key_taken', 'price_is_fixed', 'metadata_too_many_keys'],
      callers: ['gateway', 'mall'],
    }),
    findPrice: query<Price>()({
      input: z.strictObject({ id }),
      codes: ['not_found'],
      callers: ['gateway', 'mall'],
    }),
    listPrices: query<Page<Price>>()({
      input: z.strictObject({
        ...page,
        active: z.boolean().optional(),
        currency: currency.optional(),
        interval: priceTerms.shape.recurring.unwrap().shape.interval.optional(),
        lookupKeys: z.array(lookupKey).min(1).max(10).optional(),
        product: id.optional(),
        type: z.enum(['one_time', 'recurring']).optional(),
      }),
      codes: pageCodes,
      callers: ['gateway', 'mall'],
    }),
    /** As `searchProducts`, by active, currency and type, and by lookupKey and product or parts of them. */
    searchPrices: query<SearchPage<Price>>()({ input: searchInput, callers: ['gateway'] }),
    /** As `findPrice`, many at once. */
    readPrices: query<readonly Price[]>()({
      input: z.strictObject(idsInput(id)),
      callers: ['gateway'],
    }),
    /** Prices with their products; those that do not exist for this tenant are left out. */
    findPrices: query<readonly PricedProduct[]>()({
      input: z.strictObject({ ids: z.array(id).min(1).max(PRICES_MAX) }),
      callers: ['checkout', 'mall'],
    }),
    /**
     * Makes prices for the lines of one checkout, and products where they are described: inactive ones, so
     * that nobody finds them on sale.
     */
    createInlinePrices: command<readonly PricedProduct[]>()({
      input: z.strictObject({ prices: z.array(priceTerms.extend(subject)).min(1).max(PRICES_MAX) }),
      codes: [...mutable, 'product_not_found', 'product_exists', 'merchant_not_found'],
      callers: ['checkout', 'mall'],
    }),
  },
});

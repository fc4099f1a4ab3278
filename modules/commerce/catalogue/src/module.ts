import { err, ok, type Result } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { catalogueConfig } from './config.ts';
import { catalogueContract } from './contract/index.ts';
import { needs } from './needs.ts';
import { createInlinePrices } from './service/create-inline-prices.ts';
import { createPrice } from './service/create-price.ts';
import { createProduct } from './service/create-product.ts';
import { deleteProduct } from './service/delete-product.ts';
import { searchPrices, searchProducts, searchSubscription } from './service/search-catalogue.ts';
import { updatePrice } from './service/update-price.ts';
import { updateProduct } from './service/update-product.ts';
import { findPrice, findPricedProducts, listPrices, loadPrices } from './store/prices.ts';
import { findProduct, listProducts, loadProducts } from './store/products.ts';

/** Products and prices: what merchants sell, and what it costs. */
export const catalogue = defineModule({
  name: 'catalogue',
  contract: catalogueContract,
  needs,
  config: catalogueConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, ports }) {
    const deps = { db, clock, ports };
    return {
      implementation: {
        createProduct: (context, input) => createProduct(deps, context, input),
        updateProduct: (context, input) => updateProduct(deps, context, input),
        deleteProduct: (context, input) => deleteProduct(deps, context, input),
        findProduct: async ({ tenant }, { id }) => found('product', await findProduct(db, tenant, id), id),
        findProducts: async ({ tenant }, { ids }) => ok(await loadProducts(db, tenant, ids)),
        listProducts: ({ tenant }, input) => listProducts(db, tenant, input),
        searchProducts: async ({ tenant }, input) => ok(await searchProducts(db, tenant, input)),
        createPrice: (context, input) => createPrice(deps, context, input),
        updatePrice: (context, input) => updatePrice(deps, context, input),
        findPrice: async ({ tenant }, { id }) => found('price', await findPrice(db, tenant, id), id),
        listPrices: async ({ tenant }, { type, ...input }) => {
          const isRecurring = type === undefined ? undefined : type === 'recurring';
          return listPrices(db, tenant, { ...input, isRecurring });
        },
        searchPrices: async ({ tenant }, input) => ok(await searchPrices(db, tenant, input)),
        readPrices: async ({ tenant }, { ids }) => ok(await loadPrices(db, tenant, ids)),
        findPrices: async ({ tenant }, { ids }) => ok(await findPricedProducts(db, tenant, ids)),
        createInlinePrices: (context, input) => createInlinePrices(deps, context, input),
      },
      subscriptions: [searchSubscription],
    };
  },
});

function found<T>(what: string, object: T | undefined, id: string): Result<T, 'not_found'> {
  return object === undefined ? err('not_found', `No such ${what}: '${id}'`, { field: 'id' }) : ok(object);
}

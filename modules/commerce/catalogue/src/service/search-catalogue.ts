import { MILLISECOND } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription } from '@tpmall/platform/module';
import {
  createSearch,
  type SearchDocument,
  type SearchInput,
  type SearchPage,
} from '@tpmall/platform/search';
import type { CatalogueEvents, Price, Product } from '../contract/index.ts';
import { loadPrices } from '../store/prices.ts';
import { loadProducts } from '../store/products.ts';

const ACTIVE = ['true', 'false'];

const search = createSearch('catalogue', {
  closed: {
    product: { active: ACTIVE },
    price: { active: ACTIVE, type: ['one_time', 'recurring'] },
  },
});

/** What an event of this module leaves to be found; undefined takes out what was there. */
type Leaves = readonly [key: string, document: SearchDocument | undefined];

const LEAVES: { readonly [Type in keyof CatalogueEvents]: (payload: never) => Leaves } = {
  'product.created': leaveProduct,
  'product.updated': leaveProduct,
  'product.deleted': (product: Product) => [keyOf(product), undefined],
  'price.created': leavePrice,
  'price.updated': leavePrice,
};

/** A maker may name a product, and an id is then unique within its tenant only. */
function keyOf({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}/${id}`;
}

function leaveProduct(product: Product): Leaves {
  const { tenant, createdAt, metadata, name, description } = product;
  return [
    keyOf(product),
    {
      id: keyOf(product),
      kind: 'product',
      tenant,
      createdAt,
      metadata,
      amount: 0n,
      fields: {
        active: String(product.active),
        shippable: product.shippable === null ? null : String(product.shippable),
        url: product.url,
      },
      texts: { name, description },
    },
  ];
}

function leavePrice(price: Price): Leaves {
  const { tenant, createdAt, metadata, lookupKey, product } = price;
  return [
    keyOf(price),
    {
      id: keyOf(price),
      kind: 'price',
      tenant,
      createdAt,
      metadata,
      amount: 0n,
      fields: {
        active: String(price.active),
        currency: price.currency,
        type: price.recurring === null ? 'one_time' : 'recurring',
      },
      texts: { lookupKey, product },
    },
  ];
}

/**
 * What can be searched follows this module's own outbox, a moment behind. Of one object only the last state
 * of a batch is put in.
 */
export const searchSubscription: BatchLearningSubscription = {
  from: 'catalogue',
  types: ['product.created', 'product.updated', 'product.deleted', 'price.created', 'price.updated'],
  cursor: 'search',
  // Nobody waits for it, and what a merchant changes in one go becomes one row.
  gather: 500 * MILLISECOND,
  async handleAll(events: readonly StoredEvent[], tx: Queryable) {
    const left = new Map<string, SearchDocument | undefined>(
      events.map(({ type, payload }) => LEAVES[type as keyof CatalogueEvents](payload as never)),
    );
    const documents = [...left.values()];
    await search.put(
      tx,
      documents.filter((document) => document !== undefined),
    );
    await search.remove(
      tx,
      [...left].flatMap(([key, document]) => (document ? [] : [key])),
    );
  },
};

/** See the contract's `searchProducts`. */
export function searchProducts(
  db: Queryable,
  tenant: string,
  input: SearchInput,
): Promise<SearchPage<Product>> {
  return find(db, { kind: 'product', tenant }, input, loadProducts);
}

/** See the contract's `searchPrices`. */
export function searchPrices(db: Queryable, tenant: string, input: SearchInput): Promise<SearchPage<Price>> {
  return find(db, { kind: 'price', tenant }, input, loadPrices);
}

/** The index knows objects by their keys, and the tables by their ids. */
async function find<T extends Product | Price>(
  db: Queryable,
  scope: { readonly kind: string; readonly tenant: string },
  input: SearchInput,
  load: (db: Queryable, tenant: string, ids: readonly string[]) => Promise<readonly T[]>,
): Promise<SearchPage<T>> {
  const found = await search.find(db, scope, input, async (keys) => {
    const ids = keys.map((key) => key.slice(scope.tenant.length + 1));
    return (await load(db, scope.tenant, ids)).map((object) => ({ id: keyOf(object), object }));
  });
  return { ...found, items: found.items.map(({ object }) => object) };
}

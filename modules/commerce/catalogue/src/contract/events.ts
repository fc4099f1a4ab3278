import type { Price, Product } from './types.ts';

/** Events of this module's outbox; the payload is the object as it was right after the change. */
export interface CatalogueEvents {
  'product.created': Product;
  'product.updated': Product;
  /** As it was when it was deleted. */
  'product.deleted': Product;
  'price.created': Price;
  'price.updated': Price;
}

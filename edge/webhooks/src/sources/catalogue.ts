import type { CatalogueEvents } from '@tpmall/catalogue/contract';
import { priceToWire, productToWire } from '@tpmall/wire';
import { type EventSource, toldBy } from './event-source.ts';

const told = toldBy<CatalogueEvents>({
  'product.created': productToWire,
  'product.updated': productToWire,
  'product.deleted': productToWire,
  'price.created': priceToWire,
  'price.updated': priceToWire,
});

/** What the catalogue tells clients. */
export const catalogueSource: EventSource = {
  from: 'catalogue',
  types: told.types,
  cursor: 'client-events.catalogue',
  toWire: told.toWire,
};

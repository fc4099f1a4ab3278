import type { CatalogueEvents, Price, Product } from '@tpmall/catalogue/contract';
import { priceToWire, productToWire } from '@tpmall/wire';
import { type EventSource, toldBy } from './event-source.ts';
import { mapped } from './read-amounts.ts';

const product = mapped<Product>({}, productToWire);
const price = mapped<Price>({}, priceToWire);

const clientEvents = toldBy<CatalogueEvents>({
  'product.created': product,
  'product.updated': product,
  'product.deleted': product,
  'price.created': price,
  'price.updated': price,
});

/** What the catalogue tells clients. */
export const catalogueSource: EventSource = {
  from: 'catalogue',
  types: clientEvents.types,
  cursor: 'client-events.catalogue',
  toWire: clientEvents.toWire,
};

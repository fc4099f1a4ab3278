export type { CatalogueEvents } from './events.ts';
export * from './port.ts';
export * from './schemas.ts';
export * from './types.ts';

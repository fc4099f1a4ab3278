export * from './card.ts';
export type { VaultEvents } from './events.ts';
export * from './port.ts';
export * from './token.ts';

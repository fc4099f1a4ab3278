export * from './amounts.ts';
export * from './collects.ts';
export * from './countries.ts';
export type { CheckoutEvents } from './events.ts';
export * from './port.ts';
export * from './saved-cards.ts';
export * from './types.ts';

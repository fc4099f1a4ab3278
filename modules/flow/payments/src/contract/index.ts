export * from './balance.ts';
export type { PaymentsEvents } from './events.ts';
export * from './port.ts';
export * from './setup-intent.ts';
export * from './states.ts';
export * from './types.ts';

export type { WebhooksEvents } from './events.ts';
export * from './port.ts';
export * from './types.ts';

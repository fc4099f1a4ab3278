export type { WebhooksEvents } from './events.ts';
export * from './port.ts';
export * from './requests.ts';
export * from './types.ts';

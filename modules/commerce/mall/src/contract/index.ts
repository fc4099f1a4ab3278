export type * from './cart.ts';
export type { MallEvents, MovedOrder } from './events.ts';
export * from './goods.ts';
export type * from './order.ts';
export * from './port.ts';
export * from './states.ts';

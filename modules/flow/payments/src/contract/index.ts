export * from './balance.ts';
export type { PaymentsEvents } from './events.ts';
export * from './port.ts';
export { shippingSchema } from './postal-address.ts';
export { isGivenBack, releasedOf } from './released.ts';
export {
  type Resolution,
  resolutionOperations,
  type Trail,
  type TrailMessage,
  type TrailStep,
  VERDICTS,
  type Verdict,
  verdictsFor,
} from './resolution.ts';
export * from './setup-intent.ts';
export * from './states.ts';
export * from './types.ts';
export * from './wallet-payment.ts';

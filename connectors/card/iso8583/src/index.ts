export { type ClientOptions, type ClientStatus, createIsoClient, type IsoClient } from './client/client.ts';
export type { Exchange, StrayKind } from './client/in-flight.ts';
export { systemTimers, type Timer, type Timers } from './client/timers.ts';
export * from './codec/index.ts';
export { iso8583, iso8583On } from './connector.ts';
export { declineCode, hasNobodyDecided, isAcknowledged, isApproved } from './response-codes.ts';

export * from './clearing.ts';
export * from './clearing-resolution.ts';
export * from './connector.ts';
export * from './decline-codes.ts';
export * from './health.ts';
export * from './port.ts';
export * from './trail.ts';

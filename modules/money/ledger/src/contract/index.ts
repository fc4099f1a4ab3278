export * from './chart.ts';
export * from './port.ts';
export * from './results.ts';
export * from './types.ts';

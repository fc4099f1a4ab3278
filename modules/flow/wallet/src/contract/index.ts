export * from './events.ts';
export * from './port.ts';
export * from './states.ts';
export * from './types.ts';

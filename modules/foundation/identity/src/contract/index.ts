export type * from './events.ts';
export * from './people.ts';
export * from './port.ts';
export * from './sessions.ts';

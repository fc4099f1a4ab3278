export * from './connector.ts';
export * from './port.ts';

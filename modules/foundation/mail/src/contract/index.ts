export * from './messages.ts';
export * from './port.ts';
export * from './provider.ts';

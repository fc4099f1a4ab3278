export * from './assert.ts';
export * from './clock.ts';
export * from './decimal.ts';
export * from './ids.ts';
export * from './money.ts';
export * from './random.ts';
export * from './redacted.ts';
export * from './result.ts';

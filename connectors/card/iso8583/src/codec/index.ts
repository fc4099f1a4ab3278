export * from './additional-data.ts';
export * from './elements.ts';
export * from './fields.ts';
export * from './frame.ts';
export * from './gather.ts';
export * from './mac.ts';
export * from './mask.ts';
export * from './message.ts';

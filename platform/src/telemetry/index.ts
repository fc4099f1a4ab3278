export type { Counter, Histogram, Log, Metrics } from './types.ts';

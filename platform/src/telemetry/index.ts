export { createLog, type LogOptions, maskCardNumbers, silentLog } from './log.ts';
export { createMetrics, type MetricsRegistry } from './metrics.ts';
export type { Counter, Histogram, Log, Metrics } from './types.ts';

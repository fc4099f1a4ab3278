import client from 'prom-client';
import type { Metrics } from './types.ts';

/** Seconds; from a memory read to an acquirer that has gone silent. */
const DEFAULT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The process's metrics, and their text in the Prometheus exposition format. */
export interface MetricsRegistry extends Metrics {
  /** The text that `/metrics` answers with. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** Creates an empty registry, with the process's own figures (CPU, memory, event loop lag) if asked for. */
export function createMetrics(options: { processMetrics: boolean }): MetricsRegistry {
  const registry = new client.Registry();
  if (options.processMetrics) client.collectDefaultMetrics({ register: registry });
  const once = <M>(name: string, make: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? make();
  return {
    counter(name, help, labels = []) {
      const metric = once(
        name,
        () => new client.Counter({ name, help, labelNames: [...labels], registers: [registry] }),
      );
      return { add: (values = {}, by = 1) => metric.inc(values, by) };
    },
    histogram(name, help, labels = [], buckets = DEFAULT_BUCKETS) {
      const metric = once(
        name,
        () =>
          new client.Histogram({
            name,
            help,
            labelNames: [...labels],
            buckets: [...buckets],
            registers: [registry],
          }),
      );
      return { observe: (seconds, values = {}) => metric.observe(values, seconds) };
    },
    gauge(name, help, read) {
      once(
        name,
        () =>
          new client.Gauge({
            name,
            help,
            registers: [registry],
            async collect() {
              this.set(await read());
            },
          }),
      );
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

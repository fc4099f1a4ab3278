/** Structured log. One line an event; secrets and card data are `Redacted` values and print as such. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A count that only rises. */
export interface Counter {
  add(labels?: Readonly<Record<string, string>>, by?: number): void;
}

/** A distribution of seconds. */
export interface Histogram {
  observe(seconds: number, labels?: Readonly<Record<string, string>>): void;
}

/** A value that is read when the metrics are scraped. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
  /** `read` is asked at each scrape and may answer one value for each label set. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
}

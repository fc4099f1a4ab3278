import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A secret or a piece of card data. Every way of printing it (string, JSON, inspection, template) gives
 * `[redacted]`; only {@link Redacted.reveal} gives the value, so each use is easy to find and to audit.
 */
export class Redacted<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call it only where the value is used, never to keep it in another object. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** Wraps a value so that it cannot be printed by accident. */
export function redacted<T>(value: T): Redacted<T> {
  return new Redacted(value);
}

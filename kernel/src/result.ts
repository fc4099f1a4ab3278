/**
 * Expected outcomes are values. An operation that can be refused answers a {@link Result} whose error code is
 * a literal union of that operation; throwing is left to bugs and broken infrastructure.
 */
export type Result<T, Code extends string = never> = Ok<T> | Err<Code>;

/** The operation did what was asked. */
export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

/** The operation was refused, or its outcome is not known; nothing else is said by throwing. */
export interface Err<Code extends string> {
  readonly ok: false;
  readonly error: Failure<Code>;
}

/** Why an operation did not succeed, as plain data that survives a call over the wire. */
export interface Failure<Code extends string> {
  readonly code: Code;
  /** One sentence for the person who has to act on it. Never holds a secret or card data. */
  readonly message: string;
  /** Path of the input field at fault, as the caller wrote it (`lines[0].amount`). */
  readonly field?: string;
  /** Further plain data of this code, for example the largest amount that would have been accepted. */
  readonly detail?: { readonly [key: string]: string | number | boolean | null };
}

/** Wraps a value as a success. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/** Builds a refusal. `extra` may name the field at fault and carry further plain data. */
export function err<Code extends string>(
  code: Code,
  message: string,
  extra: Omit<Failure<Code>, 'code' | 'message'> = {},
): Err<Code> {
  return { ok: false, error: { code, message, ...extra } };
}

/** Takes the value out of a result that cannot have failed; a failure here is a bug and throws. */
export function unwrap<T, Code extends string>(result: Result<T, Code>): T {
  if (result.ok) return result.value;
  throw new Error(`unexpected refusal ${result.error.code}: ${result.error.message}`);
}

/** A broken invariant: a bug in this program, never bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws when an invariant does not hold. Use it on both sides of a boundary; never for input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Makes the compiler prove that a switch over a union is exhaustive; reaching it at run time is a bug. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable value: ${String(value)}`);
}

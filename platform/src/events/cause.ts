import type { ApiRequest } from '../contract/context.ts';

/** How the change that an event tells came about. */
export interface Cause {
  /** The request of the API behind it. */
  readonly request?: ApiRequest | undefined;
  /** The object as it was right before, as far as it may be told, for an event that says what has changed. */
  readonly before?: object | undefined;
}

/** An event's payload apart from how it came about. */
export interface Told {
  readonly payload: object;
  readonly cause: Cause;
}

/**
 * Puts how a change came about beside the payload of its event. The names begin with `$`, as no field of a
 * contract value does, so a payload is never taken for its cause.
 */
export function withCause<T extends object>(payload: T, { request, before }: Cause): T {
  return {
    ...payload,
    ...(request !== undefined && { $request: request }),
    ...(before !== undefined && { $before: before }),
  };
}

/** Takes apart what {@link withCause} put together; a payload without a cause is all payload. */
export function readCause(stored: object): Told {
  const {
    $request: request,
    $before: before,
    ...payload
  } = stored as {
    readonly $request?: ApiRequest;
    readonly $before?: object;
  };
  return { payload, cause: { request, before } };
}

import { type Failure, SECOND } from '@tpmall/kernel';
import type { ApiRequest, CallContext, OutgoingContext } from '@tpmall/platform/contract';
import type { PaymentsDeps } from './deps.ts';

/** On whose behalf a payment is worked on: what a resolver does is the system's doing. */
export interface Behalf {
  readonly actor: string;
  readonly tenant: string;
  readonly traceparent: string;
  /** The request of the API behind it; undefined for what nobody has asked for just now. */
  readonly request?: ApiRequest | undefined;
}

/**
 * A trace context for work that no request has caused (W3C: all zero is invalid, so that nobody follows it).
 */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/** The system, for one tenant. */
export function systemBehalf(tenant: string): Behalf {
  return { actor: 'system', tenant, traceparent: NO_TRACE };
}

/**
 * The context of a call that follows a durable beginning. It has a deadline of its own: once the payment is
 * in work, the caller's patience no longer matters, and the lease must outlast every call.
 */
export function callContext(deps: PaymentsDeps, behalf: Behalf, commandId: string): OutgoingContext {
  return {
    actor: behalf.actor,
    tenant: behalf.tenant,
    traceparent: behalf.traceparent,
    request: behalf.request,
    commandId,
    deadlineAt: deps.clock.now() + deps.config.callDeadlineSeconds * SECOND,
  };
}

/** The context of a read on the way, within the caller's own deadline. */
export function readContext(context: CallContext): OutgoingContext {
  const { caller: _caller, ...outgoing } = context;
  return outgoing;
}

/** Whether a call may be repeated: it was not executed, or nobody knows. Anything else is an answer. */
export function isUndecided(failure: Failure<string>): boolean {
  return failure.code === 'unavailable' || failure.code === 'unknown';
}

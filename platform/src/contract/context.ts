import type { Micros } from '@tpmall/kernel';

/** The request of the API that a client made, as its answer named it. */
export interface ApiRequest {
  /** `req_…` */
  readonly id: string;
  /** As the client gave it; null: none. */
  readonly idempotencyKey: string | null;
}

/**
 * What every call between modules carries, explicitly: nothing of it travels in async storage, so one
 * request's tenant can never leak into another's.
 */
export interface CallContext {
  /** The module that calls. Stamped at wiring in process, proved by the pair's secret over the wire. */
  readonly caller: string;
  /**
   * Who is behind the call: a person (see {@link personOf}), `key:<id>`, `guest_…`, `anonymous`,
   * `operator:setup` for the tools of the machine, or `system`.
   */
  readonly actor: string;
  /** The platform account whose objects are touched. */
  readonly tenant: string;
  /** Unique for ever for one intent to change something; a repetition carries the same one. */
  readonly commandId: string;
  /** A call is refused as `unavailable` before its first durable write once this instant has passed. */
  readonly deadlineAt: Micros;
  /** W3C trace context of the request that caused the call. */
  readonly traceparent: string;
  /** The request of the API behind the call, for events to name; absent where there is none. */
  readonly request?: ApiRequest | undefined;
}

/** Shoppers go by their id alone, people at a desk also by what they do there. */
const PERSON = /^(?:(?:merchant|operator):)?(person_.+)$/;

/**
 * The person that an actor is: the same with whatever session or key of theirs. Undefined for keys that
 * belong to nobody, guests, tools and the system itself.
 *
 * @example personOf('operator:person_01k…') // 'person_01k…'
 */
export function personOf(actor: string): string | undefined {
  return PERSON.exec(actor)?.[1];
}

/** The context of a call as a caller builds it; the port adds who the caller is. */
export type OutgoingContext = Omit<CallContext, 'caller'>;

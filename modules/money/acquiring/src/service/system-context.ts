import type { Micros } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';

/**
 * A trace context for work that no request has caused (W3C: all zero is invalid, so that nobody follows it).
 */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/** The context of a call that this module makes by itself, for a tenant. */
export function systemContext(tenant: string, commandId: string, deadlineAt: Micros): OutgoingContext {
  return { actor: 'system', tenant, commandId, deadlineAt, traceparent: NO_TRACE };
}

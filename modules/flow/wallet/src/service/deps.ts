import { type Clock, type Micros, SECOND } from '@tpmall/kernel';
import { createCommands } from '@tpmall/platform/command';
import type { CallContext, OutgoingContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { PortsOf } from '@tpmall/platform/module';
import type { Log } from '@tpmall/platform/telemetry';
import type { WalletConfig } from '../config.ts';
import type { needs } from '../needs.ts';

/** Everything that the use cases of this module stand on. */
export interface WalletDeps {
  readonly db: Database;
  readonly ports: PortsOf<typeof needs>;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: WalletConfig;
}

/** The commands of this module. */
export const commands = createCommands('wallet');

/** On whose behalf an operation is worked on. */
export type Behalf = Pick<CallContext, 'actor' | 'tenant' | 'traceparent'>;

/** A trace context for work that no request has caused (W3C: all zero is invalid). */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/** The system, for one tenant. */
export function systemBehalf(tenant: string): Behalf {
  return { actor: 'system', tenant, traceparent: NO_TRACE };
}

/**
 * The context of a call to another module, under a command of its own and with a deadline of its own: once an
 * operation is in work, the caller's patience no longer matters.
 */
export function callContext(deps: WalletDeps, behalf: Behalf, commandId: string): OutgoingContext {
  const { actor, tenant, traceparent } = behalf;
  const deadlineAt = deps.clock.now() + deps.config.callDeadlineSeconds * SECOND;
  return { actor, tenant, traceparent, commandId, deadlineAt };
}

/** The context of a read on the way, within the caller's own deadline. */
export function readContext({ caller: _caller, ...context }: CallContext): OutgoingContext {
  return context;
}

/** Whether a call may be repeated: it was not executed, or nobody knows. Anything else is an answer. */
export function isUndecided({ code }: { readonly code: string }): boolean {
  return code === 'unavailable' || code === 'unknown';
}

/** Until when an operation that is worked on from now belongs to whoever works on it. */
export function leaseFrom({ config }: Pick<WalletDeps, 'config'>, now: Micros): Micros {
  return now + config.leaseSeconds * SECOND;
}

/** When an operation is looked at again: pauses double from the first to the last that are configured. */
export function nextAttempt({ config }: WalletDeps, now: Micros, attempts: number): Micros {
  const pause = Math.min(config.retryFirstSeconds * 2 ** Math.min(attempts, 30), config.retryLastSeconds);
  return now + pause * SECOND;
}

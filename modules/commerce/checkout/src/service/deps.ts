import { type Clock, type Micros, type Random, SECOND } from '@tpmall/kernel';
import { createCommands } from '@tpmall/platform/command';
import type { CallContext, OutgoingContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { PortsOf } from '@tpmall/platform/module';
import type { Log } from '@tpmall/platform/telemetry';
import type { CheckoutConfig } from '../config.ts';
import type { needs } from '../needs.ts';

/** Everything that the use cases of this module stand on. */
export interface CheckoutDeps {
  readonly db: Database;
  readonly ports: PortsOf<typeof needs>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly config: CheckoutConfig;
}

/** The commands of this module. */
export const commands = createCommands('checkout');

/** A trace context for work that no request has caused (W3C: all zero is invalid). */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/** The context of the system's own work for one tenant. */
export function systemContext(deps: CheckoutDeps, tenant: string, commandId: string): CallContext {
  return {
    caller: 'checkout',
    actor: 'system',
    tenant,
    commandId,
    traceparent: NO_TRACE,
    deadlineAt: deadlineFrom(deps, deps.clock.now()),
  };
}

/** The context of a call to another module, under a command of its own. */
export function callContext(
  deps: CheckoutDeps,
  { caller: _caller, ...context }: CallContext,
  tenant: string,
  commandId: string,
): OutgoingContext {
  return { ...context, tenant, commandId, deadlineAt: deadlineFrom(deps, deps.clock.now()) };
}

function deadlineFrom({ config }: CheckoutDeps, now: Micros): Micros {
  return now + config.callDeadlineSeconds * SECOND;
}

import { type Clock, type Micros, SECOND } from '@tpmall/kernel';
import { createCommands } from '@tpmall/platform/command';
import type { CallContext, OutgoingContext } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { JobQueue, PortsOf } from '@tpmall/platform/module';
import type { Log } from '@tpmall/platform/telemetry';
import type { MallConfig } from '../config.ts';
import type { needs } from '../needs.ts';

/** Everything that the use cases of this module stand on. */
export interface MallDeps {
  readonly db: Database;
  readonly ports: PortsOf<typeof needs>;
  readonly clock: Clock;
  readonly jobs: JobQueue;
  readonly log: Log;
  readonly config: MallConfig;
}

/** The commands of this module. */
export const commands = createCommands('mall');

/** A trace context for work that no request has caused (W3C: all zero is invalid). */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/** On whose behalf another module is called. */
export type Behalf = Pick<CallContext, 'actor' | 'traceparent'>;

/** The system's own work. */
export const SYSTEM: Behalf = { actor: 'system', traceparent: NO_TRACE };

/** The context of a call to another module, under a command of its own. */
export function callContext(
  { clock, config }: Pick<MallDeps, 'clock' | 'config'>,
  { actor, traceparent }: Behalf,
  tenant: string,
  commandId: string,
): OutgoingContext {
  const deadlineAt: Micros = clock.now() + config.callDeadlineSeconds * SECOND;
  return { actor, traceparent, tenant, commandId, deadlineAt };
}

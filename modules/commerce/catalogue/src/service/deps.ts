import type { Clock } from '@tpmall/kernel';
import { createCommands } from '@tpmall/platform/command';
import type { Database } from '@tpmall/platform/db';
import type { PortsOf } from '@tpmall/platform/module';
import type { needs } from '../needs.ts';

/** Everything that the use cases of this module stand on. */
export interface CatalogueDeps {
  readonly db: Database;
  readonly ports: PortsOf<typeof needs>;
  readonly clock: Clock;
}

/** The commands of this module. */
export const commands = createCommands('catalogue');

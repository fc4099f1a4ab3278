import type { Clock, IdSource, Random } from '@tpmall/kernel';
import type { Port } from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import type { JobQueue } from '@tpmall/platform/module';
import type { SecretBox } from '@tpmall/platform/sealing';
import type { Log } from '@tpmall/platform/telemetry';
import type { vaultContract } from '@tpmall/vault/contract';
import type { WebhooksConfig } from '../config.ts';
import type { MayConnect } from '../delivery/addresses.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Listeners } from '../listen/listeners.ts';

/** Everything that the use cases of this module stand on. */
export interface WebhooksEnvironment {
  readonly config: WebhooksConfig;
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly jobs: JobQueue;
  readonly log: Log;
  /** Asked for what events about cards leave out. */
  readonly vault: Port<typeof vaultContract>;
  readonly secrets: SecretBox;
  readonly mayConnect: MayConnect;
  readonly listeners: Listeners;
  readonly dispatcher: Pick<Dispatcher, 'nudge' | 'changed' | 'offer' | 'takeOn'>;
}

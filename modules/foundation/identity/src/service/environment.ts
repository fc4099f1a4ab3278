import type { Clock, IdSource, Micros, Random, Redacted } from '@tpmall/kernel';
import { createCommands } from '@tpmall/platform/command';
import type { Database } from '@tpmall/platform/db';
import type { JobQueue, PortsOf } from '@tpmall/platform/module';
import type { IdentityConfig } from '../config.ts';
import type { Principal, SessionPrincipal } from '../contract/index.ts';
import type { ProofCache } from '../key/proof-cache.ts';
import type { needs } from '../needs.ts';
import type { SignInLimits } from '../sign-in/limits.ts';

/** What the use cases of keys stand on. */
export interface KeyEnvironment {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly replaySecret: Redacted<string>;
  readonly cache: ProofCache<Principal>;
}

/** What the use cases of people, sign-ins and sessions stand on. */
export interface PeopleEnvironment {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: IdentityConfig;
  readonly limits: SignInLimits;
  readonly sessions: ProofCache<SessionPrincipal>;
  /** Tells that a session was used; the row follows by the minute. */
  readonly touch: (touched: { readonly id: string; readonly at: Micros }) => Promise<void>;
  readonly jobs: JobQueue;
  readonly mail: PortsOf<typeof needs>['mail'];
}

/** The commands of this module. */
export const commands = createCommands('identity');

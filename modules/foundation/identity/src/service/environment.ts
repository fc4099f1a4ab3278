import type { Clock, IdSource, Random, Redacted } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { PrincipalCache } from '../key/principal-cache.ts';

/** What the use cases of keys stand on. */
export interface IdentityEnvironment {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly replaySecret: Redacted<string>;
  readonly cache: PrincipalCache;
}

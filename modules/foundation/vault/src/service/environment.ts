import type { Clock, IdSource, Random } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { BinTable } from '../card/bins.ts';
import type { CvvMemory } from '../cvv/cvv-memory.ts';
import type { TenantKeys } from '../envelope/tenant-keys.ts';
import type { KeyStore } from '../keystore/port.ts';

/** What the vault's use cases stand on. */
export interface VaultEnvironment {
  readonly db: Database;
  readonly keyStore: KeyStore;
  readonly tenantKeys: TenantKeys;
  readonly cvv: CvvMemory;
  readonly bins: BinTable;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
}

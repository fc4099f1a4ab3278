import type { Port } from '@tpmall/platform/contract';
import type { vaultContract } from '@tpmall/vault/contract';

/** The vault, as this module calls it. */
export type VaultPort = Port<typeof vaultContract>;

import { accountsContract } from '@tpmall/accounts/contract';
import { checkoutContract } from '@tpmall/checkout/contract';
import { identityContract } from '@tpmall/identity/contract';
import type { Clock, IdSource, Random } from '@tpmall/kernel';
import { mallContract } from '@tpmall/mall/contract';
import { paymentsContract } from '@tpmall/payments/contract';
import type { PortsOf } from '@tpmall/platform/module';
import type { Log } from '@tpmall/platform/telemetry';
import { vaultContract } from '@tpmall/vault/contract';
import { walletContract } from '@tpmall/wallet/contract';
import type { WebConfig } from './config.ts';

/** The modules behind the pages. */
export const webNeeds = {
  accounts: accountsContract,
  checkout: checkoutContract,
  identity: identityContract,
  mall: mallContract,
  payments: paymentsContract,
  vault: vaultContract,
  wallet: walletContract,
} as const;

/** What the pages stand on. */
export interface WebEnvironment {
  readonly config: WebConfig;
  readonly ports: PortsOf<typeof webNeeds>;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
}

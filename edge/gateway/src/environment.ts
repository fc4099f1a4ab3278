import { accountsContract } from '@tpmall/accounts/contract';
import { acquiringContract } from '@tpmall/acquiring/contract';
import { auditContract } from '@tpmall/audit/contract';
import { catalogueContract } from '@tpmall/catalogue/contract';
import { checkoutContract } from '@tpmall/checkout/contract';
import { identityContract } from '@tpmall/identity/contract';
import type { Clock, IdSource, Random, Result } from '@tpmall/kernel';
import { ledgerContract } from '@tpmall/ledger/contract';
import { mallContract } from '@tpmall/mall/contract';
import { paymentsContract } from '@tpmall/payments/contract';
import type { Page, PageCode } from '@tpmall/platform/contract';
import { jobsContract } from '@tpmall/platform/jobs';
import type { PortsOf } from '@tpmall/platform/module';
import type { Log, Metrics } from '@tpmall/platform/telemetry';
import { riskContract } from '@tpmall/risk/contract';
import { vaultContract } from '@tpmall/vault/contract';
import { walletContract } from '@tpmall/wallet/contract';
import { webhooksContract } from '@tpmall/webhooks/contract';
import type { WireView } from '@tpmall/wire';
import type { GatewayConfig } from './config.ts';
import type { LoggedRequest, RequestFilter } from './store/request-log.ts';

/** The modules behind the gateway. */
export const gatewayNeeds = {
  identity: identityContract,
  accounts: accountsContract,
  payments: paymentsContract,
  catalogue: catalogueContract,
  checkout: checkoutContract,
  acquiring: acquiringContract,
  ledger: ledgerContract,
  mall: mallContract,
  risk: riskContract,
  audit: auditContract,
  vault: vaultContract,
  wallet: walletContract,
  webhooks: webhooksContract,
  jobs: jobsContract,
} as const;

/** Their ports. */
export type GatewayPorts = PortsOf<typeof gatewayNeeds>;

/** What the routes stand on. */
export interface GatewayEnvironment {
  readonly config: GatewayConfig;
  readonly view: WireView;
  readonly ports: GatewayPorts;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly requests: RequestReader;
}

/** Reads the log of requests. */
export interface RequestReader {
  list(tenant: string, filter: RequestFilter): Promise<Result<Page<LoggedRequest>, PageCode>>;
  find(tenant: string, id: string): Promise<LoggedRequest | undefined>;
}

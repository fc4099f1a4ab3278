import { accountsContract } from '@tpmall/accounts/contract';
import { acquiringContract } from '@tpmall/acquiring/contract';
import { ledgerContract } from '@tpmall/ledger/contract';
import type { Port } from '@tpmall/platform/contract';
import { riskContract } from '@tpmall/risk/contract';
import { vaultContract } from '@tpmall/vault/contract';

/** The contracts that this module calls. */
export const needs = {
  accounts: accountsContract,
  acquiring: acquiringContract,
  ledger: ledgerContract,
  risk: riskContract,
  vault: vaultContract,
};

export type AccountsPort = Port<typeof accountsContract>;
export type AcquiringPort = Port<typeof acquiringContract>;
export type LedgerPort = Port<typeof ledgerContract>;
export type RiskPort = Port<typeof riskContract>;
export type VaultPort = Port<typeof vaultContract>;

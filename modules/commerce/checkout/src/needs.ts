import { accountsContract } from '@tpmall/accounts/contract';
import { catalogueContract } from '@tpmall/catalogue/contract';
import { paymentsContract } from '@tpmall/payments/contract';
import { vaultContract } from '@tpmall/vault/contract';
import { walletContract } from '@tpmall/wallet/contract';

/** The contracts that this module calls. */
export const needs = {
  accounts: accountsContract,
  catalogue: catalogueContract,
  payments: paymentsContract,
  vault: vaultContract,
  wallet: walletContract,
};

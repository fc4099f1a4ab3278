import { identityContract } from '@tpmall/identity/contract';
import { ledgerContract } from '@tpmall/ledger/contract';
import { paymentsContract } from '@tpmall/payments/contract';

/** The contracts that this module calls. */
export const needs = {
  identity: identityContract,
  ledger: ledgerContract,
  payments: paymentsContract,
};

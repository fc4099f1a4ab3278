import { peopleOperations } from '@tpmall/identity/contract';
import { ledgerContract } from '@tpmall/ledger/contract';
import { paymentsContract } from '@tpmall/payments/contract';
import { defineContract } from '@tpmall/platform/contract';

const { findPerson, findPersonByHandle } = peopleOperations;

/** The contracts that this module calls. */
export const needs = {
  /** Of identity only what is asked of it: who somebody is. */
  identity: defineContract({
    module: 'identity',
    version: 1,
    operations: { findPerson, findPersonByHandle },
  }),
  ledger: ledgerContract,
  payments: paymentsContract,
};

import { accountsContract } from '@tpmall/accounts/contract';

/** The contracts that this module calls. */
export const needs = { accounts: accountsContract };

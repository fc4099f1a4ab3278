import { mailContract } from '@tpmall/mail/contract';

/** The contracts that identity calls. */
export const needs = { mail: mailContract };

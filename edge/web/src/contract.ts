import { defineContract } from '@tpmall/platform/contract';

/** Nobody calls the web: it is where shoppers begin. */
export const webContract = defineContract({ module: 'web', version: 1, operations: {} });

import { defineContract } from '@tpmall/platform/contract';

/** Nobody calls the gateway: it is where calls begin. */
export const gatewayContract = defineContract({ module: 'gateway', version: 1, operations: {} });

import { createCommands } from '@tpmall/platform/command';

/** The commands of this module. The hot path claims them in the statement that has their effect. */
export const { claimFor, findAccepted, once } = createCommands('payments');

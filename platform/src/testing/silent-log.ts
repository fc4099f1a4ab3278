import type { Log } from '../telemetry/types.ts';

/** A log that says nothing, for tests whose subject is not what is logged. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

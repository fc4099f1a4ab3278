import { readAddress } from '../address.ts';

/** Which events are wanted; what stands in the address. */
export interface AskedEvents {
  readonly type?: string | undefined;
  /** `false`: those that some endpoint has not got. */
  readonly through?: string | undefined;
}

/** Reads an address. */
export function readAskedEvents(search: Readonly<Record<string, unknown>>): AskedEvents {
  return readAddress(search, ['type', 'through']);
}

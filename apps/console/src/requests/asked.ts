import { readAddress } from '../address.ts';

/** Which requests are wanted; what stands in the address. */
export interface AskedRequests {
  readonly status?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly code?: string | undefined;
  /** Who asked. */
  readonly key?: string | undefined;
}

/** Reads an address. */
export function readAskedRequests(search: Readonly<Record<string, unknown>>): AskedRequests {
  return readAddress(search, ['status', 'method', 'path', 'code', 'key']);
}

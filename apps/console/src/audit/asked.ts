import { readAddress } from '../address.ts';

/** What of an entry may be looked for. */
export const NAMES = ['action', 'actor', 'subject', 'from', 'to'] as const;
/** Which entries are wanted; what stands in the address. Days as `2026-11-28`. */
export type Asked = { readonly [Name in (typeof NAMES)[number]]?: string | undefined };

/** Reads an address. */
export function readAskedEntries(search: Readonly<Record<string, unknown>>): Asked {
  return readAddress(search, NAMES);
}

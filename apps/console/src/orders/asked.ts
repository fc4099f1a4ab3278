import { readAddress } from '../address.ts';
import { useVisitor } from '../shell/visitor.tsx';

/** Which orders, or returns, are wanted; what stands in the address. */
export interface AskedState {
  readonly state?: string | undefined;
}

/** Reads an address. */
export function readState(search: Readonly<Record<string, unknown>>): AskedState {
  return readAddress(search, ['state']);
}

/** Whose orders are shown: of the first merchant that somebody works for, as their statement is. */
export function useMerchant(): string {
  return useVisitor().accounts[0]?.id ?? '';
}

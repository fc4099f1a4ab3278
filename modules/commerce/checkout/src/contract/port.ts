import { command, defineContract, query } from '@tpmall/platform/contract';
import { z } from 'zod';

/** What was recorded. */
export interface Entry {
  readonly id: string;
  readonly text: string;
  /** Microseconds since the epoch. */
  readonly recordedAt: number;
}

/** The events of this module, by type, with their payloads. */
export interface CheckoutEvents {
  readonly 'checkout.entry_recorded': { readonly id: string };
}

/** Entries of checkout. */
export const checkoutContract = defineContract({
  module: 'checkout',
  version: 1,
  operations: {
    /** Records a text; a repetition answers with the entry of the first time. */
    recordEntry: command<Entry>()({
      input: z.strictObject({ text: z.string().min(1).max(1000) }),
      callers: [],
    }),
    /** One entry of the tenant. */
    findEntry: query<Entry>()({
      input: z.strictObject({ id: z.string().min(1).max(64) }),
      codes: ['not_found'],
      callers: [],
    }),
  },
});

import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';

/** Settings of the mall; unknown ones are refused. */
export const mallConfig = z.strictObject({
  /** The public origin of the mall's pages, which mails link to; without it they link to nothing. */
  webUrl: z.url().optional(),
  /** The keys in mails to guests derive from it; losing it costs the links of mails that were sent. */
  linkSecret: z
    .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
    .refine((secret) => secret.reveal().length >= 32, 'has fewer than 32 characters'),
  /**
   * How long the stock of an order that is not paid is kept for it. Its payment page is open as long, so that
   * nobody pays for what may be gone.
   */
  holdMinutes: z.number().int().min(1).max(60).default(15),
  /** The pause between two looks for orders whose stock is kept no longer. */
  sweepEverySeconds: z.number().int().min(1).max(300).default(5),
  /** How long a call to another module may take to begin its first durable write. */
  callDeadlineSeconds: z.number().int().min(1).max(300).default(30),
});
/** Settings of the mall. */
export type MallConfig = z.output<typeof mallConfig>;

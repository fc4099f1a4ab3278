import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';

/** Settings of identity. */
export const identityConfig = z.strictObject({
  /**
   * With it, and for a day, a repeated command answers the key that it made. Losing it costs that and nothing
   * else: keys stay valid.
   */
  replaySecret: z
    .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
    .refine((secret) => secret.reveal().length >= 32, 'has fewer than 32 characters'),
});

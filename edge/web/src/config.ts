import { z } from 'zod';

/** Settings of the shopper's origin. */
export const webConfig = z.strictObject({
  /** The public origin of these pages, without a slash at its end. */
  webUrl: z.url(),
  /** The public origin of the vault, which serves every card input. */
  vaultUrl: z.url(),
  /**
   * Tells this instance's cookies from those of others on the same host: cookies reach every port of a host.
   */
  instance: z.string().regex(/^[a-z0-9]{1,20}$/),
  /** How long a page may take; handed down as the deadline of every call. */
  deadlineSeconds: z.number().int().min(1).max(300).default(30),
});

/** See {@link webConfig}. */
export type WebConfig = z.infer<typeof webConfig>;

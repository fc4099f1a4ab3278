import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An origin that card data and a secret key may be sent to: in clear on this machine only. */
const origin = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((url) => {
    // Asked of what is no address at all, too: all problems are listed at once.
    if (!URL.canParse(url)) return false;
    const { protocol, hostname } = new URL(url);
    return protocol === 'https:' || LOOPBACK.has(hostname);
  }, 'must be https unless it is on this machine')
  .transform((url) => url.replace(/\/+$/, ''));

/** Where the far side is, and who we are there. */
export const stripeSettings = {
  /** Takes payment intents and refunds. */
  apiUrl: origin,
  /** Takes cards. With some far sides it is the same as `apiUrl`. */
  vaultUrl: origin,
  secretKey: z
    .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
    .refine((key) => /^[\x21-\x7e]{1,255}$/.test(key.reveal()), 'has the wrong form'),
  /**
   * Whether proof of a 3-D Secure authentication made here goes along. Not every far side takes it, or takes
   * it from everybody; without it a payment counts there as one that was not authenticated.
   */
  sendsProof: z.boolean().default(true),
  /** Names us to issuers in 3-D Secure authentications that are made here. */
  acquirerId: z
    .string()
    .regex(/^\d{0,11}$/)
    .default(''),
  merchantId: z.string().max(35).default(''),
  /** ISO 18245; 5311 is department stores. */
  categoryCode: z
    .string()
    .regex(/^\d{4}$/)
    .default('5311'),
};

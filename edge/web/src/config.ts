import { isTimeZone } from '@tpmall/platform/pages';
import { z } from 'zod';

/** A bucket of `burst` tokens, refilled at `perSecond`. */
function rate(otherwise: { perSecond: number; burst: number }) {
  return z
    .strictObject({
      perSecond: z.number().positive().max(1_000_000).default(otherwise.perSecond),
      burst: z.number().int().min(1).max(1_000_000).default(otherwise.burst),
    })
    .prefault({});
}

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
  /** The zone in which pages tell times. */
  timeZone: z.string().refine(isTimeZone, 'is no zone of the tz database').default('UTC'),
  /** Declines that one address, and one order, may cause before the next card has to wait. */
  declines: z
    .strictObject({
      perAddress: rate({ perSecond: 0.1, burst: 20 }),
      perOrder: rate({ perSecond: 0.02, burst: 10 }),
    })
    .prefault({}),
  /** How long a page may take; handed down as the deadline of every call. */
  deadlineSeconds: z.number().int().min(1).max(300).default(30),
});

/** See {@link webConfig}. */
export type WebConfig = z.infer<typeof webConfig>;

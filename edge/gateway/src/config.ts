import { Redacted } from '@tpmall/kernel';
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

/**
 * Settings of the gateway. Every one has a default but the secret and the three origins, which only the
 * composition root knows.
 */
export const gatewayConfig = z.strictObject({
  /** The key that seals given answers derives from it. Losing it means that none of them is repeated. */
  secret: z
    .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
    .refine((secret) => secret.reveal().length >= 32, 'has fewer than 32 characters'),
  /** The public origin of the API, without a slash at its end. */
  apiUrl: z.url(),
  /** The origin of shoppers' pages, to which sessions and links point. */
  webUrl: z.url(),
  /** The public origin of the vault, which errors name to those who send card data here. */
  vaultUrl: z.url(),
  /**
   * Tells this instance's cookies from those of others on the same host: cookies reach every port of a host.
   */
  instance: z.string().regex(/^[a-z0-9]{1,20}$/),
  /** False for a sandbox: what `livemode` says in every object. */
  livemode: z.boolean().default(false),
  /** How long a request may take; handed down as the deadline of every call. */
  deadlineSeconds: z.number().int().min(1).max(300).default(30),
  /** Requests of one key: a bucket of `burst` tokens, refilled at `perSecond`. */
  rateLimit: rate({ perSecond: 10_000, burst: 20_000 }),
  /**
   * Declines that one key, and one address that uses a publishable key, may cause before the next card has to
   * wait.
   */
  cardTesting: z
    .strictObject({
      perKey: rate({ perSecond: 5, burst: 1_000 }),
      perBrowser: rate({ perSecond: 0.1, burst: 20 }),
    })
    .prefault({}),
  /** Days for which requests are kept in the log. */
  requestLogDays: z.number().int().min(1).max(3650).default(30),
  /** Answers kept for repetition, in memory. The domain answers for what has been dropped. */
  replayEntries: z.number().int().min(1).max(1_000_000).default(20_000),
});

/** See {@link gatewayConfig}. */
export type GatewayConfig = z.infer<typeof gatewayConfig>;

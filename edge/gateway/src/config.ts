import { z } from 'zod';

/**
 * Settings of the gateway. Every one has a default but the two origins, which only the composition root
 * knows.
 */
export const gatewayConfig = z.strictObject({
  /** The public origin of the API, without a slash at its end. */
  apiUrl: z.url(),
  /** The public origin of the vault, which errors name to those who send card data here. */
  vaultUrl: z.url(),
  /** False for a sandbox: what `livemode` says in every object. */
  livemode: z.boolean().default(false),
  /** How long a request may take; handed down as the deadline of every call. */
  deadlineSeconds: z.number().int().min(1).max(300).default(30),
  /** Requests of one key: a bucket of `burst` tokens, refilled at `perSecond`. */
  rateLimit: z
    .strictObject({
      perSecond: z.number().int().min(1).max(1_000_000).default(10_000),
      burst: z.number().int().min(1).max(1_000_000).default(20_000),
    })
    .default({ perSecond: 10_000, burst: 20_000 }),
  /** Answers kept for repetition, in memory. The domain answers for what has been dropped. */
  replayEntries: z.number().int().min(1).max(1_000_000).default(20_000),
});

/** See {@link gatewayConfig}. */
export type GatewayConfig = z.infer<typeof gatewayConfig>;

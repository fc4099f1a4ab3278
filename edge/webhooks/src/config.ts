import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';
import { isNetwork } from './delivery/addresses.ts';

const seconds = (least: number, most: number, otherwise: number) =>
  z.number().int().min(least).max(most).default(otherwise);
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Settings of webhooks. */
export const webhooksConfig = z.strictObject({
  /**
   * Keys that seal the endpoints' secrets derive from it. Losing it means a new secret for every endpoint.
   */
  secret: z
    .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
    .refine((secret) => secret.reveal().length >= 32, 'has fewer than 32 characters'),
  /** The public origin of the API, without a slash at its end. */
  apiUrl: z.url(),
  /** The origin of shoppers' pages, to which sessions and links point. */
  webUrl: z.url(),
  /** False for a sandbox. In live mode endpoints must be https. */
  livemode: z.boolean().default(false),
  /**
   * Networks (CIDR) that endpoints may be in although they are not public: a loopback for a sandbox, a
   * network of one's own. Everything private is refused otherwise.
   */
  allowedNetworks: z
    .array(z.string().refine(isNetwork, 'is not a network such as 10.0.0.0/8'))
    .max(100)
    .default([]),
  /** How long a connection and an answer are waited for. */
  connectTimeoutMs: z.number().int().min(10).max(60_000).default(5_000),
  answerTimeoutMs: z.number().int().min(10).max(120_000).default(20_000),
  /** How much longer than its time-outs a send may take before another process may take it up. */
  claimGraceMs: z.number().int().min(100).max(600_000).default(10_000),
  /** Sends at a time to one endpoint, and to all together. */
  laneInFlight: z.number().int().min(1).max(1_000).default(16),
  inFlight: z.number().int().min(1).max(10_000).default(512),
  /** How often due deliveries are looked for without a nudge. */
  pollMs: z.number().int().min(10).max(60_000).default(500),
  /** The pause after a first failure; each further one is three times as long, up to the last. */
  retryFirstSeconds: seconds(1, HOUR_SECONDS, 5),
  retryLastSeconds: seconds(1, DAY_SECONDS, 12 * HOUR_SECONDS),
  /** A delivery that has failed for so long is given up; it is kept and can be sent again. */
  giveUpSeconds: seconds(1, 30 * DAY_SECONDS, 3 * DAY_SECONDS),
  /** An endpoint that nothing has reached for so long is disabled. */
  disableSeconds: seconds(1, 30 * DAY_SECONDS, 3 * DAY_SECONDS),
  /** How long events can be read and sent again. */
  retentionDays: z.number().int().min(1).max(3_650).default(30),
  /** Endpoints of one platform: every event looks at all of them. */
  endpointsMax: z.number().int().min(1).max(10_000).default(200),
});

/** See {@link webhooksConfig}. */
export type WebhooksConfig = z.infer<typeof webhooksConfig>;

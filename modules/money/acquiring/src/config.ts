import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/ }).max(500);
const milliseconds = (fallback: number) => z.number().int().min(1).max(86_400_000).default(fallback);

/**
 * What the acquirers' contracts allow for authorisations, as data: the first rule that fits says it, and
 * where none fits an authorisation is captured once and for at most its amount. An absent condition fits all.
 */
const captureTerms = z.strictObject({
  /** Names of connectors. */
  connectors: z.array(z.string().min(1).max(40)).min(1).optional(),
  brands: z.array(z.string().min(1).max(40)).min(1).optional(),
  /** First digits of card numbers. */
  bins: z
    .array(z.string().regex(/^\d{4,8}$/))
    .min(1)
    .optional(),
  /** ISO 18245 categories of the card acceptor. */
  categories: z
    .array(z.string().regex(/^\d{4}$/))
    .min(1)
    .optional(),
  multicapture: z.boolean().default(false),
  incrementalAuthorisation: z.boolean().default(false),
  /** How much more than was authorised may be captured, in hundredths of the authorised amount. */
  overcapturePercent: z.number().int().min(0).max(100).default(0),
});

/** A rule of {@link captureTerms}. */
export type CaptureTermsRule = z.output<typeof captureTerms>;

/** Settings of acquiring. */
export const acquiringConfig = z.strictObject({
  /** The vault's origin as a browser writes it: challenge pages are served there. */
  vaultUrl: httpUrl,
  /** Who the mall is on an issuer's challenge page where the caller names no other; 1 to 40 characters. */
  merchantName: z.string().min(1).max(40).default('TPMall'),
  /** Ways to acquirers, the preferred first. */
  connectors: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9-]{1,40}$/),
        host: z.string().min(1).max(253),
        port: z.number().int().min(1).max(65_535),
        acquirerId: z.string().regex(/^\d{1,11}$/),
        terminalId: z.string().regex(/^[\x21-\x7e]{8}$/),
        merchantId: z.string().regex(/^[\x21-\x7e]{1,15}$/),
        /** ISO 18245; 5311 is department stores. */
        categoryCode: z
          .string()
          .regex(/^\d{4}$/)
          .default('5311'),
        /** An answer that has not come by then counts as lost. */
        answerTimeoutMs: milliseconds(8_000),
        echoEveryMs: milliseconds(30_000),
        reconnectFirstMs: milliseconds(100),
        reconnectMaxMs: milliseconds(5_000),
      }),
    )
    .min(1)
    .max(20)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names must differ'),
  captureTerms: z.array(captureTerms).max(1000).default([]),
  /** The 3-D Secure directory server; authentication requests are posted to its URL. */
  directoryServer: z.strictObject({ url: httpUrl, timeoutMs: milliseconds(10_000) }),
  /** Pause before an unacknowledged advice or reversal is repeated; doubles up to the maximum. */
  repeatFirstMs: milliseconds(1_000),
  repeatMaxMs: milliseconds(60_000),
  /** How often messages that lost their process are looked for. */
  sweepEveryMs: milliseconds(5_000),
  /** A challenge that the shopper has not finished by then has failed. */
  challengeTimeoutMs: milliseconds(15 * 60_000),
});

/** {@link acquiringConfig} as it is used. */
export type AcquiringConfig = z.output<typeof acquiringConfig>;

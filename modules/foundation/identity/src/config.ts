import { Redacted } from '@tpmall/kernel';
import { z } from 'zod';

const secret = z
  .union([z.instanceof(Redacted<string>), z.string().transform((text) => new Redacted(text))])
  .refine((given) => given.reveal().length >= 32, 'has fewer than 32 characters');

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** How long a session lives unused, and at all. */
const lifetime = (idleSeconds: number, absoluteSeconds: number) =>
  z
    .strictObject({
      idleSeconds: z
        .number()
        .int()
        .min(60)
        .max(DAY_SECONDS * 366)
        .default(idleSeconds),
      absoluteSeconds: z
        .number()
        .int()
        .min(60)
        .max(DAY_SECONDS * 366)
        .default(absoluteSeconds),
    })
    .prefault({});

const rate = (perSecond: number, burst: number) =>
  z
    .strictObject({
      perSecond: z.number().positive().max(1_000_000).default(perSecond),
      burst: z.number().int().min(1).max(1_000_000).default(burst),
    })
    .prefault({});

/** Settings of identity. */
export const identityConfig = z.strictObject({
  /**
   * With it, and for a day, a repeated command answers the key that it made. Losing it costs that and nothing
   * else: keys stay valid.
   */
  replaySecret: secret,
  /**
   * Codes and tokens of sessions derive from it. Losing it ends the sign-ins under way and nothing else:
   * sessions stay valid.
   */
  signInSecret: secret,
  sessions: z
    .strictObject({
      guest: lifetime(30 * DAY_SECONDS, 90 * DAY_SECONDS),
      shopper: lifetime(14 * DAY_SECONDS, 90 * DAY_SECONDS),
      merchant: lifetime(2 * HOUR_SECONDS, DAY_SECONDS),
      // NIST SP 800-63B §4.2.3 (AAL2): half an hour of silence, twelve hours in all.
      operator: lifetime(HOUR_SECONDS / 2, 12 * HOUR_SECONDS),
    })
    .prefault({}),
  signIn: z
    .strictObject({
      /**
       * Sign-ins that may be begun for one address on a day: with five tries each, what a guesser gets. One
       * network has a part of them, so that nobody can use up from there what the owner needs elsewhere.
       */
      perAddressDaily: z.number().int().min(1).max(10_000).default(60),
      perAddressAndNetworkDaily: z.number().int().min(1).max(10_000).default(20),
      /** The same by the minute. */
      perAddressAndNetwork: rate(1 / 60, 5),
      /** Sign-ins begun and codes tried from one network address. */
      perIp: rate(1 / 5, 30),
      /** Sign-ins begun in all: what the mail host can bear. */
      perInstance: rate(20, 1_000),
      /** Guests' sessions opened from one network address. */
      guestsPerIp: rate(1, 60),
    })
    .prefault({}),
});

/** Settings of identity, parsed. */
export type IdentityConfig = z.output<typeof identityConfig>;

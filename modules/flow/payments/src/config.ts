import { z } from 'zod';

const seconds = (fallback: number, max: number) => z.number().int().min(1).max(max).default(fallback);

const holdDays = z.number().int().min(1).max(31);

/** Settings of payments. */
export const paymentsConfig = z
  .strictObject({
    /** How long a call to another module may take to begin its first durable write. */
    callDeadlineSeconds: seconds(30, 300),
    /**
     * How long a payment in work belongs to the request that began it; the resolver takes it over afterwards.
     */
    leaseSeconds: seconds(60, 3600),
    /** The pause between two looks for payments whose outcome is not known. */
    sweepEverySeconds: seconds(2, 300),
    /**
     * Pauses between two attempts to settle an unknown outcome double from the first to the last of these.
     */
    retryFirstSeconds: seconds(1, 60),
    retryLastSeconds: seconds(300, 86_400),
    /**
     * How long cards and accounts are remembered; a capability that was withdrawn is used at most so much
     * longer.
     */
    cacheSeconds: seconds(30, 600),
    /** For how many days an issuer holds what is not captured; the card schemes say so, each for itself. */
    holds: z
      .strictObject({
        days: holdDays.default(7),
        brands: z
          .array(z.strictObject({ brand: z.string().min(1).max(40), days: holdDays }))
          .max(20)
          .default([]),
      })
      .prefault({}),
    /** How many days money that came in is pending before it is available; what goes out goes at once. */
    balanceDelayDays: z.number().int().min(0).max(90).default(2),
    /** Where a shopper goes on after a challenge when the caller gave no return URL. */
    fallbackReturnUrl: z.url().max(2000).default('http://localhost/'),
  })
  // Within its lease nobody else touches a payment, so every call of the first attempt must be over by then.
  .refine((config) => config.leaseSeconds > config.callDeadlineSeconds, {
    path: ['leaseSeconds'],
    message: 'must be longer than callDeadlineSeconds',
  });
/** Settings of payments. */
export type PaymentsConfig = z.output<typeof paymentsConfig>;

import { z } from 'zod';

const seconds = (fallback: number, max: number) => z.number().int().min(1).max(max).default(fallback);

/** Settings of wallet; unknown ones are refused. */
export const walletConfig = z
  .strictObject({
    /** How long a call to another module may take to begin its first durable write. */
    callDeadlineSeconds: seconds(30, 300),
    /**
     * How long an operation in work belongs to the request that began it; the sweep takes it over afterwards.
     */
    leaseSeconds: seconds(60, 3600),
    /** The pause between two looks for operations in work. */
    sweepEverySeconds: seconds(2, 300),
    /** Pauses between two attempts double from the first to the last of these. */
    retryFirstSeconds: seconds(1, 60),
    retryLastSeconds: seconds(300, 86_400),
    /** How long a top-up waits for its payment; then it ends, and the room it held in the balance is free. */
    topUpSeconds: seconds(1800, 86_400),
    /** The tier of a new wallet. */
    firstTier: z.enum(['basic', 'verified']).default('basic'),
  })
  .refine((config) => config.leaseSeconds > config.callDeadlineSeconds, {
    path: ['leaseSeconds'],
    message: 'must be longer than callDeadlineSeconds',
  });
/** Settings of wallet. */
export type WalletConfig = z.output<typeof walletConfig>;

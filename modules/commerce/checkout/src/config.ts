import { z } from 'zod';

/** Settings of checkout; unknown ones are refused. */
export const checkoutConfig = z.strictObject({
  /** False for a sandbox: what the ids of sessions say, `cs_test_…` or `cs_live_…`. */
  livemode: z.boolean().default(false),
  /** The pause between two looks for sessions whose time is over. */
  sweepEverySeconds: z.number().int().min(1).max(300).default(5),
  /** How long a call to another module may take to begin its first durable write. */
  callDeadlineSeconds: z.number().int().min(1).max(300).default(30),
});
/** Settings of checkout. */
export type CheckoutConfig = z.output<typeof checkoutConfig>;

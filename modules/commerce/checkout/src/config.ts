import { z } from 'zod';

/** Settings of checkout; unknown ones are refused. */
export const checkoutConfig = z.strictObject({});

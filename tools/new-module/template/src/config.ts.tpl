import { z } from 'zod';

/** Settings of __name__; unknown ones are refused. */
export const __name__Config = z.strictObject({});

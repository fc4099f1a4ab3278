import { z } from 'zod';

/** Settings of catalogue; unknown ones are refused. */
export const catalogueConfig = z.strictObject({});

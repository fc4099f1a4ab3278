import { z } from 'zod';

/** Accounts have no settings. */
export const accountsConfig = z.strictObject({});

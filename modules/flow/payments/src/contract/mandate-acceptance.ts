import { z } from 'zod';

/** How the shopper has agreed; where no time is given, now, and no address, that of the confirmation. */
export const mandateAcceptanceSchema = z.strictObject({
  type: z.enum(['online', 'offline']),
  acceptedAt: z.number().int().min(0).optional(),
  ip: z.string().max(45).optional(),
  userAgent: z.string().max(1000).optional(),
});

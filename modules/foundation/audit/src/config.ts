import { z } from 'zod';

/** Settings of the audit log. */
export const auditConfig = z.strictObject({
  /** The modules whose outboxes are read: every one with data. */
  modules: z.array(z.string().regex(/^[a-z][a-z_]{0,39}$/)).max(100),
});

import { z } from 'zod';

/** The section of the settings that is about upkeep. */
export const UPKEEP = 'upkeep';

/** Settings of upkeep. */
export const upkeepConfig = z.strictObject({
  /**
   * How long events stay in outboxes after all their consumers have passed them, and can be replayed. Names
   * and addresses that are in events outlive their objects by as much.
   */
  eventDays: z.number().int().min(1).max(3_650).default(30),
});

/** See {@link upkeepConfig}. */
export type UpkeepConfig = z.infer<typeof upkeepConfig>;

import { z } from 'zod';

/** Settings of the ledger; the defaults suit a machine with two cores and 4 GB. */
export const ledgerConfig = z.strictObject({
  /**
   * The most accounts; they are in memory whole, at about 500 bytes each. Beyond this bound opening accounts
   * is refused, and a second ledger on a second database is the way on.
   */
  accountsMax: z.number().int().min(1).max(20_000_000).default(4_000_000),
  /**
   * Transfers and accounts that may wait for their commit in all; beyond, calls are answered `unavailable`.
   */
  queuedItemsMax: z.number().int().min(8_190).max(1_000_000).default(131_072),
  /**
   * Transfers kept in memory besides the open pending ones, so that repeating them needs no look-up. More of
   * them cost the garbage collector more than the look-ups they save.
   */
  knownTransfers: z.number().int().min(1).max(10_000_000).default(8_192),
  /** Items of waiting calls that one commit takes. */
  flightItemsMax: z.number().int().min(1).max(65_536).default(8_190),
  /** Commits under way at once. */
  flightsMax: z.number().int().min(1).max(4).default(2),
  /** Log entries after which balances are checkpointed; a start replays at most about as many. */
  checkpointEntries: z.number().int().min(1).max(100_000_000).default(500_000),
});

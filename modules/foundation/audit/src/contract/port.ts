import { defineContract, type Page, query } from '@tpmall/platform/contract';
import type { AuditEntry } from '@tpmall/platform/events';
import { z } from 'zod';

/** An audit entry in its place. */
export interface SequencedEntry extends AuditEntry {
  /** Position in the log, from 1, without gaps. */
  readonly position: bigint;
  readonly module: string;
  readonly tenant: string;
  readonly at: number;
}

/** What a verification of the log's hash chain found. */
export interface ChainReport {
  /** The chain holds up to here. */
  readonly verifiedTo: bigint;
  /**
   * The hash at that position, in hexadecimal: whoever keeps it can tell later that nothing before was
   * changed.
   */
  readonly hash: string;
  /** The first position where it does not hold; null where it holds. */
  readonly brokenAt: bigint | null;
}

const word = z.string().min(1).max(200);

/** The one order of what was done, by whom and why. Append-only from its first row. */
export const auditContract = defineContract({
  module: 'audit',
  version: 1,
  operations: {
    entries: query<readonly SequencedEntry[]>()({
      input: z.strictObject({ after: z.bigint().min(0n), limit: z.number().int().min(1).max(1000) }),
      callers: ['gateway', 'operator'],
    }),
    /** Entries, the newest first: of somebody, about something, of a kind, of a time. */
    searchEntries: query<Page<SequencedEntry>>()({
      input: z.strictObject({
        limit: z.number().int().min(1).max(100),
        /** Older entries than the one at this position. */
        before: z.bigint().min(1n).optional(),
        actor: word.optional(),
        subject: word.optional(),
        /** The action, or its beginning. */
        action: word.optional(),
        module: word.optional(),
        /** From, inclusive, and to, exclusive. */
        from: z.number().int().min(0).optional(),
        to: z.number().int().min(0).optional(),
      }),
      callers: ['gateway', 'operator'],
    }),
    /** Recomputes the hash chain behind a position, over at most `limit` entries. */
    verifyChain: query<ChainReport>()({
      input: z.strictObject({ after: z.bigint().min(0n), limit: z.number().int().min(1).max(100_000) }),
      callers: ['gateway', 'operator'],
    }),
  },
});

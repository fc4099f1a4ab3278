import type { Queryable } from '@tpmall/platform/db';
import { AUDIT_EVENT, type StoredEvent } from '@tpmall/platform/events';
import { z } from 'zod';
import {
  appendEntries,
  type ChainedEntry,
  holdHead,
  missingEntries,
  type UnplacedEntry,
} from '../store/log.ts';
import { canonicalEntry, chainHash } from './canonical.ts';

/** The longest text of an entry: a bound for rows and pages, far above what modules let in. */
const TEXT_MAX = 10_000;
const text = z.string().max(TEXT_MAX);
const payload = z.object({
  actor: text,
  action: text,
  subject: text,
  // What callers wrote may be among a reason: too long, it is cut, because an entry that is refused stops all
  // that come after it. Half a character at the cut would be stored otherwise than it was hashed.
  reason: z.string().transform((full) => full.slice(0, TEXT_MAX).replaceAll(/\p{Surrogate}/gu, '\ufffd')),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

/**
 * Puts what a module recorded into its place, in the transaction that moves the cursor: the head of the log
 * is held, and the events of a batch share the statements. A second delivery of the same event changes
 * nothing. Throws when a module wrote something that is no audit entry: a bug that must not be skipped.
 */
export async function appendEvents(events: readonly StoredEvent[], tx: Queryable): Promise<void> {
  const entries = events.filter(({ type }) => type === AUDIT_EVENT).map(toEntry);
  if (entries.length === 0) return;
  let { position, hash } = await holdHead(tx);
  const chained: ChainedEntry[] = [];
  for (const entry of await missingEntries(tx, entries)) {
    position += 1n;
    hash = chainHash(hash, position, canonicalEntry(entry));
    chained.push({ ...entry, position, hash });
  }
  await appendEntries(tx, chained);
}

function toEntry(event: StoredEvent): UnplacedEntry {
  const { detail, ...said } = payload.parse(event.payload);
  const placed = { module: event.from, seq: event.seq, tenant: event.tenant, at: event.at };
  return { ...said, ...(detail && { detail }), ...placed };
}

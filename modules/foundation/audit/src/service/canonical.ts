import { createHash } from 'node:crypto';
import { isoInstant } from '@tpmall/kernel';
import type { UnplacedEntry } from '../store/log.ts';

/** The hash before the first entry. */
export const FIRST_HASH = createHash('sha256').update('tpmall audit log').digest();

/**
 * The one text of an entry: JSON with its keys in order and no spaces (RFC 8785 for the values that occur
 * here), the instant in RFC 3339 with microseconds.
 */
export function canonicalEntry(entry: UnplacedEntry): string {
  const { action, actor, detail, module, reason, seq, subject, tenant } = entry;
  const sorted = Object.entries(detail ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({
    action,
    actor,
    at: isoInstant(entry.at),
    detail: Object.fromEntries(sorted),
    module,
    reason,
    seq: String(seq),
    subject,
    tenant,
  });
}

/** The hash at a position, over the one before it. */
export function chainHash(before: Buffer, position: bigint, canonical: string): Buffer {
  return createHash('sha256').update(before).update(`${position} ${canonical}`).digest();
}

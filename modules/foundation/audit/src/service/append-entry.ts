import type { Queryable } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry, type StoredEvent } from '@tpmall/platform/events';
import { z } from 'zod';
import { appendEntry } from '../store/log.ts';
import { canonicalEntry } from './canonical.ts';

const text = z.string().max(10_000);
const payload = z.object({
  actor: text,
  action: text,
  subject: text,
  reason: text,
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

/**
 * Puts what a module recorded into its place, in the transaction that moves the cursor. A second delivery of
 * the same event changes nothing. Throws when a module wrote something that is no audit entry: a bug that
 * must not be skipped.
 */
export async function appendEvent(event: StoredEvent, tx: Queryable): Promise<void> {
  if (event.type !== AUDIT_EVENT) return;
  const { detail, ...said } = payload.parse(event.payload);
  const entry: AuditEntry = { ...said, ...(detail && { detail }) };
  const placed = { ...entry, module: event.from, seq: event.seq, tenant: event.tenant, at: event.at };
  await appendEntry(tx, placed, canonicalEntry(placed));
}

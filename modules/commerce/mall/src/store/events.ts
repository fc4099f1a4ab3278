import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { MallEvents } from '../contract/index.ts';

// As many events as there are, in their order, by one statement.
const insert = sql(
  'mall.tell',
  `INSERT INTO mall.outbox (type, aggregate_id, tenant, at, payload)
SELECT type, aggregate_id, tenant, $2, payload FROM jsonb_to_recordset($1)
  AS t (type text, aggregate_id text, tenant text, payload jsonb)`,
);

/**
 * Tells of changes of objects of one kind, in their transaction. Returns are told in the order of their
 * order.
 */
export async function tell<Type extends keyof MallEvents>(
  tx: Queryable,
  type: Type,
  subjects: readonly MallEvents[Type][],
  at: Micros,
): Promise<void> {
  if (subjects.length === 0) return;
  const events = subjects.map((payload) => {
    const { id, tenant } = payload;
    return { type, aggregate_id: 'order' in payload ? payload.order : id, tenant, payload };
  });
  await tx.run(insert, [rowParameter(events), instant(at)]);
}

/** Tells the audit log who has done what, in the transaction of it. */
export async function audit(tx: Queryable, tenant: string, entry: AuditEntry, at: Micros): Promise<void> {
  const event = { type: AUDIT_EVENT, aggregate_id: entry.subject, tenant, payload: entry };
  await tx.run(insert, [rowParameter([event]), instant(at)]);
}

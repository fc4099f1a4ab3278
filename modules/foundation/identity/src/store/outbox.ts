import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { IdentityEvents } from '../contract/index.ts';

const insert = sql(
  'identity.tell',
  'INSERT INTO identity.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5::jsonb)',
);

/** Tells of a change, in its transaction; `about` is whose order of events it belongs to. */
export async function tell<Type extends keyof IdentityEvents>(
  tx: Queryable,
  type: Type,
  about: { readonly id: string; readonly tenant: string; readonly at: Micros },
  payload: IdentityEvents[Type],
): Promise<void> {
  await tx.run(insert, [type, about.id, about.tenant, instant(about.at), JSON.stringify(payload)]);
}

/** Writes what an auditor must be able to see, in the transaction of the act. */
export async function audit(tx: Queryable, tenant: string, at: Micros, entry: AuditEntry): Promise<void> {
  await tx.run(insert, [AUDIT_EVENT, entry.subject, tenant, instant(at), JSON.stringify(entry)]);
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { WalletEvents } from '../contract/index.ts';

const insert = sql(
  'wallet.tell',
  'INSERT INTO wallet.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5)',
);

/** Tells of a change, in its transaction. */
export async function tell<Type extends keyof WalletEvents>(
  tx: Queryable,
  type: Type,
  subject: WalletEvents[Type],
  at: Micros,
): Promise<void> {
  await tx.run(insert, [type, subject.id, subject.tenant, instant(at), rowParameter(subject)]);
}

/** Tells the auditor of what somebody did, in the transaction of what it is about. */
export async function audit(tx: Queryable, tenant: string, at: Micros, entry: AuditEntry): Promise<void> {
  await tx.run(insert, [AUDIT_EVENT, entry.subject, tenant, instant(at), rowParameter(entry)]);
}

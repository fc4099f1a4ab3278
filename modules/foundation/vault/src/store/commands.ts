import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';

const accept = sql(
  'vault.accept-command',
  `WITH accepted AS (
     INSERT INTO vault.command (tenant, key, first_seen, command_id, request_hash)
     VALUES ($1, $2, $3, $2, $4) ON CONFLICT DO NOTHING RETURNING tenant
   )
   INSERT INTO vault.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${AUDIT_EVENT}', $5, tenant, $3, $6::jsonb FROM accepted`,
);

/** Records a command with its audit entry; false where it was recorded before. */
export async function acceptCommand(
  tx: Queryable,
  command: { tenant: string; commandId: string; at: Micros; requestHash: Buffer },
  entry: AuditEntry,
): Promise<boolean> {
  const { tenant, commandId, at, requestHash } = command;
  const values = [tenant, commandId, instant(at), requestHash, entry.subject, JSON.stringify(entry)];
  return (await tx.run(accept, values)).count > 0;
}

const find = sql(
  'vault.find-command',
  'SELECT request_hash FROM vault.command WHERE tenant = $1 AND key = $2',
);

/** What a command asked for, if it has been accepted: the hash of its request. */
export async function findCommand(
  db: Queryable,
  tenant: string,
  commandId: string,
): Promise<Buffer | undefined> {
  const { rows } = await db.run<{ request_hash: Buffer }>(find, [tenant, commandId]);
  return rows[0]?.request_hash;
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { ListEntry } from '../contract/index.ts';

interface EntryRow {
  id: string;
  list: ListEntry['list'];
  kind: ListEntry['kind'];
  value: string;
  reason: string;
  created_at: Micros;
}

const COLUMNS = 'id, list, kind, value, reason, created_at';

const insertEntry = sql(
  'risk.insert-list-entry',
  `WITH added AS (
  INSERT INTO risk.list_entry (id, tenant, list, kind, value, reason, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (tenant, kind, value, list) DO NOTHING
  RETURNING ${COLUMNS}
), told AS (
  INSERT INTO risk.outbox (type, aggregate_id, tenant, at, payload)
  SELECT '${AUDIT_EVENT}', id, $2, $7, $8::jsonb FROM added
)
SELECT ${COLUMNS} FROM added
UNION ALL
SELECT ${COLUMNS} FROM risk.list_entry
WHERE tenant = $2 AND list = $3 AND kind = $4 AND value = $5 AND NOT EXISTS (SELECT FROM added)`,
);

/** Puts an entry on a list with its audit entry; an entry that is there already stays as it is. */
export async function storeEntry(
  db: Queryable,
  tenant: string,
  entry: ListEntry,
  audit: AuditEntry,
): Promise<ListEntry | undefined> {
  const { rows } = await db.run<EntryRow>(insertEntry, [
    entry.id,
    tenant,
    entry.list,
    entry.kind,
    entry.value,
    entry.reason,
    instant(entry.createdAt),
    JSON.stringify(audit),
  ]);
  return rows[0] && toEntry(rows[0]);
}

const deleteEntry = sql(
  'risk.delete-list-entry',
  `WITH removed AS (
  DELETE FROM risk.list_entry WHERE tenant = $1 AND list = $2 AND kind = $3 AND value = $4
  RETURNING id
), told AS (
  INSERT INTO risk.outbox (type, aggregate_id, tenant, at, payload)
  SELECT '${AUDIT_EVENT}', id, $1, $5, $6::jsonb FROM removed
)
SELECT id FROM removed`,
);

/** Takes an entry off a list with its audit entry. False: it was not there. */
export async function removeEntry(
  db: Queryable,
  at: Micros,
  tenant: string,
  key: Pick<ListEntry, 'list' | 'kind' | 'value'>,
  audit: AuditEntry,
): Promise<boolean> {
  const { rows } = await db.run(deleteEntry, [
    tenant,
    key.list,
    key.kind,
    key.value,
    instant(at),
    JSON.stringify(audit),
  ]);
  return rows.length > 0;
}

const selectEntries = sql(
  'risk.list-entries',
  `SELECT ${COLUMNS} FROM risk.list_entry WHERE tenant = $1 ORDER BY created_at DESC, id DESC LIMIT $2`,
);

/** The entries of a tenant, newest first. */
export async function findEntries(db: Queryable, tenant: string, limit: number): Promise<ListEntry[]> {
  const { rows } = await db.run<EntryRow>(selectEntries, [tenant, limit]);
  return rows.map(toEntry);
}

function toEntry({ created_at: createdAt, ...entry }: EntryRow): ListEntry {
  return { ...entry, createdAt };
}

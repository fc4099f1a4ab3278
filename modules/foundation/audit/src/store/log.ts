import type { Micros } from '@tpmall/kernel';
import { type Database, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { AuditEntry } from '@tpmall/platform/events';
import type { SequencedEntry } from '../contract/index.ts';

/** An entry in its place, with what binds it there. */
export interface ChainedEntry extends SequencedEntry {
  readonly seq: bigint;
  readonly hash: Buffer;
}

interface EntryRow {
  readonly position: bigint;
  readonly module: string;
  readonly seq: bigint;
  readonly tenant: string;
  readonly at: Micros;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly detail: AuditEntry['detail'] | null;
  readonly hash: Buffer;
}

// The head's row is the lock: the next position and hash are taken and given away in this one statement.
const append = sql(
  'audit.append-entry',
  `WITH next AS (
     UPDATE audit.head
     SET position = position + 1,
         hash = sha256(hash || convert_to((position + 1)::text || ' ' || $10::text, 'UTF8'))
     WHERE NOT EXISTS (SELECT FROM audit.entry WHERE module = $1 AND seq = $2)
     RETURNING position, hash
   )
   INSERT INTO audit.entry (position, module, seq, tenant, at, actor, action, subject, reason, detail, hash)
   SELECT position, $1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, hash FROM next`,
);
const columns = 'position, module, seq, tenant, at, actor, action, subject, reason, detail, hash';
const page = sql(
  'audit.entries-after',
  `SELECT ${columns} FROM audit.entry WHERE position > $1 ORDER BY position LIMIT $2`,
);
const at = sql('audit.hash-at', 'SELECT hash FROM audit.entry WHERE position = $1');
const end = sql('audit.head', 'SELECT position, hash FROM audit.head');

/** Puts an entry at the end of the log, unless it is there already. */
export async function appendEntry(
  tx: Queryable,
  entry: Omit<ChainedEntry, 'position' | 'hash'>,
  canonical: string,
): Promise<void> {
  await tx.run(append, [
    entry.module,
    entry.seq,
    entry.tenant,
    instant(entry.at),
    entry.actor,
    entry.action,
    entry.subject,
    entry.reason,
    entry.detail === undefined ? null : JSON.stringify(entry.detail),
    canonical,
  ]);
}

/** Entries behind a position, in order. */
export async function entriesAfter(db: Database, after: bigint, limit: number): Promise<ChainedEntry[]> {
  const { rows } = await db.run<EntryRow>(page, [after, limit]);
  return rows.map(toEntry);
}

/** The hash at a position, if the log is that long. */
export async function hashAt(db: Database, position: bigint): Promise<Buffer | undefined> {
  const { rows } = await db.run<{ hash: Buffer }>(at, [position]);
  return rows[0]?.hash;
}

/** The end of the log. */
export async function readHead(db: Database): Promise<{ position: bigint; hash: Buffer }> {
  const { rows } = await db.run<{ position: bigint; hash: Buffer }>(end);
  if (!rows[0]) throw new Error('the audit log has lost its head');
  return rows[0];
}

function toEntry(row: EntryRow): ChainedEntry {
  const { detail, ...rest } = row;
  return detail === null ? rest : { ...rest, ...(detail ? { detail } : {}) };
}

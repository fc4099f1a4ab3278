import type { Micros } from '@tpmall/kernel';
import { type Database, instant, type Queryable, type Rows, rowsParameter, sql } from '@tpmall/platform/db';
import type { AuditEntry } from '@tpmall/platform/events';
import type { SequencedEntry } from '../contract/index.ts';

/** An entry in its place, with what binds it there. */
export interface ChainedEntry extends SequencedEntry {
  readonly seq: bigint;
  readonly hash: Buffer;
}

/** Where the log ends. */
export interface Head {
  readonly position: bigint;
  readonly hash: Buffer;
}

/** An entry as it is stored. */
export interface EntryRow {
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

/** An entry that has no place yet. */
export type UnplacedEntry = Omit<ChainedEntry, 'position' | 'hash'>;

// The head's row is the lock: whoever holds it sees every entry before, and gives out the next positions.
const hold = sql('audit.hold-head', 'SELECT position, hash FROM audit.head FOR UPDATE');
// One lookup of the unique index for each: the offset keeps the planner from reading the log.
const present = sql(
  'audit.present-entries',
  `SELECT wanted.module, wanted.seq FROM unnest($1::text[], $2::bigint[]) AS wanted (module, seq)
   CROSS JOIN LATERAL (
     SELECT FROM audit.entry AS x WHERE x.module = wanted.module AND x.seq = wanted.seq OFFSET 0) AS found`,
);
const append = sql(
  'audit.append-entries',
  `WITH moved AS (UPDATE audit.head SET position = $2, hash = $3)
   INSERT INTO audit.entry (position, module, seq, tenant, at, actor, action, subject, reason, detail, hash)
   SELECT position, module, seq, tenant, at, actor, action, subject, reason, detail, hash
   FROM jsonb_to_recordset($1::jsonb) AS t (position bigint, module text, seq bigint, tenant text,
     at timestamptz, actor text, action text, subject text, reason text, detail jsonb, hash bytea)
   ORDER BY position`,
);
/** The columns of {@link EntryRow}. */
export const COLUMNS = 'position, module, seq, tenant, at, actor, action, subject, reason, detail, hash';
const page = sql(
  'audit.entries-after',
  `SELECT ${COLUMNS} FROM audit.entry WHERE position > $1 ORDER BY position LIMIT $2`,
);
const at = sql('audit.hash-at', 'SELECT hash FROM audit.entry WHERE position = $1');
const end = sql('audit.head', 'SELECT position, hash FROM audit.head');

/** The end of the log, held until the transaction ends. */
export async function holdHead(tx: Queryable): Promise<Head> {
  return headOf(await tx.run<Head>(hold));
}

/** Those entries that are not in the log yet, in their order. The head must be held. */
export async function missingEntries(
  tx: Queryable,
  entries: readonly UnplacedEntry[],
): Promise<UnplacedEntry[]> {
  const { rows } = await tx.run<{ module: string; seq: bigint }>(present, [
    entries.map(({ module }) => module),
    entries.map(({ seq }) => seq),
  ]);
  const there = new Set(rows.map(({ module, seq }) => `${module} ${seq}`));
  return entries.filter(({ module, seq }) => {
    const place = `${module} ${seq}`;
    const missing = !there.has(place);
    there.add(place);
    return missing;
  });
}

/** Puts entries at the end of the log, whose new end the last of them is. The head must be held. */
export async function appendEntries(tx: Queryable, entries: readonly ChainedEntry[]): Promise<void> {
  const last = entries.at(-1);
  if (!last) return;
  const items = entries.map(({ position, seq, at: instantOf, hash, ...entry }) => ({
    ...entry,
    position: String(position),
    seq: String(seq),
    at: instant(instantOf),
    hash: `\\x${hash.toString('hex')}`,
  }));
  await tx.run(append, [rowsParameter(items), last.position, last.hash]);
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
export async function readHead(db: Database): Promise<Head> {
  return headOf(await db.run<Head>(end));
}

function headOf({ rows }: Rows<Head>): Head {
  if (!rows[0]) throw new Error('the audit log has lost its head');
  return rows[0];
}

/** The entry of a row. */
export function toEntry(row: EntryRow): ChainedEntry {
  const { detail, ...rest } = row;
  return detail === null ? rest : { ...rest, ...(detail ? { detail } : {}) };
}

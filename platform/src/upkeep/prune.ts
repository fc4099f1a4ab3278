import { type Clock, DAY } from '@tpmall/kernel';
import { type Database, instant, type Statement, schemaName, sql } from '../db/index.ts';
import type { Log } from '../telemetry/types.ts';

/** Events of one transaction, and pages of a table that one looks through: done in milliseconds. */
const EVENTS = 1_000;
const PAGES = 256;
/** How long a command is kept: its key is new again after one day, and no clock is a day wrong. */
const COMMAND_TIME = 2 * DAY;

/** What pruning needs. */
export interface PruneParts {
  /** As upkeep's role: what it may see and delete is what is pruned. */
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly eventDays: number;
}

interface Place {
  readonly xid: string;
  readonly seq: bigint;
}

interface Cursor extends Place {
  readonly cursor: string;
  readonly from_module: string;
}

const BEGINNING: Place = { xid: '0', seq: 0n };

const tables = sql(
  'upkeep.tables',
  `SELECT n.nspname AS schema FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relname = $1 AND has_any_column_privilege(c.oid, 'SELECT') ORDER BY 1`,
);

async function schemasWith(db: Database, table: 'outbox' | 'cursor' | 'command'): Promise<string[]> {
  const { rows } = await db.run<{ schema: string }>(tables, [table]);
  return rows.map(({ schema }) => schema);
}

/**
 * Deletes events that are older than they are kept and that every consumer has passed, oldest first. Cursors
 * only move on, and a new one is stored before anything is read for it, so what they say may be a little old.
 * An outbox that nobody has begun to read is left alone, and one whose consumer is behind is logged.
 *
 * The relay reads by position and expects no number, so what is missing at the front is nothing to it.
 */
export async function pruneEvents({ db, clock, log, eventDays }: PruneParts): Promise<void> {
  const before = clock.now() - eventDays * DAY;
  const cursors: Cursor[] = [];
  for (const schema of await schemasWith(db, 'cursor'))
    cursors.push(...(await db.run<Cursor>(cursorsOf(schema))).rows);
  for (const schema of await schemasWith(db, 'outbox')) {
    const [slowest] = cursors.filter(({ from_module: from }) => from === schema).sort(byPlace);
    if (!slowest) continue;
    const { prune, behind } = outboxStatements(schema);
    for (let from: Place | undefined = BEGINNING; from; ) {
      const values: unknown[] = [from.xid, from.seq, slowest.xid, slowest.seq, EVENTS, instant(before)];
      [from] = (await db.run<Place>(prune, values)).rows;
    }
    const { rows } = await db.run<{ due: boolean }>(behind, [slowest.xid, slowest.seq, instant(before)]);
    if (rows[0]?.due) {
      log.warn(
        { outbox: schema, cursor: slowest.cursor },
        'a consumer is behind events that could be pruned',
      );
    }
  }
}

/**
 * Deletes commands that mean nothing any more. Each table is read from its first page to its last, a few
 * pages a transaction: an index by time would cost every payment, and this reads a row two or three times in
 * its life.
 */
export async function pruneCommands({ db, clock }: PruneParts): Promise<void> {
  const before = instant(clock.now() - COMMAND_TIME);
  for (const schema of await schemasWith(db, 'command')) {
    const { pages, prune } = commandStatements(schema);
    const all = (await db.run<{ pages: number }>(pages)).rows[0]?.pages ?? 0;
    for (let page = 0; page < all; page += PAGES)
      await db.run(prune, [`(${page},0)`, `(${page + PAGES},0)`, before]);
  }
}

function byPlace(a: Place, b: Place): number {
  if (a.xid !== b.xid) return BigInt(a.xid) < BigInt(b.xid) ? -1 : 1;
  return a.seq < b.seq ? -1 : 1;
}

function cursorsOf(module: string): Statement {
  const schema = schemaName(module);
  return sql(
    `upkeep.cursors-${schema}`,
    `SELECT cursor, from_module, xid::text AS xid, seq FROM ${schema}.cursor`,
  );
}

// Found by their order and deleted by their place: neither looks at more of the table than it deletes.
function outboxStatements(module: string): { prune: Statement; behind: Statement } {
  const schema = schemaName(module);
  return {
    prune: sql(
      `upkeep.prune-outbox-${schema}`,
      `WITH gone AS (
  DELETE FROM ${schema}.outbox WHERE ctid = ANY (ARRAY (
    SELECT first.ctid FROM (
      SELECT o.ctid, o.at FROM ${schema}.outbox AS o
      WHERE (o.xid, o.seq) > ($1::text::xid8, $2::bigint) AND (o.xid, o.seq) <= ($3::text::xid8, $4::bigint)
      ORDER BY o.xid, o.seq LIMIT $5) AS first
    WHERE first.at < $6))
  RETURNING xid, seq
)
SELECT g.xid::text AS xid, g.seq FROM gone AS g ORDER BY g.xid DESC, g.seq DESC LIMIT 1`,
    ),
    behind: sql(
      `upkeep.behind-in-outbox-${schema}`,
      `SELECT first.at < $3 AS due FROM (
  SELECT o.at FROM ${schema}.outbox AS o WHERE (o.xid, o.seq) > ($1::text::xid8, $2::bigint)
  ORDER BY o.xid, o.seq LIMIT 1) AS first`,
    ),
  };
}

function commandStatements(module: string): { pages: Statement; prune: Statement } {
  const schema = schemaName(module);
  return {
    pages: sql(
      `upkeep.pages-of-${schema}`,
      `SELECT (pg_relation_size('${schema}.command')
  / current_setting('block_size')::bigint)::integer AS pages`,
    ),
    prune: sql(
      `upkeep.prune-commands-${schema}`,
      `DELETE FROM ${schema}.command
WHERE ctid >= $1::text::tid AND ctid < $2::text::tid AND first_seen < $3`,
    ),
  };
}

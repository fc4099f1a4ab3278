import type { Micros } from '@tpmall/kernel';
import { type Database, type Statement, schemaName, sql } from '../db/index.ts';
import type { StoredEvent } from './types.ts';

/** Rows of one read of an outbox. */
const READ_ROWS = 500;
/**
 * Rows that are kept at least for consumers that come for them later; who is further behind reads for itself.
 * Twice what a busy outbox gets while the slowest of its consumers lets events gather.
 */
const KEPT_ROWS = 2_000;

/** A place in an outbox. */
export interface Position {
  readonly xid: bigint;
  readonly seq: bigint;
}

/** A row of an outbox. */
export interface FeedRow {
  readonly position: Position;
  /** Undefined where it is of a type that no consumer wants. Shared by them all: nobody changes it. */
  readonly event: StoredEvent | undefined;
}

/** One module's outbox as all its consumers read it: each row comes out of the database once. */
export interface Feed {
  /** The first rows behind a position, at least one if there is any, in their order. */
  read(after: Position, limit: number): Promise<readonly FeedRow[]>;
  /**
   * Whether there are rows behind a position: those too that an older open transaction keeps from being read.
   */
  hasMore(after: Position): Promise<boolean>;
}

/**
 * Creates a feed. It keeps the latest rows that it has read: consumers at the end of the outbox take turns in
 * reading on, and the others find what one of them has read. Rows are never put before ones that have been
 * read (see the outbox's notes), so what is kept has no gaps.
 *
 * @param reader a role that may read outboxes and nothing else
 * @param types those that any consumer wants; the payloads of others are not read
 */
export function createFeed(reader: Database, from: string, types: ReadonlySet<string>): Feed {
  const statement = readStatement(from);
  const more = moreStatement(from);
  const wanted = [...types];
  /** The rows behind `start`, none left out. */
  let kept: FeedRow[] = [];
  let start: Position | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const query = async (after: Position, limit: number): Promise<FeedRow[]> => {
    const { rows } = await reader.run<OutboxRow>(statement, [after.xid, after.seq, wanted, limit]);
    return rows.map((row) => toFeedRow(from, row));
  };

  const take = async (after: Position, limit: number): Promise<readonly FeedRow[]> => {
    if (start && isBefore(after, start)) return query(after, limit);
    const end = kept.at(-1)?.position ?? start;
    // Whoever read in the meantime may have read enough. If not, this read begins after it was asked for.
    if (!end || !isBefore(after, end)) {
      const rows = await query(after, READ_ROWS);
      // The first to come here, or one that another process has carried past all that this one has read.
      if (!end || isBefore(end, after)) {
        kept = [];
        start = after;
      }
      kept.push(...rows);
      // Seldom, because it moves all that stay.
      if (kept.length > KEPT_ROWS + READ_ROWS)
        start = kept.splice(0, kept.length - KEPT_ROWS).at(-1)?.position;
    }
    const first = firstBehind(kept, after);
    return kept.slice(first, first + limit);
  };

  return {
    // One at a time. A read that fails is its own asker's alone: whoever comes next begins either way.
    read(after, limit) {
      const read = (): Promise<readonly FeedRow[]> => take(after, limit);
      const rows = turn.then(read, read);
      turn = rows;
      return rows;
    },
    async hasMore({ xid, seq }) {
      const { rows } = await reader.run<{ more: boolean }>(more, [xid, seq]);
      return rows[0]?.more ?? false;
    },
  };
}

interface OutboxRow {
  seq: bigint;
  xid: string;
  type: string;
  aggregate_id: string;
  tenant: string;
  at: Micros;
  payload: object | null;
}

function toFeedRow(from: string, row: OutboxRow): FeedRow {
  const { seq, type, tenant, at, payload, aggregate_id: aggregateId } = row;
  return {
    position: { xid: BigInt(row.xid), seq },
    event: payload === null ? undefined : { from, seq, type, aggregateId, tenant, at, payload },
  };
}

function isBefore(a: Position, b: Position): boolean {
  return a.xid === b.xid ? a.seq < b.seq : a.xid < b.xid;
}

/**
 * The index of the first row behind a position. Every consumer asks this of all that is kept, ten times a
 * second, so it halves what is left instead of walking through it.
 */
function firstBehind(rows: readonly FeedRow[], after: Position): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row && isBefore(after, row.position)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function readStatement(from: string): Statement {
  const schema = schemaName(from);
  return sql(
    `events.read-${schema}`,
    [
      'SELECT seq, o.xid::text AS xid, type, aggregate_id, tenant, at,',
      '  CASE WHEN type = ANY ($3::text[]) THEN payload END AS payload',
      `FROM ${schema}.outbox AS o`,
      'WHERE (o.xid, seq) > ($1::text::xid8, $2::bigint) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())',
      // Qualified: a bare `xid` would be the column of text above, and 1000 would come before 999.
      'ORDER BY o.xid, seq LIMIT $4',
    ].join('\n'),
  );
}

function moreStatement(from: string): Statement {
  const schema = schemaName(from);
  return sql(
    `events.more-${schema}`,
    [
      `SELECT EXISTS (SELECT FROM ${schema}.outbox AS o`,
      'WHERE (o.xid, seq) > ($1::text::xid8, $2::bigint)) AS more',
    ].join('\n'),
  );
}

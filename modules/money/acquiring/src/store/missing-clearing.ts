import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';

// Files are expected of acquirers that have a folder ($4) or have sent one; of others nothing is missing.
// The watch goes on only from where this began, and only where nothing was booked meanwhile that may be
// older: this has not seen it, and nobody would look at it again.
const noteStatement = (type: 'capture' | 'refund', table: string, stands: string): string => `WITH begun AS (
     SELECT looked_at_up_to AS place, late_bookings FROM acquiring.clearing_watch WHERE type = '${type}'
   ), looked AS (
     SELECT m.* FROM acquiring.${table} AS m
     WHERE m.id > (SELECT place FROM begun) AND m.id < $1
     ORDER BY m.id LIMIT $2
   ), missing AS (
     INSERT INTO acquiring.missing_clearing (subject, type, connector, tenant, reference, amount, currency,
       booked_at, created_at)
     SELECT m.id, '${type}', m.connector, m.tenant, coalesce(o.reference, ''), m.amount, m.currency,
       m.created_at, $3
     FROM looked AS m JOIN acquiring.authorisation AS o ON o.id = m.authorisation_id
     WHERE ${stands}
       AND (m.connector = ANY ($4::text[])
         OR EXISTS (SELECT FROM acquiring.clearing_file AS f WHERE f.connector = m.connector))
       AND NOT EXISTS (
         SELECT FROM acquiring.clearing_record AS r WHERE r.subject = m.id AND r.type = '${type}')
     ON CONFLICT DO NOTHING
     RETURNING subject
   ), moved AS (
     UPDATE acquiring.clearing_watch AS w SET looked_at_up_to = (SELECT max(id) FROM looked)
     FROM begun WHERE w.type = '${type}' AND EXISTS (SELECT FROM looked)
       AND w.looked_at_up_to = begun.place AND w.late_bookings = begun.late_bookings
   )
   SELECT (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM missing) AS missing`;

const statements = {
  capture: sql(
    'acquiring.note-missing-captures',
    noteStatement('capture', 'advice', "m.kind = 'capture' AND m.state <> 'refused'"),
  ),
  refund: sql(
    'acquiring.note-missing-refunds',
    noteStatement('refund', 'refund', "m.state IN ('approved', 'returned')"),
  ),
};

/**
 * Part of a statement that books a capture or refund (`id` of `from`) which may be older than what has been
 * looked at, or is being looked at: the watch goes back to before it, or begins again.
 */
export function watchAgain(type: 'capture' | 'refund', from: string): string {
  return `watched_${type} AS (
     UPDATE acquiring.clearing_watch AS w
     SET looked_at_up_to = least(w.looked_at_up_to, left(m.id, -1)), late_bookings = w.late_bookings + 1
     FROM ${from} AS m WHERE w.type = '${type}'
   )`;
}

/**
 * Looks at the next captures or refunds that are older than an id, and notes those that no clearing file
 * holds. Each is looked at once, and again where it turns out later that it is booked.
 */
export async function noteMissing(
  db: Queryable,
  options: {
    readonly type: 'capture' | 'refund';
    readonly before: string;
    readonly limit: number;
    readonly at: Micros;
    /** Connectors whose acquirers are to send files. */
    readonly expected: readonly string[];
  },
): Promise<{ readonly looked: number; readonly missing: number }> {
  const { rows } = await db.run<{ looked: bigint; missing: bigint }>(statements[options.type], [
    options.before,
    options.limit,
    instant(options.at),
    options.expected,
  ]);
  return { looked: Number(rows[0]?.looked ?? 0n), missing: Number(rows[0]?.missing ?? 0n) };
}

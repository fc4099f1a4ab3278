import type { Micros } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import {
  type MessageRecord,
  TRAIL_MESSAGES_MAX,
  type Trail,
  type TrailMessage,
  type TrailStep,
} from '../contract/index.ts';

/** Steps of one answer: captures and increments are few, so only a bug makes more. */
const STEPS_MAX = 500;

// `IS TRUE` keeps the planner from indexes that begin with the tenant.
const steps = sql(
  'acquiring.trail-steps',
  `WITH o AS MATERIALIZED (
     SELECT * FROM acquiring.authorisation WHERE tenant = $1 AND command_id = ANY ($2::text[])
   )
   SELECT * FROM (
     SELECT id, 'authorisation' AS kind, command_id, state, connector, amount, currency, network_code,
       1 AS attempts, transmitted_at AS created_at, NULL::timestamptz AS next_at FROM o
     UNION ALL
     SELECT e.authorisation_id || '/' || e.number, 'authorisation', o.command_id, e.result, e.connector,
       o.amount, o.currency, e.network_code, 1, e.transmitted_at, NULL
     FROM o JOIN acquiring.ended_attempt AS e ON e.authorisation_id = o.id
     UNION ALL
     SELECT i.id, 'increment', i.command_id, i.state, i.connector, i.amount, i.currency, i.network_code, 1,
       i.created_at, NULL FROM o JOIN acquiring.increment AS i ON i.authorisation_id = o.id
     UNION ALL
     SELECT r.id, 'refund', r.command_id, r.state, r.connector, r.amount, r.currency, r.network_code, 1,
       r.created_at, NULL FROM o JOIN acquiring.refund AS r ON r.authorisation_id = o.id
     UNION ALL
     SELECT a.id, a.kind, CASE a.kind WHEN 'resolution'
         THEN coalesce(a.refund_id, a.increment_id, a.authorisation_id) ELSE a.command_id END,
       a.state, a.connector, a.amount, a.currency, a.network_code, a.attempts, a.created_at,
       CASE a.state WHEN 'queued' THEN a.next_at END
     FROM o JOIN acquiring.advice AS a ON a.authorisation_id = o.id AND a.kind <> 'capture'
     UNION ALL
     SELECT c.id, c.kind, c.command_id, c.state, c.connector, c.amount, c.currency, c.network_code,
       c.attempts, c.created_at, CASE c.state WHEN 'queued' THEN c.next_at END
     FROM o JOIN acquiring.advice AS c ON c.authorisation_id = o.id AND c.kind = 'capture'
   ) AS step
   ORDER BY created_at, id LIMIT $3`,
);

const messages = sql(
  'acquiring.trail-messages',
  `SELECT * FROM (
     SELECT id, subject, at, direction, type, fields FROM acquiring.message_log
     WHERE subject = ANY ($1::text[]) ORDER BY id DESC LIMIT $2
   ) AS newest ORDER BY id`,
);

interface StepRow {
  id: string;
  kind: TrailStep['kind'];
  command_id: string;
  state: TrailStep['state'];
  connector: string;
  amount: bigint;
  currency: string;
  network_code: string | null;
  attempts: number;
  created_at: Micros;
  next_at: Micros | null;
}

/** Everything that was sent for the authorisations of these commands, the oldest first. */
export async function readTrail(
  db: Queryable,
  tenant: string,
  commandIds: readonly string[],
): Promise<Trail> {
  const { rows } = await db.run<StepRow>(steps, [tenant, commandIds, STEPS_MAX]);
  const found = await db.run<TrailMessage & MessageRecord & { id: bigint }>(messages, [
    rows.map(({ id }) => id),
    TRAIL_MESSAGES_MAX,
  ]);
  return {
    steps: rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      commandId: row.command_id,
      state: row.state,
      connector: row.connector,
      amount: row.amount,
      currency: row.currency,
      networkCode: row.network_code,
      attempts: row.attempts,
      createdAt: row.created_at,
      nextAt: row.next_at,
    })),
    messages: found.rows.map(({ subject, at, direction, type, fields }) => ({
      subject,
      at,
      direction,
      type,
      fields,
    })),
  };
}

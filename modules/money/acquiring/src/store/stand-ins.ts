import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Trace } from '../contract/index.ts';
import { type Advice, type AdviceRow, adviceFromRow } from './advices.ts';

/** An approval on our own risk. */
export interface StandIn {
  /** Of the authorisation, which waits for an answer; the trace is that of the advice about it as well. */
  readonly trace: Trace;
  readonly connector: string;
  readonly approvalCode: string;
  readonly reference: string;
  readonly amount: bigint;
  readonly limit: { readonly rule: string; readonly day: string; readonly perDay: bigint };
  readonly adviceId: string;
  readonly claimedUntil: Micros;
}

// The amount counts against the day's limit in the statement that approves: whatever comes at once, the sum
// of what was approved never passes it. The first of a day fits, because a payment's limit is not above it.
const approve = sql(
  'acquiring.stand-in',
  `WITH allowed AS (
     INSERT INTO acquiring.stand_in_day AS d (rule, day, approved)
     SELECT $2, $3::date, $4
     WHERE EXISTS (SELECT FROM acquiring.authorisation WHERE id = $1 AND state = 'sent')
     ON CONFLICT (rule, day) DO UPDATE SET approved = d.approved + EXCLUDED.approved
       WHERE d.approved + EXCLUDED.approved <= $5
     RETURNING approved
   ), changed AS (
     UPDATE acquiring.authorisation SET state = 'approved', stand_in = 'queued', connector = $6, stan = $7,
       transmitted_at = $8, approval_code = $9, network_code = '00', reference = $10, multicapture = false,
       incremental = false, overcapture_percent = 0, updated_at = $8
     WHERE id = $1 AND state = 'sent' AND EXISTS (SELECT FROM allowed)
     RETURNING *
   )
   INSERT INTO acquiring.advice (id, tenant, command_id, kind, authorisation_id, connector, amount,
     remaining, currency, final, stan, transmitted_at, original_stan, original_at, original_approval_code,
     original_reference, state, attempts, next_at, created_at)
   SELECT $11, tenant, 'stand-in:' || id, 'stand_in', id, connector, amount, 0, currency, false, stan,
     transmitted_at, stan, transmitted_at, approval_code, reference, 'queued', 1, $12, $8
   FROM changed
   RETURNING *`,
);

/**
 * Approves an authorisation within a rule's limit of the day, and queues the advice about it. Undefined where
 * the limit is reached or the authorisation no longer waits for an answer: nothing is approved.
 */
export async function storeStandIn(db: Queryable, standIn: StandIn): Promise<Advice | undefined> {
  const { trace, connector, approvalCode, reference, amount, limit, adviceId, claimedUntil } = standIn;
  const { rows } = await db.run<AdviceRow>(approve, [
    ...[trace.id, limit.rule, limit.day, amount, limit.perDay],
    ...[connector, trace.stan, instant(trace.transmittedAt), approvalCode, reference],
    ...[adviceId, instant(claimedUntil)],
  ]);
  return rows[0] && adviceFromRow(rows[0]);
}

// One of an authorisation is under way at a time; the one that closes it comes last. Of two processes that
// look at once, neither takes for the first what the other has let go.
const settle = sql(
  'acquiring.settle-waiting-advices',
  `WITH due AS MATERIALIZED (
     SELECT a.id, o.stand_in, o.stand_in_code, o.command_id
     FROM acquiring.advice AS a JOIN acquiring.authorisation AS o ON o.id = a.authorisation_id
     WHERE a.state = 'waiting' AND o.stand_in IS DISTINCT FROM 'queued'
       AND (o.stand_in IS NOT DISTINCT FROM 'refused' OR NOT EXISTS (
         SELECT FROM acquiring.advice AS before
         WHERE before.authorisation_id = a.authorisation_id AND before.kind = 'capture'
           AND (before.state = 'queued'
             OR before.state = 'waiting' AND (before.final, before.id) < (a.final, a.id))))
     ORDER BY a.id LIMIT $2 FOR UPDATE OF a SKIP LOCKED
   ), settled AS (
     UPDATE acquiring.advice AS a SET attempts = 0, next_at = $1,
       state = CASE WHEN due.stand_in IS DISTINCT FROM 'refused' THEN 'queued'
         WHEN a.kind = 'release' THEN 'withdrawn' ELSE 'refused' END,
       network_code = CASE WHEN due.stand_in = 'refused' THEN due.stand_in_code END,
       settled_at = CASE WHEN due.stand_in = 'refused' THEN $1::timestamptz END
     FROM due WHERE a.id = due.id
     RETURNING a.*, due.command_id AS authorised_by
   )
   INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
   SELECT 'advice.refused', authorisation_id, tenant, $1, jsonb_build_object('adviceId', id,
     'kind', 'stand_in', 'authorisationId', authorisation_id, 'networkCode', network_code,
     'amount', amount::text, 'commandId', authorised_by)
   FROM settled WHERE state = 'refused' ORDER BY id`,
);

/**
 * Goes on with captures and releases that waited for the acquirer to take note of their authorisation, and to
 * answer the captures before them. Where it did, they are due, one after the other; where it refused the
 * authorisation, a release has nothing to let go of, and a capture is lost, which is told once.
 */
export async function settleWaitingAdvices(db: Queryable, now: Micros, limit: number): Promise<void> {
  await db.run(settle, [instant(now), limit]);
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { MessageRecord, OriginalMessage, Trace } from '../contract/index.ts';
import { LOG_MESSAGES, messageColumns } from './messages.ts';

/** A message that is sent until the acquirer has acknowledged it. */
export interface Advice {
  readonly id: string;
  readonly kind: 'capture' | 'release' | 'resolution' | 'stand_in';
  /** Not to be sent yet: the acquirer has not taken note of the authorisation, which is on our own risk. */
  readonly waiting: boolean;
  readonly authorisationId: string;
  readonly refundId: string | null;
  readonly incrementId: string | null;
  readonly connector: string;
  readonly amount: bigint;
  readonly remaining: bigint;
  readonly currency: string;
  readonly final: boolean;
  readonly trace: Trace;
  readonly original: OriginalMessage;
  /** How often it has been taken up, this time included. */
  readonly attempts: number;
}

/** A row of the table. */
export interface AdviceRow {
  id: string;
  kind: Advice['kind'];
  state: string;
  authorisation_id: string;
  refund_id: string | null;
  increment_id: string | null;
  connector: string;
  amount: bigint;
  remaining: bigint;
  currency: string;
  final: boolean;
  stan: number;
  transmitted_at: Micros;
  original_stan: number;
  original_at: Micros;
  original_approval_code: string | null;
  first_stan: number | null;
  first_at: Micros | null;
  original_reference: string | null;
  attempts: number;
}

/** The advice of a row. */
export function adviceFromRow(row: AdviceRow): Advice {
  return {
    id: row.id,
    kind: row.kind,
    waiting: row.state === 'waiting',
    authorisationId: row.authorisation_id,
    refundId: row.refund_id,
    incrementId: row.increment_id,
    connector: row.connector,
    amount: row.amount,
    remaining: row.remaining,
    currency: row.currency,
    final: row.final,
    trace: { id: row.id, stan: row.stan, transmittedAt: row.transmitted_at },
    original: {
      kind: kindOfOriginal(row),
      trace: {
        id: row.refund_id ?? row.increment_id ?? row.authorisation_id,
        stan: row.original_stan,
        transmittedAt: row.original_at,
      },
      approvalCode: row.original_approval_code,
      reference: row.original_reference,
      first:
        row.first_stan === null || row.first_at === null
          ? null
          : { id: row.authorisation_id, stan: row.first_stan, transmittedAt: row.first_at },
    },
    attempts: row.attempts,
  };
}

function kindOfOriginal({ refund_id: refund, increment_id: increment }: AdviceRow): OriginalMessage['kind'] {
  if (refund !== null) return 'refund';
  return increment === null ? 'authorisation' : 'increment';
}

/** What a command that queues an advice says. */
export interface AdviceCommand {
  readonly id: string;
  readonly tenant: string;
  readonly commandId: string;
  readonly authorisationId: string;
  readonly at: Micros;
  /** The caller sends it itself; until then nobody else takes it up. */
  readonly claimedUntil: Micros;
}

/**
 * The state in which a capture or release of the row `o` begins: it waits where the authorisation is on our
 * own risk and not acknowledged, and behind a capture that its acquirer has not answered: one that came first
 * there could close what the other still has to take. Whether that was so a moment before is looked at by the
 * sweep. Not by EXISTS, which could be planned as a hash of all captures.
 */
export function stateOfWhatFollows(authorisationId: 'o.id' | 'o.authorisation_id'): string {
  return `CASE WHEN o.stand_in IN ('queued', 'refused') OR (
       SELECT true FROM acquiring.advice AS before WHERE before.authorisation_id = ${authorisationId}
         AND before.kind = 'capture' AND before.state IN ('waiting', 'queued') LIMIT 1)
     THEN 'waiting' ELSE 'queued' END`;
}

// `IS TRUE`: an index that begins with the tenant must not be taken for one that finds a single row. The
// second look at `captured` misses a row that a capture has changed since this statement began: it would not
// see that capture to wait for it.
const release = sql(
  'acquiring.queue-release',
  `WITH closing AS (
     UPDATE acquiring.authorisation SET closed = true, updated_at = $5
     WHERE id = $4 AND (tenant = $2) IS TRUE AND state = 'approved' AND NOT closed
       AND captured < amount + incremented
       AND captured = (SELECT x.captured FROM acquiring.authorisation AS x WHERE x.id = $4)
     RETURNING *
   )
   INSERT INTO acquiring.advice (id, tenant, command_id, kind, authorisation_id, connector, amount,
     remaining, currency, final, stan, transmitted_at, original_stan, original_at, original_approval_code,
     original_reference, state, attempts, next_at, created_at)
   SELECT $1, tenant, $3, 'release', id, connector, amount + incremented, captured, currency, true,
     nextval('acquiring.stan'), $5, stan, transmitted_at, approval_code, reference,
     ${stateOfWhatFollows('o.id')}, 1, $6, $5
   FROM closing AS o
   RETURNING *`,
);

/**
 * Closes an authorisation and queues the reversal of what is left of it; undefined as with a capture.
 */
export async function queueRelease(db: Queryable, command: AdviceCommand): Promise<Advice | undefined> {
  const { rows } = await db.run<AdviceRow>(release, values(command));
  return rows[0] && adviceFromRow(rows[0]);
}

function values(command: AdviceCommand): unknown[] {
  return [
    command.id,
    command.tenant,
    command.commandId,
    command.authorisationId,
    instant(command.at),
    instant(command.claimedUntil),
  ];
}

const byCommand = sql(
  'acquiring.advice-by-command',
  'SELECT id FROM acquiring.advice WHERE tenant = $1 AND kind = $2 AND command_id = $3',
);

/** The id of the advice that a command queued, or undefined. */
export async function findAdviceId(
  db: Queryable,
  tenant: string,
  kind: 'capture' | 'release',
  commandId: string,
): Promise<string | undefined> {
  const { rows } = await db.run<{ id: string }>(byCommand, [tenant, kind, commandId]);
  return rows[0]?.id;
}

const claim = sql(
  'acquiring.claim-advices',
  `UPDATE acquiring.advice SET attempts = attempts + 1, next_at = $2
   WHERE id IN (
     SELECT id FROM acquiring.advice WHERE state = 'queued' AND next_at <= $1
     ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
   RETURNING *`,
);

/** Takes up due advices until `claimedUntil`; two processes never get the same ones. */
export async function claimAdvices(
  db: Queryable,
  now: Micros,
  claimedUntil: Micros,
  limit: number,
): Promise<Advice[]> {
  const { rows } = await db.run<AdviceRow>(claim, [instant(now), instant(claimedUntil), limit]);
  return rows.map(adviceFromRow);
}

/** How an attempt ended. `queued`: it is due again at `nextAt`. */
export interface Attempt {
  readonly id: string;
  readonly kind: Advice['kind'];
  readonly state: 'queued' | 'acknowledged' | 'refused';
  readonly networkCode: string | null;
  readonly nextAt: Micros;
  readonly messages: readonly MessageRecord[];
}

// Each advice is found by one lookup of its primary key: planned while the table is small, a plain join reads
// all of it or all that is queued, and goes on to do so when there is much. `IS TRUE` keeps the planner from
// the index of what is queued, and a condition that is always true makes it expect few attempts.
const ATTEMPTED = `attempt AS MATERIALIZED (
     SELECT * FROM unnest($6::text[], $7::text[], $8::text[], $9::timestamptz[])
       AS a (id, state, network_code, next_at)
     WHERE left(a.id, 0) = ''
   ), logged AS (
     ${LOG_MESSAGES}
   ), done AS (
     UPDATE acquiring.advice AS v
     SET state = a.state, network_code = a.network_code, next_at = a.next_at,
       settled_at = CASE WHEN a.state = 'queued' THEN NULL ELSE $10::timestamptz END
     FROM attempt AS a CROSS JOIN LATERAL (
       SELECT x.ctid AS place FROM acquiring.advice AS x WHERE x.id = a.id OFFSET 0) AS found
     WHERE v.ctid = found.place AND v.id = a.id AND (v.state = 'queued') IS TRUE
     RETURNING v.*
   )`;

const settle = sql('acquiring.settle-advices', `WITH ${ATTEMPTED} SELECT count(*) FROM done`);

// What an acknowledged resolution resolves changes with it, and is told, exactly once: the row leaves
// 'queued' once.
const settleAndTell = sql(
  'acquiring.settle-and-tell-advices',
  `WITH ${ATTEMPTED}, reversed_authorisation AS (
     UPDATE acquiring.authorisation AS o SET state = 'reversed', updated_at = $10
     FROM done
     WHERE done.kind = 'resolution' AND done.state = 'acknowledged' AND done.refund_id IS NULL
       AND done.increment_id IS NULL AND o.id = done.authorisation_id AND o.state = 'pending'
     RETURNING o.id, o.tenant, o.command_id
   ), reversed_increment AS (
     UPDATE acquiring.increment AS i SET state = 'reversed', updated_at = $10
     FROM done
     WHERE done.kind = 'resolution' AND done.state = 'acknowledged' AND i.id = done.increment_id
       AND i.state = 'pending'
     RETURNING i.id, i.tenant, i.command_id
   ), reversed_refund AS (
     UPDATE acquiring.refund AS r SET state = 'reversed', updated_at = $10
     FROM done
     WHERE done.kind = 'resolution' AND done.state = 'acknowledged' AND r.id = done.refund_id AND r.state =
       'pending'
     RETURNING r.id, r.tenant, r.command_id, r.authorisation_id, r.amount
   ), stood_in AS (
     UPDATE acquiring.authorisation AS o
     SET stand_in = done.state, updated_at = $10,
       stand_in_code = CASE done.state WHEN 'refused' THEN done.network_code END
     FROM done
     WHERE done.kind = 'stand_in' AND done.state <> 'queued' AND o.id = done.authorisation_id
   ), given_back AS (
     UPDATE acquiring.authorisation AS o SET refunded = o.refunded - r.amount, updated_at = $10
     FROM (SELECT authorisation_id, sum(amount) AS amount FROM reversed_refund GROUP BY 1) AS r
     WHERE o.id = r.authorisation_id
   )
   INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
   SELECT 'authorisation.resolved', id, tenant, $10, jsonb_build_object('commandId', command_id,
     'outcome', jsonb_build_object('state', 'reversed', 'authorisationId', id))
   FROM reversed_authorisation
   UNION ALL
   SELECT 'increment.resolved', id, tenant, $10, jsonb_build_object('commandId', command_id,
     'outcome', jsonb_build_object('state', 'reversed', 'incrementId', id))
   FROM reversed_increment
   UNION ALL
   SELECT 'refund.resolved', id, tenant, $10, jsonb_build_object('commandId', command_id,
     'outcome', jsonb_build_object('state', 'reversed', 'refundId', id))
   FROM reversed_refund
   UNION ALL
   SELECT 'advice.refused', authorisation_id, tenant, $10, jsonb_build_object('adviceId', id, 'kind', kind,
     'authorisationId', authorisation_id, 'networkCode', network_code,
     'amount', (CASE kind WHEN 'release' THEN amount - remaining ELSE amount END)::text, 'commandId', (
       SELECT o.command_id FROM acquiring.authorisation AS o WHERE o.id = done.authorisation_id))
   FROM done WHERE state = 'refused' AND kind <> 'stand_in'
   UNION ALL
   SELECT 'stand_in.refused', authorisation_id, tenant, $10, jsonb_build_object(
     'authorisationId', authorisation_id, 'networkCode', network_code, 'commandId', (
       SELECT o.command_id FROM acquiring.authorisation AS o WHERE o.id = done.authorisation_id))
   FROM done WHERE state = 'refused' AND kind = 'stand_in'`,
);

/** Stores how attempts ended, for many advices in one statement. */
export async function settleAdvices(db: Queryable, attempts: readonly Attempt[], at: Micros): Promise<void> {
  // Captures and releases that are acknowledged, which nearly all are, change nothing but their own rows.
  await db.run(attempts.some(isToldOf) ? settleAndTell : settle, [
    ...messageColumns(attempts.map(({ id, messages }) => ({ subject: id, messages }))),
    attempts.map(({ id }) => id),
    attempts.map(({ state }) => state),
    attempts.map(({ networkCode }) => networkCode),
    attempts.map(({ nextAt }) => instant(nextAt)),
    instant(at),
  ]);
}

function isToldOf({ kind, state }: Attempt): boolean {
  return state === 'refused' || (state === 'acknowledged' && (kind === 'resolution' || kind === 'stand_in'));
}

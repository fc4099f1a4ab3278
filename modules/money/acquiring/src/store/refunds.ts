import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { DeclineCode, MessageRecord, RefundOutcome, ReturnedRefund } from '../contract/index.ts';
import { logMessages, messagesParameter } from './messages.ts';

interface Row {
  id: string;
  state: 'sent' | 'approved' | 'declined' | 'pending' | 'reversed' | 'returned';
  network_code: string | null;
  decline_code: DeclineCode | null;
  reference: string | null;
}

/** What may be refunded of an authorisation: what was captured, but for what its acquirer has refused. */
const REFUNDABLE = `captured - refunded - (
         SELECT coalesce(sum(amount), 0) FROM acquiring.advice
         WHERE authorisation_id = $1 AND kind = 'capture' AND state = 'refused')`;

// `IS TRUE`: an index that begins with the tenant must not be taken for one that finds a single row.
const insert = sql(
  'acquiring.insert-refund',
  `WITH reserved AS (
     UPDATE acquiring.authorisation SET refunded = refunded + $5, updated_at = $6
     WHERE id = $1 AND (tenant = $2) IS TRUE AND state = 'approved' AND $5 <= ${REFUNDABLE}
       AND NOT EXISTS (SELECT FROM acquiring.refund WHERE tenant = $2 AND command_id = $3)
     RETURNING *
   )
   INSERT INTO acquiring.refund (id, tenant, command_id, authorisation_id, connector, amount, currency,
     stan, transmitted_at, answer_by, state, created_at, updated_at)
   SELECT $4, tenant, $3, id, connector, $5, currency, nextval('acquiring.stan'), $6, $7, 'sent', $6, $6
   FROM reserved
   RETURNING stan`,
);

/**
 * Reserves an amount of what was captured and stores the refund before its message leaves. Undefined where
 * the command is known or the cap would be passed; throws on a unique violation where the same command runs
 * twice at once.
 */
export async function insertRefund(
  db: Queryable,
  row: {
    id: string;
    tenant: string;
    commandId: string;
    authorisationId: string;
    amount: bigint;
    transmittedAt: Micros;
    answerBy: Micros;
  },
): Promise<number | undefined> {
  const { rows } = await db.run<{ stan: number }>(insert, [
    row.authorisationId,
    row.tenant,
    row.commandId,
    row.id,
    row.amount,
    instant(row.transmittedAt),
    instant(row.answerBy),
  ]);
  return rows[0]?.stan;
}

const withdraw = sql(
  'acquiring.withdraw-refund',
  `WITH unsent AS (
     DELETE FROM acquiring.refund WHERE id = $1 AND state = 'sent'
     RETURNING authorisation_id, amount
   )
   UPDATE acquiring.authorisation AS o SET refunded = o.refunded - u.amount, updated_at = $2
   FROM unsent AS u WHERE o.id = u.authorisation_id`,
);

/**
 * Takes a refund out whose message certainly did not leave, with its reservation; the command may make it
 * anew. False where it no longer waits for an answer: somebody has taken it for abandoned.
 */
export async function withdrawRefund(db: Queryable, id: string, at: Micros): Promise<boolean> {
  return (await db.run(withdraw, [id, instant(at)])).count > 0;
}

const underWay = sql(
  'acquiring.has-capture-under-way',
  `SELECT FROM acquiring.advice
   WHERE authorisation_id = $1 AND kind = 'capture' AND state IN ('waiting', 'queued') LIMIT 1`,
);

/** Whether the acquirer has not answered a capture yet, or has not been told of it. */
export async function hasCaptureUnderWay(db: Queryable, authorisationId: string): Promise<boolean> {
  return (await db.run(underWay, [authorisationId])).count === 1;
}

const refundable = sql(
  'acquiring.refundable',
  `SELECT greatest(0, ${REFUNDABLE}) AS amount FROM acquiring.authorisation WHERE id = $1`,
);

/** What may be refunded of an authorisation, in minor units. */
export async function readRefundable(db: Queryable, authorisationId: string): Promise<bigint> {
  const { rows } = await db.run<{ amount: bigint }>(refundable, [authorisationId]);
  return rows[0]?.amount ?? 0n;
}

const settle = sql(
  'acquiring.settle-refund',
  `WITH changed AS (
     UPDATE acquiring.refund
     SET state = $2, network_code = $3, reference = $4, updated_at = $5, decline_code = $7
     WHERE id = $1 AND state = 'sent'
     RETURNING *
   ), given_back AS (
     UPDATE acquiring.authorisation AS o SET refunded = o.refunded - c.amount, updated_at = $5
     FROM changed AS c WHERE o.id = c.authorisation_id AND c.state = 'declined'
   ), ${logMessages('$6')}
   SELECT id FROM changed`,
);

/**
 * Stores the issuer's decision; a declined refund gives its reservation back. False where nothing waited any
 * more.
 */
export async function settleRefund(
  db: Queryable,
  options: {
    id: string;
    state: 'approved' | 'declined';
    networkCode: string;
    declineCode: DeclineCode | null;
    reference: string | null;
    messages: readonly MessageRecord[];
    at: Micros;
  },
): Promise<boolean> {
  const { count } = await db.run(settle, [
    options.id,
    options.state,
    options.networkCode,
    options.reference,
    instant(options.at),
    messagesParameter(options.id, options.messages),
    options.declineCode,
  ]);
  return count > 0;
}

const byCommand = sql(
  'acquiring.refund-by-command',
  `SELECT id, state, network_code, decline_code, reference FROM acquiring.refund
   WHERE tenant = $1 AND command_id = $2`,
);

/** What is known of the refund that a command asked for, or undefined. */
export async function findRefundByCommand(
  db: Queryable,
  tenant: string,
  commandId: string,
): Promise<RefundOutcome | undefined> {
  const { rows } = await db.run<Row>(byCommand, [tenant, commandId]);
  return rows[0] && outcomeOf(rows[0]);
}

const takeBack = sql(
  'acquiring.return-refund',
  `WITH found AS (
     SELECT id, state FROM acquiring.refund
     WHERE stan = $2 AND transmitted_at >= $3 AND transmitted_at < $3::timestamptz + interval '1 second'
       AND connector = $1 AND amount = $4
   ), returned AS (
     UPDATE acquiring.refund AS r
     SET state = 'returned', decline_code = $5, network_code = $6, updated_at = $7
     FROM found WHERE r.id = found.id AND (r.state = 'approved') IS TRUE
     RETURNING r.*
   ), given_back AS (
     UPDATE acquiring.authorisation AS o SET refunded = o.refunded - r.amount, updated_at = $7
     FROM returned AS r WHERE o.id = r.authorisation_id
   ), logged AS (
     INSERT INTO acquiring.message_log (subject, at, direction, type, fields)
     SELECT found.id, m.at, m.direction, m.type, m.fields
     FROM found, jsonb_to_recordset($8::jsonb)
       AS m (subject text, at timestamptz, direction text, type text, fields jsonb)
   ), told AS (
     INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
     SELECT 'refund.returned', id, tenant, $7, jsonb_build_object('commandId', command_id,
       'outcome', jsonb_build_object('state', 'returned', 'refundId', id, 'declineCode', decline_code,
         'networkCode', network_code))
     FROM returned
   )
   SELECT state FROM found`,
);

/**
 * Notes that an approved refund came back: its amount may be refunded again, and the event is told, once.
 *
 * @returns the state in which the refund was found, or undefined where there is none
 */
export async function returnRefund(
  db: Queryable,
  returned: ReturnedRefund,
  at: Micros,
): Promise<Row['state'] | undefined> {
  const { connector, trace, amount, declineCode, networkCode, message } = returned;
  const { rows } = await db.run<Pick<Row, 'state'>>(takeBack, [
    connector,
    trace.stan,
    instant(trace.transmittedAt),
    amount,
    declineCode,
    networkCode,
    instant(at),
    messagesParameter('', [message]),
  ]);
  return rows[0]?.state;
}

function outcomeOf(row: Row): RefundOutcome {
  const refundId = row.id;
  switch (row.state) {
    case 'approved':
      return { state: 'approved', refundId, reference: row.reference ?? '' };
    case 'declined':
    case 'returned':
      return {
        state: row.state,
        refundId,
        declineCode: row.decline_code ?? 'generic_decline',
        networkCode: row.network_code ?? '',
      };
    case 'reversed':
      return { state: 'reversed', refundId };
    case 'sent':
    case 'pending':
      return { state: 'pending', refundId };
  }
}

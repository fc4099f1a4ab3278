import { assert, type Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type {
  EnquireMessage,
  EnquiryAnswer,
  NoAnswer,
  RefundOutcome,
  ResolvedAuthorisation,
} from '../contract/index.ts';
import type { Advice } from './advices.ts';
import { logMessages, messagesParameter } from './messages.ts';
import { watchAgain } from './missing-clearing.ts';

/** What an acquirer knows of a message whose answer was lost. */
type KnownOutcome = Exclude<EnquiryAnswer, NoAnswer>;

/** What the advice is about, locked; settled without it, it has been given up. */
const subject = (table: 'authorisation' | 'refund'): string => `subject AS MATERIALIZED (
     SELECT s.id, s.state IN ('declined', 'reversed') AS is_given_up
     FROM acquiring.advice AS a JOIN acquiring.${table} AS s ON s.id = a.${table}_id
     WHERE a.id = $1 FOR UPDATE OF s
   )`;

const done = (state: string, unless = 'false'): string => `done AS (
     UPDATE acquiring.advice AS a SET state = ${state}, network_code = $2, settled_at = $3
     FROM subject WHERE a.id = $1 AND a.state = 'queued' AND NOT (${unless})
     RETURNING a.*
   ), ${logMessages('$4')}`;
const FOUND_AFTER_ALL = "$5 = 'approved' AND subject.is_given_up";

// The advice leaves 'queued' once and the outcome leaves 'pending' once, so it is told once. A hold that was
// given up and stands is not done with: it is taken back.
const authorisation = sql(
  'acquiring.resolve-authorisation',
  `WITH ${subject('authorisation')}, ${done("'acknowledged'", FOUND_AFTER_ALL)}, changed AS (
     UPDATE acquiring.authorisation AS o SET state = $5, approval_code = $6, network_code = $2,
       decline_code = $7, reference = $8, updated_at = $3
     FROM done WHERE o.id = done.authorisation_id AND o.state = 'pending'
     RETURNING o.id, o.tenant, o.command_id
   ), told AS (
     INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
     SELECT 'authorisation.resolved', id, tenant, $3,
       jsonb_build_object('commandId', command_id, 'outcome', $9::jsonb)
     FROM changed
   )
   SELECT is_given_up FROM subject`,
);

// A refund that was given up and was made all the same cannot be taken back: people have to look.
const refund = sql(
  'acquiring.resolve-refund',
  `WITH ${subject('refund')},
   ${done(`CASE WHEN ${FOUND_AFTER_ALL} THEN 'refused' ELSE 'acknowledged' END`)}, changed AS (
     UPDATE acquiring.refund AS r SET state = $5, network_code = $2, reference = $6, decline_code = $8,
       updated_at = $3
     FROM done WHERE r.id = done.refund_id AND r.state = 'pending'
     RETURNING r.id, r.tenant, r.command_id, r.authorisation_id, r.amount
   ), given_back AS (
     UPDATE acquiring.authorisation AS o SET refunded = o.refunded - c.amount, updated_at = $3
     FROM changed AS c WHERE o.id = c.authorisation_id AND $5 <> 'approved'
   ), ${watchAgain('refund', "(SELECT id FROM changed WHERE $5 = 'approved')")}, told AS (
     INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
     SELECT 'refund.resolved', id, tenant, $3,
       jsonb_build_object('commandId', command_id, 'outcome', $7::jsonb)
     FROM changed
     UNION ALL
     SELECT 'advice.refused', authorisation_id, tenant, $3, jsonb_build_object('adviceId', id,
       'kind', 'refund', 'authorisationId', authorisation_id, 'networkCode', network_code,
       'amount', amount::text, 'commandId', (
         SELECT o.command_id FROM acquiring.authorisation AS o WHERE o.id = done.authorisation_id))
     FROM done WHERE state = 'refused'
   )
   SELECT is_given_up FROM subject`,
);

/**
 * Ends a resolution by what the acquirer said about its message, which may be that it stands after all. What
 * is no longer pending stays as it is; a refund that was made although it had been given up is told as
 * `advice.refused`.
 *
 * @returns whether the message is to be reversed: a hold that stands although it was given up
 */
export async function storeKnownOutcome(
  db: Queryable,
  known: {
    readonly advice: Advice;
    readonly answer: KnownOutcome;
    readonly at: Micros;
  },
): Promise<boolean> {
  const { advice, answer, at } = known;
  const common = [
    advice.id,
    answer.networkCode,
    instant(at),
    messagesParameter(advice.id, answer.messages),
    answer.state,
  ];
  const reference = answer.state === 'approved' ? answer.reference : null;
  const declineCode = answer.state === 'declined' ? answer.declineCode : null;
  if (advice.refundId !== null) {
    const outcome = JSON.stringify(refundOutcome(advice.refundId, answer));
    await db.run(refund, [...common, reference, outcome, declineCode]);
    return false;
  }
  const { rows } = await db.run<{ is_given_up: boolean }>(authorisation, [
    ...common,
    answer.state === 'approved' ? answer.approvalCode : null,
    declineCode,
    reference,
    JSON.stringify(authorisationOutcome(advice.authorisationId, answer)),
  ]);
  return answer.state === 'approved' && rows[0]?.is_given_up === true;
}

const enquired = sql(
  'acquiring.enquired-about',
  `SELECT o.descriptor, coalesce(r.state, o.state) = 'pending' AS is_wanted
   FROM acquiring.authorisation AS o LEFT JOIN acquiring.refund AS r ON r.id = $2 WHERE o.id = $1`,
);

/** What an enquiry says of the message of an advice, and whether anybody still waits for its answer. */
export async function findEnquired(
  db: Queryable,
  { authorisationId, refundId }: Advice,
): Promise<Pick<EnquireMessage, 'descriptor' | 'isWanted'>> {
  const { rows } = await db.run<{ descriptor: string; is_wanted: boolean }>(enquired, [
    authorisationId,
    refundId,
  ]);
  const [row] = rows;
  assert(row, 'an advice is about an authorisation');
  return { descriptor: row.descriptor, isWanted: row.is_wanted };
}

function authorisationOutcome(authorisationId: string, answer: KnownOutcome): ResolvedAuthorisation {
  const { state, networkCode } = answer;
  switch (state) {
    case 'approved': {
      const { approvalCode, reference } = answer;
      return { state, authorisationId, approvalCode, networkCode, reference };
    }
    case 'declined':
      return { state, authorisationId, declineCode: answer.declineCode, networkCode };
    case 'reversed':
      return { state, authorisationId };
  }
}

function refundOutcome(refundId: string, answer: KnownOutcome): RefundOutcome {
  switch (answer.state) {
    case 'approved':
      return { state: 'approved', refundId, reference: answer.reference };
    case 'declined':
      return {
        state: 'declined',
        refundId,
        declineCode: answer.declineCode,
        networkCode: answer.networkCode,
      };
    case 'reversed':
      return { state: 'reversed', refundId };
  }
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { EnquiryAnswer, NoAnswer, RefundOutcome, ResolvedAuthorisation } from '../contract/index.ts';
import type { Advice } from './advices.ts';
import { logMessages, messagesParameter } from './messages.ts';

/** What an acquirer knows of a message whose answer was lost. */
type KnownOutcome = Exclude<EnquiryAnswer, NoAnswer>;

/** What the advice is about, locked as long as nobody has settled it. */
const pending = (table: 'authorisation' | 'refund'): string => `pending AS MATERIALIZED (
     SELECT s.id FROM acquiring.advice AS a JOIN acquiring.${table} AS s ON s.id = a.${table}_id
     WHERE a.id = $1 AND s.state = 'pending' FOR UPDATE OF s
   )`;

// What stands although people have said that it does not is not done with: it is taken back.
const DONE = `done AS (
     UPDATE acquiring.advice SET state = 'acknowledged', network_code = $2, settled_at = $3
     WHERE id = $1 AND state = 'queued' AND ($5 <> 'approved' OR EXISTS (SELECT FROM pending))
     RETURNING *
   ), ${logMessages('$4')}`;

// The advice leaves 'queued' once and the outcome leaves 'pending' once, so it is told once.
const authorisation = sql(
  'acquiring.resolve-authorisation',
  `WITH ${pending('authorisation')}, ${DONE}, changed AS (
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
   SELECT id FROM done`,
);

const refund = sql(
  'acquiring.resolve-refund',
  `WITH ${pending('refund')}, ${DONE}, changed AS (
     UPDATE acquiring.refund AS r SET state = $5, network_code = $2, reference = $6, decline_code = $8,
       updated_at = $3
     FROM done WHERE r.id = done.refund_id AND r.state = 'pending'
     RETURNING r.id, r.tenant, r.command_id, r.authorisation_id, r.amount
   ), given_back AS (
     UPDATE acquiring.authorisation AS o SET refunded = o.refunded - c.amount, updated_at = $3
     FROM changed AS c WHERE o.id = c.authorisation_id AND $5 <> 'approved'
   ), told AS (
     INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
     SELECT 'refund.resolved', id, tenant, $3,
       jsonb_build_object('commandId', command_id, 'outcome', $7::jsonb)
     FROM changed
   )
   SELECT id FROM done`,
);

/**
 * Ends a resolution by what the acquirer said about its message, which may be that it stands after all. What
 * is no longer pending stays as it is.
 *
 * @returns false where it stands and people have said that it does not: the resolution is not at its end
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
    return (await db.run(refund, [...common, reference, outcome, declineCode])).count === 1;
  }
  const { count } = await db.run(authorisation, [
    ...common,
    answer.state === 'approved' ? answer.approvalCode : null,
    declineCode,
    reference,
    JSON.stringify(authorisationOutcome(advice.authorisationId, answer)),
  ]);
  return count === 1;
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

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, type Statement, sql } from '@tpmall/platform/db';
import type { IncrementOutcome, RefundOutcome, ResolvedAuthorisation } from '../contract/index.ts';
import { watchAgain } from './missing-clearing.ts';

/** What people have found out about a message whose answer was lost, and what becomes of it by that. */
export interface Verdict {
  readonly tenant: string;
  /** The command that brings it. */
  readonly verdictId: string;
  /** The command that asked for the message. */
  readonly commandId: string;
  readonly at: Micros;
  readonly of:
    | { readonly kind: 'authorisation'; readonly outcome: Known<ResolvedAuthorisation> }
    | { readonly kind: 'increment'; readonly outcome: Known<IncrementOutcome> }
    | { readonly kind: 'refund'; readonly outcome: Known<RefundOutcome> };
  /** The acquirer's codes for what stands; null for what does not. */
  readonly approval: { readonly approvalCode: string | null; readonly reference: string } | null;
}

type Known<Outcome> = Extract<Outcome, { state: 'approved' | 'reversed' }>;

/** The network's code of an approval (ISO 8583, DE 39), as its answer would have said. */
export const APPROVED = '00';

/**
 * A reversal of what stands is no longer wanted; one of what does not stand goes on, until the acquirer
 * agrees. One that is on its way right now is logged, and settles nothing any more.
 */
const WITHDRAWN = `withdrawn AS (
     UPDATE acquiring.advice AS a SET state = 'withdrawn', settled_at = $4
     FROM changed AS c
     WHERE c.state = 'approved' AND a.tenant = c.tenant AND a.kind = 'resolution' AND a.state = 'queued'
       AND a.command_id IN ('resolve:' || c.id, 'again:' || c.id)
   )`;

const tell = (kind: Verdict['of']['kind']): string => `kept AS (
     INSERT INTO acquiring.verdict (tenant, command_id, kind, subject, stands, at)
     SELECT tenant, $7, '${kind}', id, state = 'approved', $4 FROM changed
   )
   INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${kind}.resolved', id, tenant, $4,
     jsonb_build_object('commandId', command_id, 'outcome', $5::jsonb)
   FROM changed RETURNING aggregate_id`;

// A row leaves `pending` once, whoever settles it: this, an answer, or a reversal that was acknowledged.
const PENDING = "tenant = $1 AND command_id = $2 AND state = 'pending'";

const authorisation = sql(
  'acquiring.verdict-on-authorisation',
  `WITH changed AS (
     UPDATE acquiring.authorisation
     SET state = $3, updated_at = $4, network_code = $6, approval_code = $8, reference = $9
     WHERE ${PENDING}
     RETURNING id, tenant, command_id, state
   ), ${WITHDRAWN}, ${tell('authorisation')}`,
);

const increment = sql(
  'acquiring.verdict-on-increment',
  `WITH changed AS (
     UPDATE acquiring.increment SET state = $3, updated_at = $4, network_code = $6, approval_code = $8
     WHERE ${PENDING}
     RETURNING id, tenant, command_id, state, authorisation_id, amount
   ), raised AS (
     UPDATE acquiring.authorisation AS o SET incremented = o.incremented + c.amount, updated_at = $4
     FROM changed AS c WHERE o.id = c.authorisation_id AND c.state = 'approved'
   ), ${WITHDRAWN}, ${tell('increment')}`,
);

const refund = sql(
  'acquiring.verdict-on-refund',
  `WITH changed AS (
     UPDATE acquiring.refund SET state = $3, updated_at = $4, network_code = $6, reference = $8
     WHERE ${PENDING}
     RETURNING id, tenant, command_id, state, authorisation_id, amount
   ), given_back AS (
     UPDATE acquiring.authorisation AS o SET refunded = o.refunded - c.amount, updated_at = $4
     FROM changed AS c WHERE o.id = c.authorisation_id AND c.state = 'reversed'
   ), ${watchAgain('refund', "(SELECT id FROM changed WHERE state = 'approved')")},
   ${WITHDRAWN}, ${tell('refund')}`,
);

/**
 * Settles what is pending by a verdict, and tells of it as of an answer. False where it was not pending any
 * more: nothing is stored.
 */
export async function settleByVerdict(db: Queryable, verdict: Verdict): Promise<boolean> {
  const { tenant, verdictId, commandId, at, of, approval } = verdict;
  const outcome = JSON.stringify(of.outcome, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const common = [tenant, commandId, of.outcome.state, instant(at), outcome, approval && APPROVED, verdictId];
  const [approvalCode, reference] = [approval?.approvalCode ?? null, approval?.reference ?? null];
  const settle = async (statement: Statement, ...own: readonly (string | null)[]): Promise<boolean> =>
    (await db.run(statement, [...common, ...own])).count === 1;
  switch (of.kind) {
    case 'authorisation':
      return settle(authorisation, approvalCode, reference);
    case 'increment':
      return settle(increment, approvalCode);
    case 'refund':
      return settle(refund, reference);
  }
}

const seen = sql(
  'acquiring.find-verdict',
  'SELECT subject FROM acquiring.verdict WHERE tenant = $1 AND command_id = $2',
);

/** Whether this command has settled something before. */
export async function hasSettled(db: Queryable, tenant: string, verdictId: string): Promise<boolean> {
  return (await db.run(seen, [tenant, verdictId])).count === 1;
}

// A refund counts against what was captured, as far as there is room: what was refunded twice is out.
const book = sql(
  'acquiring.verdict-on-refused-advice',
  `WITH booked AS (
     UPDATE acquiring.advice SET state = 'acknowledged', settled_at = $3
     WHERE id = $1 AND (tenant = $2) IS TRUE AND state = 'refused'
       AND (kind = 'capture' OR refund_id IS NOT NULL)
     RETURNING id, refund_id
   ), made AS (
     UPDATE acquiring.refund AS r SET state = 'approved', updated_at = $3
     FROM booked WHERE r.id = booked.refund_id AND r.state IN ('declined', 'reversed')
     RETURNING r.id, r.authorisation_id, r.amount
   ), ${watchAgain('capture', '(SELECT id FROM booked WHERE refund_id IS NULL)')},
   ${watchAgain('refund', 'made')}
   UPDATE acquiring.authorisation AS o
   SET refunded = least(o.captured, o.refunded + made.amount), updated_at = $3
   FROM made WHERE o.id = made.authorisation_id`,
);

/** Books a refused capture, or a refund that was given up and made. What was not refused stays as it is. */
export async function storeBooked(
  db: Queryable,
  { tenant, adviceId, at }: { readonly tenant: string; readonly adviceId: string; readonly at: Micros },
): Promise<void> {
  await db.run(book, [adviceId, tenant, instant(at)]);
}

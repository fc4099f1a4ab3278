import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { DecisionAnswer } from '../contract/index.ts';
import { logMessages, messagesParameter } from './messages.ts';
import type { Offer } from './shared-writes.ts';

// The row of an authorisation is its last attempt, which captures and reversals refer to; those before are
// kept beside it.
const move = sql(
  'acquiring.move-authorisation',
  `WITH moved AS (
     UPDATE acquiring.authorisation
     SET connector = $3, stan = nextval('acquiring.stan'), transmitted_at = $4, answer_by = $5,
       attempts = attempts + 1, multicapture = $10, incremental = $11, overcapture_percent = $12,
       updated_at = $4
     WHERE id = $1 AND state = 'sent' AND attempts = $2
     RETURNING old.connector, old.stan, old.transmitted_at, new.stan AS next_stan
   ), ended AS (
     INSERT INTO acquiring.ended_attempt (authorisation_id, number, connector, stan, transmitted_at, result,
       network_code, decline_code, ended_at)
     SELECT $1, $2, connector, stan, transmitted_at, $6, $7, $8, $4 FROM moved
   ), ${logMessages('$9')}
   SELECT next_stan FROM moved`,
);

/**
 * Ends an attempt of an authorisation by its answer and opens the next one, at another connector, before its
 * message leaves.
 *
 * @returns the trace number of the next attempt; undefined where the authorisation no longer waits for this
 * one
 */
export async function moveAuthorisation(
  db: Queryable,
  next: {
    readonly id: string;
    /** Number of the attempt that ended, from 1. */
    readonly attempt: number;
    readonly answer: Extract<DecisionAnswer, { state: 'declined' | 'not_sent' }>;
    readonly connector: string;
    /** What that connector's acquirer offers. */
    readonly offer: Offer;
    readonly at: Micros;
    readonly answerBy: Micros;
  },
): Promise<number | undefined> {
  const { id, answer } = next;
  const { rows } = await db.run<{ next_stan: number }>(move, [
    id,
    next.attempt,
    next.connector,
    instant(next.at),
    instant(next.answerBy),
    answer.state,
    answer.state === 'declined' ? answer.networkCode : null,
    answer.state === 'declined' ? answer.declineCode : null,
    messagesParameter(id, answer.messages),
    next.offer.multicapture,
    next.offer.incremental,
    next.offer.overcapturePercent,
  ]);
  return rows[0]?.next_stan;
}

import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, type Statement, sql } from '@tpmall/platform/db';
import type { MessageRecord } from '../contract/index.ts';
import { type Advice, type AdviceRow, adviceFromRow } from './advices.ts';
import { logMessages, messagesParameter } from './messages.ts';

/** What asks an issuer for a decision. */
export const KINDS = ['authorisation', 'increment', 'refund'] as const;
/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

/** Which message of an unknown outcome is reversed, and how its reversal is queued. */
export interface Reversal {
  readonly id: string;
  readonly adviceId: string;
  readonly at: Micros;
  /** The caller sends it itself; until then nobody else takes it up. */
  readonly claimedUntil: Micros;
}

/**
 * What becomes of a message that asked for a decision and whose answer is not known: its row goes from `sent`
 * to `pending`, and a reversal is queued, which ends it.
 */
export interface UnknownOutcomes {
  /**
   * Marks what a message asked for as pending and queues its reversal. Undefined where the row was no longer
   * waiting for an answer.
   */
  suspend(db: Queryable, reversal: Reversal, messages: readonly MessageRecord[]): Promise<Advice | undefined>;
  /** Queues one more reversal of what was approved after its first reversal had been settled. */
  reverseAgain(db: Queryable, reversal: Reversal): Promise<Advice | undefined>;
  /** Rows that wait for an answer that will not come any more. */
  unanswered(db: Queryable, now: Micros, limit: number): Promise<string[]>;
}

const original = (column: string): string =>
  `(SELECT o.${column} FROM acquiring.authorisation AS o WHERE o.id = s.authorisation_id)`;

/** Each kind has a table of its own; these columns of its reversal are no other's, with what they are. */
const OWN_COLUMNS: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  authorisation: { authorisation_id: 's.id' },
  increment: {
    authorisation_id: 's.authorisation_id',
    increment_id: 's.id',
    first_stan: original('stan'),
    first_at: original('transmitted_at'),
  },
  refund: {
    authorisation_id: 's.authorisation_id',
    refund_id: 's.id',
    original_reference: original('reference'),
  },
};

/** The unknown outcomes of each. */
export const unknownOutcomes: Readonly<Record<Kind, UnknownOutcomes>> = {
  authorisation: createUnknownOutcomes('authorisation'),
  increment: createUnknownOutcomes('increment'),
  refund: createUnknownOutcomes('refund'),
};

function createUnknownOutcomes(kind: Kind): UnknownOutcomes {
  const suspend = sql(
    `acquiring.suspend-${kind}`,
    `WITH changed AS (
     UPDATE acquiring.${kind} SET state = 'pending', updated_at = $3
     WHERE id = $1 AND state = 'sent'
     RETURNING *
   ), ${logMessages('$5')}
   ${queueReversal(kind, 'resolve', 'changed AS s')}
   RETURNING *`,
  );
  const again = sql(
    `acquiring.reverse-${kind}-again`,
    `${queueReversal(kind, 'again', `acquiring.${kind} AS s`)}
   WHERE s.id = $1 AND s.state IN ('pending', 'reversed')
   ON CONFLICT (tenant, kind, command_id) DO NOTHING
   RETURNING *`,
  );
  const unanswered = sql(
    `acquiring.unanswered-${kind}s`,
    `SELECT id FROM acquiring.${kind} WHERE state = 'sent' AND answer_by < $1 ORDER BY answer_by LIMIT $2`,
  );
  const queue = async (
    db: Queryable,
    statement: Statement,
    { id, adviceId, at, claimedUntil }: Reversal,
    ...more: readonly string[]
  ): Promise<Advice | undefined> => {
    const values = [id, adviceId, instant(at), instant(claimedUntil), ...more];
    const { rows } = await db.run<AdviceRow>(statement, values);
    return rows[0] && adviceFromRow(rows[0]);
  };
  return {
    suspend: (db, reversal, messages) =>
      queue(db, suspend, reversal, messagesParameter(reversal.id, messages)),
    reverseAgain: (db, reversal) => queue(db, again, reversal),
    async unanswered(db, now, limit) {
      const { rows } = await db.run<{ id: string }>(unanswered, [instant(now), limit]);
      return rows.map(({ id }) => id);
    },
  };
}

/** Queues the reversal of the row `s`: $2 its id, $3 the instant, $4 until when it is claimed. */
function queueReversal(kind: Kind, command: 'resolve' | 'again', from: string): string {
  const own = Object.entries(OWN_COLUMNS[kind]);
  return `INSERT INTO acquiring.advice (id, tenant, command_id, kind, connector, amount, remaining, currency,
     final, stan, transmitted_at, original_stan, original_at, state, attempts, next_at, created_at,
     ${own.map(([column]) => column).join(', ')})
   SELECT $2, s.tenant, '${command}:' || s.id, 'resolution', s.connector, s.amount, 0, s.currency, false,
     nextval('acquiring.stan'), $3, s.stan, s.transmitted_at, 'queued', 1, $4, $3,
     ${own.map(([, value]) => value).join(', ')}
   FROM ${from}`;
}

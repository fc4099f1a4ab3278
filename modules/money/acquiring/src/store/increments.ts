import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { CaptureTerms, DeclineCode, IncrementOutcome, MessageRecord } from '../contract/index.ts';
import { termsOf } from './authorisations.ts';
import { logMessages, messagesParameter } from './messages.ts';

interface AuthorisedRow {
  authorised: bigint;
  multicapture: boolean;
  incremental: boolean;
  overcapture_percent: number;
}

interface Row extends AuthorisedRow {
  id: string;
  state: 'sent' | 'approved' | 'declined' | 'pending' | 'reversed';
  network_code: string | null;
  decline_code: DeclineCode | null;
}

/** What is authorised with an increment, and on which terms. */
export interface Authorised {
  readonly authorised: bigint;
  readonly terms: CaptureTerms;
}

// `IS TRUE`: an index that begins with the tenant must not be taken for one that finds a single row.
const insert = sql(
  'acquiring.insert-increment',
  `INSERT INTO acquiring.increment (id, tenant, command_id, authorisation_id, connector, amount, currency,
     stan, transmitted_at, answer_by, state, created_at, updated_at)
   SELECT $1, tenant, $3, id, connector, $5, currency, nextval('acquiring.stan'), $6, $7, 'sent', $6, $6
   FROM acquiring.authorisation
   WHERE id = $4 AND (tenant = $2) IS TRUE AND state = 'approved' AND NOT closed AND captured = 0
     AND incremental AND amount + incremented + $5 <= $8
   ON CONFLICT (tenant, command_id) DO NOTHING
   RETURNING stan`,
);

/**
 * Stores an increment before its message leaves. Undefined where the command is known or the authorisation
 * does not allow it.
 */
export async function insertIncrement(
  db: Queryable,
  row: {
    id: string;
    tenant: string;
    commandId: string;
    authorisationId: string;
    amount: bigint;
    /** The most that may be authorised in all. */
    maxAmount: bigint;
    transmittedAt: Micros;
    answerBy: Micros;
  },
): Promise<number | undefined> {
  const { rows } = await db.run<{ stan: number }>(insert, [
    row.id,
    row.tenant,
    row.commandId,
    row.authorisationId,
    row.amount,
    instant(row.transmittedAt),
    instant(row.answerBy),
    row.maxAmount,
  ]);
  return rows[0]?.stan;
}

const settle = sql(
  'acquiring.settle-increment',
  `WITH changed AS (
     UPDATE acquiring.increment
     SET state = $2, approval_code = $3, network_code = $4, decline_code = $5, updated_at = $6
     WHERE id = $1 AND state = 'sent'
     RETURNING *
   ), ${logMessages('$7')}
   UPDATE acquiring.authorisation AS o
   SET incremented = o.incremented + CASE c.state WHEN 'approved' THEN c.amount ELSE 0 END, updated_at = $6
   FROM changed AS c WHERE o.id = c.authorisation_id
   RETURNING o.amount + o.incremented AS authorised, o.multicapture, o.incremental, o.overcapture_percent`,
);

/**
 * Stores the issuer's decision, and with an approval what is authorised from now on. Undefined where nothing
 * waited any more.
 */
export async function settleIncrement(
  db: Queryable,
  options: {
    id: string;
    state: 'approved' | 'declined';
    approvalCode: string | null;
    networkCode: string;
    declineCode: DeclineCode | null;
    messages: readonly MessageRecord[];
    at: Micros;
  },
): Promise<Authorised | undefined> {
  const { rows } = await db.run<AuthorisedRow>(settle, [
    options.id,
    options.state,
    options.approvalCode,
    options.networkCode,
    options.declineCode,
    instant(options.at),
    messagesParameter(options.id, options.messages),
  ]);
  return rows[0] && authorisedOf(rows[0]);
}

const byCommand = sql(
  'acquiring.increment-by-command',
  `SELECT i.id, i.state, i.network_code, i.decline_code, o.amount + o.incremented AS authorised,
     o.multicapture, o.incremental, o.overcapture_percent
   FROM acquiring.increment AS i JOIN acquiring.authorisation AS o ON o.id = i.authorisation_id
   WHERE i.tenant = $1 AND i.command_id = $2`,
);

/** What is known of the increment that a command asked for, or undefined. */
export async function findIncrementByCommand(
  db: Queryable,
  tenant: string,
  commandId: string,
): Promise<IncrementOutcome | undefined> {
  const { rows } = await db.run<Row>(byCommand, [tenant, commandId]);
  return rows[0] && outcomeOf(rows[0]);
}

const foresee = sql(
  'acquiring.foresee-increment',
  `SELECT i.id, o.amount + o.incremented + i.amount AS authorised, o.multicapture, o.incremental,
     o.overcapture_percent
   FROM acquiring.increment AS i JOIN acquiring.authorisation AS o ON o.id = i.authorisation_id
   WHERE i.tenant = $1 AND i.command_id = $2`,
);

/** What would be authorised if an increment that is pending turned out to stand. */
export async function foreseeIncrement(
  db: Queryable,
  tenant: string,
  commandId: string,
): Promise<(Authorised & { readonly incrementId: string }) | undefined> {
  const { rows } = await db.run<AuthorisedRow & { id: string }>(foresee, [tenant, commandId]);
  return rows[0] && { incrementId: rows[0].id, ...authorisedOf(rows[0]) };
}

function authorisedOf({
  authorised,
  overcapture_percent: overcapturePercent,
  ...row
}: AuthorisedRow): Authorised {
  return { authorised, terms: termsOf(authorised, { ...row, overcapturePercent }) };
}

function outcomeOf(row: Row): IncrementOutcome {
  const incrementId = row.id;
  switch (row.state) {
    case 'approved':
      return { state: 'approved', incrementId, ...authorisedOf(row) };
    case 'declined':
      return {
        state: 'declined',
        incrementId,
        declineCode: row.decline_code ?? 'generic_decline',
        networkCode: row.network_code ?? '',
      };
    case 'reversed':
      return { state: 'reversed', incrementId };
    case 'sent':
    case 'pending':
      return { state: 'pending', incrementId };
  }
}

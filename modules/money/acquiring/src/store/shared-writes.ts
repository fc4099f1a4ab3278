import type { Micros } from '@tpmall/kernel';
import { createBatcher, type Database, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { AuthorisationOutcome, MessageRecord } from '../contract/index.ts';
import { type Advice, type AdviceCommand, stateOfWhatFollows } from './advices.ts';
import { LOG_MESSAGES, messageColumns } from './messages.ts';

/** What an acquirer's contract offers for an authorisation. */
export interface Offer {
  readonly multicapture: boolean;
  readonly incremental: boolean;
  readonly overcapturePercent: number;
}

/** An authorisation as it is about to be sent. */
export interface NewAuthorisation {
  readonly id: string;
  readonly tenant: string;
  readonly commandId: string;
  readonly connector: string;
  readonly paymentMethod: string;
  readonly merchant: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly descriptor: string;
  readonly authenticationId: string | null;
  /** What the acquirer's contract offers for it. */
  readonly offer: Offer;
  readonly transmittedAt: Micros;
  readonly answerBy: Micros;
}

/** An issuer's decision with the messages that brought it. */
export interface Decision {
  readonly outcome: Extract<AuthorisationOutcome, { state: 'approved' | 'declined' }>;
  readonly messages: readonly MessageRecord[];
  readonly at: Micros;
}

/** A capture as it is queued. */
export type CaptureCommand = AdviceCommand & { readonly amount: bigint; readonly final: boolean };

/** The writes on the path of a checkout; each is one statement, shared with those of other requests. */
export interface SharedWrites {
  /**
   * Stores an authorisation before its message leaves; the trace number, or undefined where the command is
   * known.
   */
  insertAuthorisation(row: NewAuthorisation): Promise<number | undefined>;
  /** Stores the issuer's decision with its messages; false where the row was no longer waiting. */
  settleAuthorisation(decision: Decision): Promise<boolean>;
  /**
   * Reserves an amount of an authorisation and queues its capture. Undefined where the command is known, the
   * authorisation does not allow it, or another process has changed it at the same instant; throws on a
   * unique violation where the same command runs twice at once.
   */
  queueCapture(command: CaptureCommand): Promise<Advice | undefined>;
}

/** The shared writes of one process. */
export function createSharedWrites(db: Database): SharedWrites {
  return {
    insertAuthorisation: createBatcher(
      ({ tenant, commandId }: NewAuthorisation) => `${tenant} ${commandId}`,
      (rows) => insertAuthorisations(db, rows),
    ),
    settleAuthorisation: createBatcher(
      ({ outcome }: Decision) => outcome.authorisationId,
      (decisions) => settleAuthorisations(db, decisions),
    ),
    queueCapture: createBatcher(
      ({ authorisationId }: CaptureCommand) => authorisationId,
      (commands) => queueCaptures(db, commands),
    ),
  };
}

const insert = sql(
  'acquiring.insert-authorisation',
  `INSERT INTO acquiring.authorisation (id, tenant, command_id, connector, payment_method, merchant,
     amount, currency, descriptor, authentication_id, stan, transmitted_at, answer_by, state, created_at,
     updated_at, multicapture, incremental, overcapture_percent)
   SELECT id, tenant, command_id, connector, payment_method, merchant, amount, currency, descriptor,
     authentication_id, nextval('acquiring.stan'), at, answer_by, 'sent', at, at, multicapture, incremental,
     overcapture_percent
   FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[],
       $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::boolean[],
       $14::boolean[], $15::int[])
     AS t (id, tenant, command_id, connector, payment_method, merchant, amount, currency, descriptor,
       authentication_id, at, answer_by, multicapture, incremental, overcapture_percent)
   ON CONFLICT (tenant, command_id) DO NOTHING
   RETURNING id, stan`,
);

async function insertAuthorisations(
  db: Queryable,
  rows: readonly NewAuthorisation[],
): Promise<(number | undefined)[]> {
  const sorted = inOrder(rows, ({ commandId }) => commandId);
  const inserted = await db.run<{ id: string; stan: number }>(insert, [
    sorted.map(({ id }) => id),
    sorted.map(({ tenant }) => tenant),
    sorted.map(({ commandId }) => commandId),
    sorted.map(({ connector }) => connector),
    sorted.map(({ paymentMethod }) => paymentMethod),
    sorted.map(({ merchant }) => merchant),
    sorted.map(({ amount }) => amount),
    sorted.map(({ currency }) => currency),
    sorted.map(({ descriptor }) => descriptor),
    sorted.map(({ authenticationId }) => authenticationId),
    sorted.map(({ transmittedAt }) => instant(transmittedAt)),
    sorted.map(({ answerBy }) => instant(answerBy)),
    sorted.map(({ offer }) => offer.multicapture),
    sorted.map(({ offer }) => offer.incremental),
    sorted.map(({ offer }) => offer.overcapturePercent),
  ]);
  const stans = new Map(inserted.rows.map(({ id, stan }) => [id, stan]));
  return rows.map(({ id }) => stans.get(id));
}

/**
 * Finds the row of an item by one lookup of the primary key. Planned while the table is small, a plain join
 * reads the whole of the table or of an index that begins with something else (the tenant, the state), and
 * goes on to do so when the table has grown. `IS TRUE` keeps the planner from such an index.
 */
const AUTHORISATION_OF_ITEM = `CROSS JOIN LATERAL (
     SELECT x.ctid AS place FROM acquiring.authorisation AS x WHERE x.id = t.authorisation_id OFFSET 0
   ) AS found`;
/** True of every item; the planner takes it for rare, and so looks up each item rather than join them all. */
const PLANNED_AS_FEW = "left(t.authorisation_id, 0) = ''";

const settle = sql(
  'acquiring.settle-authorisation',
  `WITH item AS MATERIALIZED (
     SELECT * FROM unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
         $12::timestamptz[])
       AS t (authorisation_id, state, approval_code, network_code, decline_code, reference, at)
     WHERE ${PLANNED_AS_FEW}
   ), changed AS (
     UPDATE acquiring.authorisation AS o
     SET state = t.state, approval_code = t.approval_code, network_code = t.network_code,
       decline_code = t.decline_code, reference = t.reference, updated_at = t.at
     FROM item AS t ${AUTHORISATION_OF_ITEM}
     WHERE o.ctid = found.place AND o.id = t.authorisation_id AND (o.state = 'sent') IS TRUE
     RETURNING o.id
   ), logged AS (
     ${LOG_MESSAGES}
   )
   SELECT id FROM changed`,
);

async function settleAuthorisations(db: Queryable, decisions: readonly Decision[]): Promise<boolean[]> {
  const sorted = inOrder(decisions, ({ outcome }) => outcome.authorisationId);
  const changed = await db.run<{ id: string }>(settle, [
    ...messageColumns(
      sorted.map(({ outcome, messages }) => ({ subject: outcome.authorisationId, messages })),
    ),
    sorted.map(({ outcome }) => outcome.authorisationId),
    sorted.map(({ outcome }) => outcome.state),
    sorted.map(({ outcome }) => (outcome.state === 'approved' ? outcome.approvalCode : null)),
    sorted.map(({ outcome }) => outcome.networkCode),
    sorted.map(({ outcome }) => (outcome.state === 'declined' ? outcome.declineCode : null)),
    sorted.map(({ outcome }) => (outcome.state === 'approved' ? outcome.reference : null)),
    sorted.map(({ at }) => instant(at)),
  ]);
  const ids = new Set(changed.rows.map(({ id }) => id));
  return decisions.map(({ outcome }) => ids.has(outcome.authorisationId));
}

// The kind comes out of the items: as a constant it would let a plan made while the table is small read the
// index of all captures for each of them, and go on to do so.
const capture = sql(
  'acquiring.queue-capture',
  `WITH item AS MATERIALIZED (
     SELECT *, 'capture' AS kind FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],
         $5::timestamptz[], $6::timestamptz[], $7::numeric[], $8::boolean[])
       AS t (id, tenant, command_id, authorisation_id, at, claimed_until, amount, final)
     WHERE ${PLANNED_AS_FEW}
   ), reserved AS (
     UPDATE acquiring.authorisation AS o
     SET captured = o.captured + t.amount, closed = t.final, updated_at = t.at
     FROM item AS t ${AUTHORISATION_OF_ITEM}
     WHERE o.ctid = found.place AND o.id = t.authorisation_id AND o.tenant = t.tenant
       AND o.state = 'approved' AND NOT o.closed AND o.captured + t.amount <=
         o.amount + o.incremented + div((o.amount + o.incremented) * o.overcapture_percent, 100)
       AND (SELECT true FROM acquiring.advice AS known WHERE known.tenant = t.tenant
         AND known.kind = t.kind AND known.command_id = t.command_id) IS NULL
     RETURNING t.*, o.connector, o.currency, o.stan, o.transmitted_at, o.approval_code,
       o.reference, o.stand_in
   )
   INSERT INTO acquiring.advice (id, tenant, command_id, kind, authorisation_id, connector, amount,
     remaining, currency, final, stan, transmitted_at, original_stan, original_at, original_approval_code,
     original_reference, state, attempts, next_at, created_at)
   SELECT id, tenant, command_id, kind, authorisation_id, connector, amount, 0, currency, final,
     nextval('acquiring.stan'), at, stan, transmitted_at, approval_code, reference,
     ${stateOfWhatFollows('o.authorisation_id')}, 1, claimed_until, at
   FROM reserved AS o
   RETURNING id, state, connector, currency, stan, original_stan, original_at, original_approval_code,
     original_reference`,
);

interface QueuedRow {
  id: string;
  state: string;
  connector: string;
  currency: string;
  stan: number;
  original_stan: number;
  original_at: Micros;
  original_approval_code: string | null;
  original_reference: string | null;
}

async function queueCaptures(
  db: Queryable,
  commands: readonly CaptureCommand[],
): Promise<(Advice | undefined)[]> {
  const sorted = inOrder(commands, ({ authorisationId }) => authorisationId);
  const queued = await db.run<QueuedRow>(capture, [
    sorted.map(({ id }) => id),
    sorted.map(({ tenant }) => tenant),
    sorted.map(({ commandId }) => commandId),
    sorted.map(({ authorisationId }) => authorisationId),
    sorted.map(({ at }) => instant(at)),
    sorted.map(({ claimedUntil }) => instant(claimedUntil)),
    sorted.map(({ amount }) => amount),
    sorted.map(({ final }) => final),
  ]);
  const rows = new Map(queued.rows.map((row) => [row.id, row]));
  return commands.map((command) => {
    const row = rows.get(command.id);
    return row && queuedCapture(command, row);
  });
}

function queuedCapture(command: CaptureCommand, row: QueuedRow): Advice {
  return {
    id: command.id,
    kind: 'capture',
    waiting: row.state === 'waiting',
    authorisationId: command.authorisationId,
    refundId: null,
    incrementId: null,
    connector: row.connector,
    amount: command.amount,
    remaining: 0n,
    currency: row.currency,
    final: command.final,
    trace: { id: command.id, stan: row.stan, transmittedAt: command.at },
    original: {
      kind: 'authorisation',
      trace: {
        id: command.authorisationId,
        stan: row.original_stan,
        transmittedAt: row.original_at,
      },
      approvalCode: row.original_approval_code,
      reference: row.original_reference,
      first: null,
    },
    attempts: 1,
  };
}

/** Two processes take the locks of their rows in the same order, so that neither waits for the other's. */
function inOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  if (items.length < 2) return [...items];
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}
